//! The commands of the page, one file per domain. Each is one call of a service and the translation of its answer.
//!
//! Every error is a [`CommandError`]. Questions to the store block, so they are asked in a blocking task.

mod app_state;
mod demo;
mod history;
mod library;
mod progress;
mod queue;
mod series;
mod settings;
mod source;

use std::path::PathBuf;

use aniworld_services::store::Store;
use aniworld_wire::CommandError;
use tauri::ipc::Invoke;
use tauri::{Runtime, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::app::App;

/// What every command answers.
type Answer<T> = Result<T, CommandError>;

/// All commands. The same list stands in `build.rs` and, as permissions, in `capabilities/main.json`.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app_state::app_state,
        app_state::app_quit,
        app_state::window_ready,
        library::library_pick,
        library::library_set,
        library::library_rescan,
        library::open_folder,
        series::series_list,
        series::series_detail,
        source::source_list,
        source::source_add,
        source::source_refresh,
        source::source_remove,
        queue::queue_add,
        queue::queue_list,
        queue::queue_act,
        queue::queue_pause_all,
        queue::queue_resume_all,
        queue::queue_clear_finished,
        history::history_list,
        history::history_figures,
        history::history_export,
        queue::operation_report,
        settings::settings_set,
        demo::demo_start,
        demo::demo_stop,
        progress::progress_join,
        progress::progress_leave,
        progress::progress_rooms,
        progress::progress_heard,
        progress::progress_visible_rows,
    ]
}

/// Asks the store of the services that the window shows.
async fn ask<T: Send + 'static, E: Into<CommandError> + Send + 'static>(
    app: &App,
    question: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
) -> Answer<T> {
    let store = app.services().store.clone();
    let asked = tauri::async_runtime::spawn_blocking(move || question(&store)).await;
    asked.map_err(CommandError::internal)?.map_err(Into::into)
}

/// What the user chose in the system's dialog; `None` when it was closed.
async fn chosen<R: Runtime>(
    window: &WebviewWindow<R>,
    show: impl FnOnce(FileDialogBuilder<R>, Box<dyn FnOnce(Option<FilePath>) + Send>),
) -> Answer<Option<PathBuf>> {
    let (tell, choice) = oneshot::channel();
    // nobody waits any more when the window is gone
    let done = Box::new(move |path| drop(tell.send(path)));
    show(window.dialog().file().set_parent(window), done);
    let path = choice.await.ok().flatten().map(FilePath::into_path);
    path.transpose().map_err(CommandError::internal)
}
