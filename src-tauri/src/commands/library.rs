//! The library folder.

use std::path::PathBuf;

use aniworld_services::store::SeriesId;
use aniworld_wire::app::AppState;
use aniworld_wire::{CommandError, ErrorCode};
use tauri::{Runtime, State, WebviewWindow};
use tauri_plugin_dialog::FileDialogBuilder;

use super::{Answer, app_state, ask, chosen};
use crate::app::App;
use crate::platform;

const NO_PARAMS: [(&str, &str); 0] = [];

/// Lets the user choose a folder in the system's dialog. Null when the dialog was closed.
#[tauri::command]
pub(super) async fn library_pick<R: Runtime>(window: WebviewWindow<R>) -> Answer<Option<String>> {
    let folder = chosen(&window, FileDialogBuilder::pick_folder).await?;
    Ok(folder.map(|path| path.display().to_string()))
}

/// Takes a folder as the library.
#[tauri::command]
pub(super) async fn library_set(app: State<'_, App>, path: PathBuf) -> Answer<AppState> {
    app.services().set_library(path).await?;
    app_state::of(&app).await
}

/// Reads library and sources again, and returns when that is done. A scan that runs is joined.
#[tauri::command]
pub(super) async fn library_rescan(app: State<'_, App>) -> Answer<()> {
    app.services().rescan().await?;
    Ok(())
}

/// Shows the folder of the library or of one of its series in the system's file manager.
#[tauri::command]
pub(super) async fn open_folder(app: State<'_, App>, series: Option<i64>) -> Answer<()> {
    let library = app.services().library_state().await?;
    let mut folder = library
        .ok_or_else(|| CommandError::new(ErrorCode::NoLibrary, NO_PARAMS))?
        .path;
    if let Some(id) = series {
        let view = ask(&app, move |store| store.series_view(SeriesId(id))).await?;
        folder.extend(view.map(|view| view.summary.folder));
    }
    let shown = folder.display().to_string();
    let opened = tauri::async_runtime::spawn_blocking(move || platform::open_folder(&folder)).await;
    let opened = opened.map_err(CommandError::internal)?;
    opened
        .map_err(|cause| CommandError::new(ErrorCode::Disk, [("path", shown), ("detail", cause.to_string())]))
}
