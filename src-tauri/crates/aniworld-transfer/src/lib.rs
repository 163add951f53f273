//! Brings the bytes of a URL into a file, whole or not at all.
//!
//! *Architecture invariant:* this crate knows no series, no queue and no display. Nothing appears
//! under the final name before it is whole; a rename never overwrites.

pub mod client;
pub mod control;
pub mod error;
pub mod fetch;
mod journal;
pub mod note;
mod part;
mod platform;
pub mod redact;

pub use client::{ClientOptions, client};
pub use control::{Control, Signal};
pub use error::{ResumeMode, TransferError};
pub use fetch::{FetchRequest, Fetched, Limit, Observer, RetryPolicy, TransferEvent, TransferPhase, fetch};
pub use note::{Answer, StartedAgain, Strength, TransferNote};
pub use part::{discard, part_path};
pub use redact::{host_of, redacted};
