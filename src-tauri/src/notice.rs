//! Hands notices to the page once somebody can read them. Which and when is `aniworld-wire`'s.

use aniworld_wire::notice::{NOTICE_EVENT, Payload};
pub(crate) use aniworld_wire::notice::{Notice, Notices};
use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::window;

/// Gives a notice, once per run.
pub(crate) fn give<R: Runtime>(app: &AppHandle<R>, notice: Notice) {
    emit(app, app.state::<Notices>().give(notice));
}

/// Says whether somebody can read notices now.
pub(crate) fn set_reader<R: Runtime>(app: &AppHandle<R>, has_reader: bool) {
    emit(app, app.state::<Notices>().set_reader(has_reader));
}

fn emit<R: Runtime>(app: &AppHandle<R>, notices: Vec<Notice>) {
    for notice in notices {
        if let Err(error) = app.emit_to(window::MAIN, NOTICE_EVENT, Payload::from(notice)) {
            tracing::warn!(?notice, %error, "a notice did not reach the window");
        }
    }
}
