//! What differs between systems: the tray's host, notifications, minimised windows, signals, the language, folders.
//!
//! The rest of the shell asks here and knows no system.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{Notifier, TrayHost, can_open_windows, on_window_state, open_folder};
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{Notifier, TrayHost, can_open_windows, on_window_state, open_folder};
#[cfg(unix)]
pub(crate) use unix::{asked_to_end, locale};
#[cfg(windows)]
pub(crate) use windows::{asked_to_end, locale};
