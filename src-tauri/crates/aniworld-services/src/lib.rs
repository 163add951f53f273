//! `AnimeService`, `ProgressService`, `DownloadService`, the store and the settings.
//!
//! *Architecture invariant:* nothing here knows a window, a tray or the form of a message. The only
//! writer of progress is the board inside [`progress::ProgressService`].

pub mod anime;
pub mod aniworld;
pub mod data_dir;
pub mod downloads;
pub mod failure;
pub mod history;
mod platform;
pub mod progress;
pub mod settings;
pub mod store;
pub mod story;
pub mod trace;

pub use anime::AnimeService;
pub use aniworld::{Aniworld, LibraryState, OpenError, OpenOptions};
pub use downloads::DownloadService;
pub use progress::ProgressService;
