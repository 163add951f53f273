//! How the program ends: by Quit, by the system, and not by a window that is gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aniworld_wire::app::TrayState;
use tauri::{AppHandle, ExitRequestApi, Manager, RunEvent, Runtime};

use crate::app::App;
use crate::{platform, window};

/// The longest that downloads may take to put down what they have. A system that shuts down waits no longer.
const PUT_DOWN_TIME: Duration = Duration::from_secs(10);

/// The program is ending. There is one per process, as there is one end.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Stops everything so that it can be resumed, and ends the program.
pub(crate) fn quit<R: Runtime>(app: &AppHandle<R>) {
    if ENDING.swap(true, Ordering::AcqRel) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        if tokio::time::timeout(PUT_DOWN_TIME, state.end()).await.is_err() {
            tracing::warn!("downloads did not stop in time; they are resumed from their last safe byte");
        }
        app.exit(0);
    });
}

/// Ends the program when the system or the terminal asks for it.
pub(crate) async fn quit_when_asked<R: Runtime>(app: AppHandle<R>) {
    match platform::asked_to_end().await {
        Ok(()) => quit(&app),
        Err(error) => tracing::warn!(%error, "requests of the system to end are not heard"),
    }
}

/// What happens to the program as a whole.
pub(crate) fn on_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    if let RunEvent::ExitRequested { code, api, .. } = event {
        exit_requested(app, code, &api);
    }
}

fn exit_requested<R: Runtime>(app: &AppHandle<R>, code: Option<i32>, api: &ExitRequestApi) {
    if code.is_some() {
        // asked for by `quit`, when everything is put down
        return;
    }
    // the last window is gone, which is not what its close button does
    api.prevent_exit();
    if app.state::<App>().tray() == TrayState::Absent {
        window::show(app);
    }
}
