//! Starts that lead to no window: the program runs already, or its data cannot be used.
//!
//! The user is told in a native dialog, because there is no page yet that could.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use aniworld_services::OpenError;
use aniworld_wire::CommandError;
use aniworld_wire::socket;
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::bootstrap::HOLDER;

/// With this variable set a refusal is written to stderr only. For tests and scripts, where nobody could
/// close a dialog.
const NO_DIALOG: &str = "ANIWORLD_NO_DIALOG";

/// Deals with a data folder that was not opened. When Aniworld itself has it, its window comes to the front.
pub(crate) fn not_opened(data_dir: &Path, error: &OpenError) -> ExitCode {
    if let OpenError::Locked { holder, .. } = error
        && holder == HOLDER
        && tauri::async_runtime::block_on(socket::request_show_of_starting(data_dir)).is_ok()
    {
        say("Aniworld is already running; its window was brought to the front.");
        return ExitCode::SUCCESS;
    }
    refuse(&CommandError::from(error))
}

/// Says why nothing starts, and what to do.
pub(crate) fn refuse(error: &CommandError) -> ExitCode {
    say(&format!("{}\n{}", error.message, error.hint));
    if std::env::var_os(NO_DIALOG).is_none() {
        show_dialog(format!("{}\n\n{}", error.message, error.hint));
    }
    ExitCode::FAILURE
}

/// Writes a sentence to stderr, which may be closed.
pub(crate) fn say(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

/// An event loop of its own, without any window, for as long as the dialog is open.
fn show_dialog(text: String) {
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .setup(|app| {
            let handle = app.handle().clone();
            let dialog = app
                .dialog()
                .message(text)
                .title(HOLDER)
                .kind(MessageDialogKind::Error);
            dialog.show(move |_| handle.exit(0));
            Ok(())
        })
        .build(crate::context());
    match built {
        Ok(app) => {
            app.run_return(|_, event| {
                // no window is open, and that is no reason to end before the dialog is read
                if let tauri::RunEvent::ExitRequested { code: None, api, .. } = event {
                    api.prevent_exit();
                }
            });
        }
        Err(error) => tracing::warn!(%error, "the dialog cannot be shown"),
    }
}
