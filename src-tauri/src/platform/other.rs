//! Windows and macOS, where a tray always exists. Never compiled here.

use std::io;
use std::path::Path;

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
