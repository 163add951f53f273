//! Sources.

use aniworld_core::source::SourceId;
use aniworld_services::store::Store;
use aniworld_wire::source::{SourceAdd, SourceRow};
use aniworld_wire::{CommandError, ErrorCode};
use tauri::State;

use super::{Answer, ask};
use crate::app::App;

/// All sources.
#[tauri::command]
pub(super) async fn source_list(app: State<'_, App>) -> Answer<Vec<SourceRow>> {
    let sources = ask(&app, Store::source_views).await?;
    Ok(sources.iter().map(SourceRow::from).collect())
}

/// Finds out what an address is, reads it once and keeps it.
#[tauri::command]
pub(super) async fn source_add(app: State<'_, App>, source: SourceAdd) -> Answer<SourceRow> {
    let SourceAdd { url, kind, name } = source;
    let added = app
        .services()
        .add_source(&url, kind.map(Into::into), name)
        .await?;
    row(&app, added.id).await
}

/// Reads one source again.
#[tauri::command]
pub(super) async fn source_refresh(app: State<'_, App>, id: i64) -> Answer<SourceRow> {
    app.services().refresh_source(SourceId(id)).await?;
    row(&app, SourceId(id)).await
}

/// Forgets a source. Files stay.
#[tauri::command]
pub(super) async fn source_remove(app: State<'_, App>, id: i64) -> Answer<()> {
    Ok(app.services().remove_source(SourceId(id)).await?)
}

async fn row(app: &App, id: SourceId) -> Answer<SourceRow> {
    let sources = ask(app, Store::source_views).await?;
    let source = sources.iter().find(|source| source.config.id == id);
    let unknown = || CommandError::new(ErrorCode::SourceUnknown, [("id", id.0.to_string())]);
    source.map(SourceRow::from).ok_or_else(unknown)
}
