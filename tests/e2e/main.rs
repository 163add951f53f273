//! Journeys of a user through the real app: real window, real webview, real tray, real servers.
//!
//! Each test has a desktop of its own, so they could run at the same time; on two cores they run
//! one after the other (`--test-threads=1`), because WebKit needs one for itself.

mod crash;
mod demo;
mod directory;
mod feed;
mod flood;
mod interrupted;
mod killed;
mod media_trouble;
mod notifications;
mod page;
mod presence;
mod refusals;
mod soak;
mod under_load;
