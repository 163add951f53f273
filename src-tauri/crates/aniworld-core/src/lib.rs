//! `SeriesApp`: scans the library, reads sources, downloads episodes.
//!
//! *Architecture invariant:* core knows no SQL, no window, no text for people. It owns the traits
//! for storage and events; the layers above implement them.

pub mod app;
pub mod events;
pub mod ledger;
pub mod library;
pub mod source;
pub mod store;

pub use aniworld_names as names;
pub use aniworld_transfer as transfer;
pub use app::SeriesApp;
