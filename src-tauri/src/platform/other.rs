//! Windows and macOS, where a tray always exists. Never compiled here.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aniworld_wire::notification::Words;
use tauri::{Runtime, WebviewWindow};

/// Whether somebody shows our icon. On these systems the system itself does.
#[derive(Debug)]
pub(crate) struct TrayHost;

impl TrayHost {
    /// Nothing to watch: the tray cannot go away.
    pub(crate) fn watch(_on_change: impl Fn(bool) + Send + Sync + 'static) -> Self {
        Self
    }

    /// Always.
    pub(crate) fn is_present(&self) -> bool {
        true
    }
}

/// Shows notifications. What a press on one does is left to the system.
pub(crate) struct Notifier(Arc<AtomicBool>);

impl Notifier {
    /// A press is not heard here.
    pub(crate) fn start(_on_press: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::default())
    }

    /// Shows one, on a thread that may wait for the system; never a second while one waits.
    pub(crate) fn show(&self, words: Words) {
        let busy = Arc::clone(&self.0);
        if busy.swap(true, Ordering::AcqRel) {
            return;
        }
        tauri::async_runtime::spawn_blocking(move || {
            let mut notification = notify_rust::Notification::new();
            #[cfg(windows)]
            notification.app_id("org.aniworld.Aniworld");
            if let Err(error) = notification.summary(&words.title).body(&words.body).show() {
                tracing::debug!(%error, "the system shows no notifications");
            }
            busy.store(false, Ordering::Release);
        });
    }
}

/// A window can always be opened here.
pub(crate) fn can_open_windows() -> Result<(), String> {
    Ok(())
}

/// Tauri's own events tell of minimising here.
pub(crate) fn on_window_state<R: Runtime>(
    _window: &WebviewWindow<R>,
    _changed: impl Fn() + 'static,
) -> tauri::Result<()> {
    Ok(())
}

/// Shows a folder in the system's file manager.
pub(crate) fn open_folder(folder: &Path) -> io::Result<()> {
    let program = if cfg!(windows) { "explorer" } else { "open" };
    std::process::Command::new(program).arg(folder).spawn().map(drop)
}
