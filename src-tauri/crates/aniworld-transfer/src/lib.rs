//! Brings the bytes of a URL into a file, whole or not at all.
//!
//! *Architecture invariant:* this crate knows no series, no queue and no display. Nothing appears
//! under the final name before it is whole; a rename never overwrites.

pub mod control;
pub mod error;
pub mod fetch;

pub use control::{Control, Signal};
pub use error::TransferError;
pub use fetch::{FetchRequest, Fetched, Observer, RetryPolicy, TransferEvent, TransferPhase, fetch};
