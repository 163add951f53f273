//! The program as a whole: what a window needs to choose its first page, and its end.

#![expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands the arguments of a command over by value"
)]

use aniworld_services::store::Store;
use aniworld_wire::app::{AppState, LibraryState};
use tauri::{AppHandle, Runtime, State};

use super::{Answer, ask};
use crate::app::App;
use crate::{lifecycle, window};

/// The state of the program.
#[tauri::command]
pub(super) async fn app_state(app: State<'_, App>) -> Answer<AppState> {
    of(&app).await
}

/// The page listens and can be shown.
#[tauri::command]
pub(super) fn window_ready<R: Runtime>(app: AppHandle<R>) {
    window::page_ready(&app);
}

/// Puts down what runs and ends the program: the way out where no tray has one.
#[tauri::command]
pub(super) fn app_quit<R: Runtime>(app: AppHandle<R>) {
    lifecycle::quit(&app);
}

/// The state of the program, also as the answer of commands that change it.
pub(super) async fn of(app: &App) -> Answer<AppState> {
    let services = app.services();
    let library = services.library_state().await?;
    let sources = ask(app, Store::source_views).await?.len();
    Ok(AppState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: services.data_dir().display().to_string(),
        library: library.as_ref().map(LibraryState::from),
        demo: services.is_demo(),
        sources: u32::try_from(sources).unwrap_or(u32::MAX),
        tray: app.tray(),
        settings: (&app.settings()).into(),
        language: app.language(),
    })
}
