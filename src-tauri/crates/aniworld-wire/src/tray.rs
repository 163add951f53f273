//! What tray, window title and taskbar show: a few figures read from progress, and the words for them.
//!
//! Must not know the tray of any system. A shell shows [`Menu`] and acts on [`Item`].

mod facts;
mod listener;
mod menu;

pub use facts::{Facts, Heading};
pub use listener::Listener;
pub use menu::{Item, Menu, SpeedLimit};
