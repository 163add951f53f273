//! A whole desktop for tests: an X server, a session bus, a window manager, a panel with a tray,
//! and the real app in its real webview, driven from outside as a user would.
//!
//! Knows the app only as a program: its window by `data-testid`, its tray over D-Bus, its files.

pub mod app;
pub mod database;
pub mod desktop;
pub mod load;
pub mod media;
pub mod memory;
pub mod notifications;
pub mod programs;
pub mod refusals;
pub mod terminal;
pub mod tray;
pub mod watch;

/// What a test step returns: any failure, with its story.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
