//! Which progress a window wants to hear of. The progress itself comes in frames, never as an answer.

#![expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands the arguments of a command over by value"
)]

use aniworld_wire::{JoinAnswer, JoinRequest};
use tauri::{Runtime, State, WebviewWindow};

use crate::app::App;

/// Joins a union of rooms; the answer is everything known in it.
#[tauri::command]
pub(super) fn progress_join<R: Runtime>(
    app: State<'_, App>,
    window: WebviewWindow<R>,
    request: JoinRequest,
) -> JoinAnswer {
    app.relay.join(window.label(), &request)
}

/// Leaves the union of this name.
#[tauri::command]
pub(super) fn progress_leave<R: Runtime>(app: State<'_, App>, window: WebviewWindow<R>, name: String) {
    app.relay.leave(window.label(), &name);
}

/// The unions that the window has joined.
#[tauri::command]
pub(super) fn progress_rooms<R: Runtime>(app: State<'_, App>, window: WebviewWindow<R>) -> Vec<JoinRequest> {
    app.relay.rooms(window.label())
}

/// Restricts the rows of all downloads to those that the window shows; null lifts the restriction.
#[tauri::command]
pub(super) fn progress_visible_rows<R: Runtime>(
    app: State<'_, App>,
    window: WebviewWindow<R>,
    ids: Option<Vec<String>>,
) {
    app.relay.show_rows(window.label(), ids);
}

/// The page reports frames that have come since its last report.
#[tauri::command]
pub(super) fn progress_heard<R: Runtime>(app: State<'_, App>, window: WebviewWindow<R>, frames: u32) {
    app.relay.heard(window.label(), frames);
}
