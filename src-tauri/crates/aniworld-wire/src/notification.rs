//! Notifications of the system: which one is due, and its words.
//!
//! *Rules.* Nothing while the window is in front: the page shows it itself. What stops every download is told at
//! once. Everything else is one summary when the queue has nothing left to do, at most one a minute; what comes
//! earlier waits, and two that wait become one. The same words come again only after somebody looked at the
//! window, or after an hour. A run of less than half a minute is not worth a word while the window can be seen.
//! What was skipped or cancelled is never told.
//!
//! Must not know how any system shows one.

mod keeper;
mod policy;
mod words;

pub use keeper::keep;
pub use policy::{Due, Notification, Policy, Trouble};
pub use words::Words;
