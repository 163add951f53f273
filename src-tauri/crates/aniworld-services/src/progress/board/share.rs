//! What one download adds to the sums above it.

/// What held a download back in its last interval, as its metadata say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Cause {
    /// Nobody said.
    #[default]
    Unknown,
    /// It waited for the server.
    Server,
    /// It waited for the disk.
    Disk,
    /// It was held to a limit.
    SpeedLimit,
}

/// The share of one download: exact whole numbers, added and taken away as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    /// Bytes per second now.
    pub(super) speed: u64,
    /// What holds that speed down.
    pub(super) cause: Cause,
    /// Bytes so far.
    pub(super) bytes: u64,
    /// Bytes in all; of unknown size, the bytes so far.
    pub(super) total_bytes: u64,
    /// Of those, the bytes of a download that has no operation yet.
    pub(super) planned_bytes: u64,
    /// Its percent in tenths; 0 when unknown.
    pub(super) tenths: u64,
    /// Its size is not known.
    pub(super) unsized_items: u64,
    /// It has an operation that is neither paused nor waiting.
    pub(super) running: u64,
    /// It has an operation that the user paused.
    pub(super) paused: u64,
}

impl Share {
    /// Of a download that waits for its turn, with the size that its source gave.
    pub(super) fn planned(bytes: Option<u64>) -> Self {
        Self {
            total_bytes: bytes.unwrap_or(0),
            planned_bytes: bytes.unwrap_or(0),
            unsized_items: u64::from(bytes.is_none()),
            ..Self::default()
        }
    }
}
