//! "Why is this waiting, slow, failed, skipped?" as windows and scripts see the answer: one sentence, what happened
//! in its order, and a report without secrets that can be sent to somebody.
//!
//! The services give the facts ([`aniworld_services::story::Story`]); here they become codes with values, and
//! English. A window words the codes itself.

mod explain;
mod lines;
mod report;
mod words;

use std::collections::BTreeMap;

use aniworld_services::story::Story;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::CommandError;

pub use explain::explain;
pub use report::Surroundings;

/// The values of a sentence: numbers and bytes in digits, instants in RFC 3339, words as codes.
pub type Values = BTreeMap<String, String>;

/// The answer to `operation_report`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OperationReport {
    /// Why it is as it is.
    pub explanation: Explanation,
    /// What happened, oldest first; at most 64 entries and one that says how many were left out.
    pub entries: Vec<StoryLine>,
    /// All of it as plain English text without secrets, to be copied.
    pub report_text: String,
}

/// Why something is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Explanation {
    /// The sentence, as a code. Stable.
    pub code: ExplanationCode,
    /// The sentence in English.
    pub sentence: String,
    /// Its values.
    pub params: Values,
    /// What went wrong, where something did.
    pub cause: Option<CommandError>,
}

/// The sentences. Behind each: its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExplanationCode {
    /// Others come first: `ahead`, `running`, `parallel` (where known).
    WaitsTurn,
    /// "Pause all" is in force.
    WaitsAllPaused,
    /// Nobody works on the queue now.
    WaitsProgram,
    /// The user paused it: `since`.
    Paused,
    /// The user paused everything: `since`.
    PausedAll,
    /// It is tried again: `tries` so far, `until`; with a cause.
    WaitsRetry,
    /// The server asked for patience: `host`, `until`; with a cause.
    WaitsServer,
    /// The program ended while it ran: `ahead`.
    Interrupted,
    /// It asks the server.
    Starting,
    /// Bytes arrive: `speed`, `host`, where known.
    Downloading,
    /// Bytes arrive, but from the first one again: `why` (a code), `speed`, `host`.
    BeganAgain,
    /// The server sends no faster: `host`, `speed`.
    SlowServer,
    /// The disk takes no more: `speed`.
    SlowDisk,
    /// The user's own limit: `speed`.
    SlowLimit,
    /// Nothing arrives: `since`, `host`.
    Stalled,
    /// Every byte is there, sizes and checksums are compared.
    Verifying,
    /// Something else works on the file.
    Processing,
    /// It takes its place in the library.
    Moving,
    /// Any other operation that is under way.
    Running,
    /// Done, and nothing was odd.
    Completed,
    /// Done, though not at once: `resumed` times, `retries`, `why` it began again (a code).
    CompletedAfter,
    /// The file was there.
    Skipped,
    /// It failed: `tries`; with a cause.
    Failed,
    /// It ran when the program ended unexpectedly: `crashes` times in a row.
    Quarantined,
    /// The user gave it up.
    Cancelled,
    /// Nothing is known of it: it never ran and is not in the queue.
    Unknown,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StoryLine {
    /// When, RFC 3339.
    pub at: String,
    /// In which attempt, from 1.
    pub attempt: u32,
    /// What, as a code. Stable.
    pub code: StoryCode,
    /// What, in English.
    pub text: String,
    /// Its values.
    pub params: Values,
    /// What went wrong, where something did.
    pub cause: Option<CommandError>,
}

/// What can have happened. Behind each: its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StoryCode {
    /// It began.
    Started,
    /// It is in progress, in no phase that has a name of its own: `phase`, where there is one.
    InProgress,
    /// Bytes arrive.
    Downloading,
    /// Nothing arrives any more.
    Stalled,
    /// Sizes and checksums are compared.
    Verifying,
    /// Something else works on the file.
    Processing,
    /// It takes its place.
    Moving,
    /// It is paused.
    Paused,
    /// It waits: `reason`, `until`, where known.
    Waiting,
    /// It waits for its turn again.
    Queued,
    /// The program ended.
    Interrupted,
    /// Done.
    Completed,
    /// The file was there.
    Skipped,
    /// It failed; with a cause.
    Failed,
    /// It was given up.
    Cancelled,
    /// The server answered: `status`, `host`, `total`, `ranges`, `validator`, `content_type`.
    Answered,
    /// Another host answers: `host`.
    Redirected,
    /// It goes on behind what was there: `at_bytes`.
    Resumed,
    /// It comes from the first byte again: `why`, `lost_bytes`.
    StartedAgain,
    /// A try failed: `tries`, `until`; with a cause.
    Retry,
    /// The server asked for patience: `tries`, `until`; with a cause.
    Patience,
    /// Its turn came: `running`, `parallel`.
    Picked,
    /// The user paused it.
    UserPaused,
    /// The user paused everything.
    UserPausedAll,
    /// The user let it go on.
    UserResumed,
    /// The user let everything go on.
    UserResumedAll,
    /// The user put it into the queue again.
    UserRetried,
    /// The user gave it up.
    UserCancelled,
    /// It is held to be the cause of crashes: `crashes`.
    Quarantined,
    /// Entries were left out here: `count`.
    LeftOut,
}

impl StoryLine {
    /// When, for people, of one width: `2025-11-07 10:00:00.000Z`.
    pub fn time(&self) -> String {
        match self.at.parse::<Timestamp>() {
            Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S%.3fZ").to_string(),
            Err(_) => self.at.clone(),
        }
    }
}

impl OperationReport {
    /// The answer about one operation.
    pub fn of(story: &Story, around: &Surroundings) -> Self {
        let explanation = explain(story);
        let entries = lines::of(&story.journal);
        let report_text = report::text(story, &explanation, &entries, around);
        Self {
            explanation,
            entries,
            report_text,
        }
    }
}
