//! The history.

use aniworld_wire::history::{
    self, Existing, ExportForm, HistoryExported, HistoryFigures, HistoryPage, HistoryQuery,
};
use tauri::{Runtime, State, WebviewWindow};

use super::{Answer, ask, chosen};
use crate::app::App;

/// A page of ended attempts.
#[tauri::command]
pub(super) async fn history_list(app: State<'_, App>, query: HistoryQuery) -> Answer<HistoryPage> {
    ask(&app, move |store| history::page(store, &query)).await
}

/// What is counted, with the last so many days.
#[tauri::command]
pub(super) async fn history_figures(app: State<'_, App>, days: u32) -> Answer<HistoryFigures> {
    ask(&app, move |store| history::figures(store, days)).await
}

/// Writes what a query finds into a file that the user chooses. Null when the dialog was closed.
#[tauri::command]
pub(super) async fn history_export<R: Runtime>(
    app: State<'_, App>,
    window: WebviewWindow<R>,
    query: HistoryQuery,
    form: ExportForm,
) -> Answer<Option<HistoryExported>> {
    let name = form.file_name();
    let Some(path) = chosen(&window, |dialog, done| dialog.set_file_name(name).save_file(done)).await? else {
        return Ok(None);
    };
    let write = move |store: &_| history::write(store, &(&query).into(), form, &path, Existing::Replace);
    ask(&app, write).await.map(Some)
}
