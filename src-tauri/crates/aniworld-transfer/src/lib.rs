//! Brings the bytes of a URL into a file, whole or not at all.
//!
//! *Architecture invariant:* this crate knows no series, no queue and no display. Nothing appears
//! under the final name before it is whole; a rename never overwrites.

mod blocks;
pub mod check;
mod checksum;
pub mod client;
pub mod control;
pub mod dash;
pub mod disk;
pub mod disposition;
pub mod engine;
pub mod error;
pub mod fetch;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod hash;
pub mod hls;
mod hosts;
mod http;
mod journal;
mod language;
pub mod limit;
mod manifest;
pub mod note;
mod part;
mod platform;
mod ranges;
pub mod redact;
pub mod remux;
pub mod request;
pub mod size;
pub mod stream;

pub use checksum::{Checksum, ChecksumError};
pub use client::{ClientOptions, ProxyChoice, ProxyUrl};
pub use control::{Control, Signal};
pub use engine::{Engine, EngineOptions};
pub use error::{ResumeMode, TlsReason, TransferError};
pub use fetch::{Fetched, Limit, Observer, Proof, TransferEvent, TransferPhase};
pub use limit::{ItemLimit, Limits};
pub use manifest::Manifest;
pub use note::{Answer, StartedAgain, Strength, TransferNote};
pub use part::{discard, manifest_path, part_path};
pub use redact::{host_of, redacted};
pub use request::{Connections, DEFAULT_CONNECTIONS, Expects, FetchRequest, RetryPolicy};
