//! The metadata keys with a fixed meaning. Everything else in the metadata is free.

/// What an operation in progress does: `downloading`, `verifying`, `processing`, `moving`; of a scan `sources`, `walking`, `comparing`.
pub const PHASE: &str = "phase";
/// Why it waits, stalls or ended as it did: `retry`, `server_busy`, `interrupted`, `stalled`, `skipped`, ...
pub const REASON: &str = "reason";
/// Until when it waits, RFC 3339.
pub const UNTIL: &str = "until";
/// A stable code of what went wrong, see [`crate::failure`].
pub const ERROR_CODE: &str = "error_code";
/// Bytes per second. Written by the board only, on downloads and on the queue.
pub const SPEED: &str = "speed_bytes_per_s";
/// Seconds left. Written by the board only, on downloads.
pub const ETA: &str = "eta_s";
/// Seconds left at best and at worst. Written by the board only, on the queue and on derived operations.
pub const ETA_LOW: &str = "eta_low_s";
/// See [`ETA_LOW`].
pub const ETA_HIGH: &str = "eta_high_s";
/// Of a derived operation: `season`, `series` or `app`. What has one is told by nobody and kept by nobody.
pub const SCOPE: &str = "scope";
/// What figures count. Of a derived operation all of them: `bytes` or `items`, of the program while only a scan
/// runs also `sources` or `folders`. Of the queue, whose own figures are items, its percent alone: `bytes` or
/// `items`. Written by the board only.
pub const UNIT: &str = "unit";
/// Of a derived operation: `{ended, failed, total}` of its run.
pub const ITEMS: &str = "items";
/// Of the program: `{downloads, scans}`, how many of each run.
pub const ACTIVITIES: &str = "activities";
/// What limits all downloads together: `{"kind": "speed_limit" | "disk" | "host" | "hosts"}`, with the `host` where
/// it is one. Written by the board only, on the queue and on the program's operation.
pub const BOTTLENECK: &str = "bottleneck";
/// From which host a download comes, with a port that is not the usual one. Fixed with its start.
pub const HOST: &str = "host";
/// What a download waited for most in its last interval: [`LIMITED_BY_SERVER`], [`LIMITED_BY_DISK`],
/// [`LIMITED_BY_SPEED_LIMIT`]. Goes with the status or the phase in which it was said.
pub const LIMITED_BY: &str = "limited_by";
/// 1 for the first attempt of an id, 2 for the one after its end, and so on: a pause, a crash and what follows them are
/// the same attempt. The board counts, unless an owner that knows of earlier programs gives the number with a start.
pub const ATTEMPT: &str = "attempt";
/// Of the queue: nothing runs and nothing would start by itself.
pub const IDLE: &str = "idle";
/// Of the queue: "pause all" is in force.
pub const PAUSED: &str = "paused";
/// What just happened to the queue: `items_added`, ...
pub const ACTION: &str = "action";
/// `{pending, active, completed, failed}` of the queue.
pub const QUEUE_STATUS: &str = "queue_status";
/// The number of the job in the queue; makes a download a child of `download_queue`.
pub const JOB: &str = "job";
/// Bytes so far of all children of the queue. Written by the board only.
pub const ACTIVE_BYTES: &str = "active_bytes";
/// Bytes in all of all children of the queue. Written by the board only.
pub const ACTIVE_TOTAL_BYTES: &str = "active_total_bytes";
/// The folder of the series below the library root.
pub const SERIE_FOLDER: &str = "serie_folder";
/// The title of the series.
pub const SERIES: &str = "series";
/// The season; 0 for specials.
pub const SEASON: &str = "season";
/// The number of the episode, as text.
pub const EPISODE: &str = "episode";
/// The title of the episode, where known.
pub const EPISODE_TITLE: &str = "episode_title";
/// The version of the episode.
pub const VERSION: &str = "version";

/// [`LIMITED_BY`] of a download that waits for bytes.
pub const LIMITED_BY_SERVER: &str = "server";
/// [`LIMITED_BY`] of a download that waits until its bytes are written.
pub const LIMITED_BY_DISK: &str = "disk";
/// [`LIMITED_BY`] of a download that is held to a limit.
pub const LIMITED_BY_SPEED_LIMIT: &str = "speed_limit";
/// [`PHASE`] of a scan that asks the sources what they offer.
pub const PHASE_SOURCES: &str = "sources";
/// [`REASON`] of a download that receives nothing. Set and removed by the board.
pub const REASON_STALLED: &str = "stalled";
/// [`REASON`] of an operation whose owner is gone and will take it up again.
pub const REASON_INTERRUPTED: &str = "interrupted";
/// [`PHASE`] of a download that receives bytes.
pub const PHASE_DOWNLOADING: &str = "downloading";
/// [`REASON`] of a download that ended without a new file, because one was there.
pub const REASON_SKIPPED: &str = "skipped";
