//! One transfer from a URL to a file.

mod answer;
mod connection;
pub(crate) mod job;
mod opening;
pub(crate) mod pace;
mod pen;
mod plan;
mod ramp;
mod run;
mod seams;
mod swarm;
mod verify;
pub(crate) mod watch;

use std::time::SystemTime;

use crate::engine::Shared;
use crate::stream::StreamKind;
use crate::{Control, FetchRequest, TransferError, TransferNote};

/// What happens after the last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferPhase {
    /// Sizes and checksums are compared, bytes are flushed to the disk.
    Verifying,
    /// The tracks of a stream become one file; [`TransferEvent::Processed`] says how far that is.
    Processing,
    /// The file takes its final name.
    Moving,
}

/// What a transfer waited for most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// For bytes: the server, or the way to it.
    Server,
    /// For the disk to take them.
    Disk,
    /// For its own speed limit.
    SpeedLimit,
}

/// What a transfer reports while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferEvent {
    /// The head of the answer came.
    Started {
        /// Bytes kept from an earlier run.
        resumed_from: u64,
        /// The size, where known.
        total: Option<u64>,
    },
    /// Bytes in the part file so far; at most every 50 ms, and the last sample always comes while
    /// the server is silent.
    Progress {
        /// So far.
        bytes: u64,
        /// The size, where known.
        total: Option<u64>,
        /// What it waited for most since the last sample; `None` where it did not wait at all.
        limit: Option<Limit>,
    },
    /// A new phase.
    Phase(TransferPhase),
    /// How far [`TransferPhase::Processing`] is, whenever the whole number changes.
    Processed {
        /// From 0 to 100.
        percent: u8,
    },
    /// What the server answered, or what was decided because of it.
    Noted(TransferNote),
    /// An attempt failed and the next comes at `until`. `cause` is what failed.
    Waiting {
        /// When the next attempt comes.
        until: SystemTime,
        /// Tries so far that brought nothing new.
        tries: u32,
        /// What failed.
        cause: TransferError,
    },
}

/// Hears of a transfer. Called from the byte loop: must return at once.
pub trait Observer: Send + Sync {
    /// Takes one event.
    fn event(&self, event: TransferEvent);
}

/// A finished transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The size of the file.
    pub bytes: u64,
    /// How much of it an earlier run had left.
    pub resumed_from: u64,
    /// What shows that it is whole.
    pub proof: Proof,
}

/// What shows that a file is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A size, a checksum or its container.
    Whole,
    /// Nothing: only the end of the connection said where the file ends (RFC 9112, section 6.3), and no checksum
    /// or container could be checked. It may be cut.
    Unverified,
}

/// How a transfer ends that brings no file.
#[derive(Debug)]
pub(crate) enum Ended {
    Failed(TransferError),
    /// The address leads to a playlist: what it names is the file.
    Stream(StreamKind),
}

impl From<TransferError> for Ended {
    fn from(error: TransferError) -> Self {
        Self::Failed(error)
    }
}

/// Fetches one file, or says that it is a stream.
pub(crate) async fn fetch(
    engine: &Shared,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Fetched, Ended> {
    run::run(engine, request, control, observer).await
}
