//! What can be noted. A closed set: whoever explains it knows all of it.

use std::collections::BTreeMap;

use aniworld_core::transfer::TransferNote;
use aniworld_core::transfer::redact::without_secrets;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::progress::{Progress, ProgressStatus, keys};

/// The longest text that is kept of a value; the rest is cut off.
const MAX_TEXT: usize = 300;
/// The most values that are kept of a cause.
const MAX_PARAMS: usize = 8;

/// Values of a cause: `host`, `status`, `path`, ...
pub type Params = BTreeMap<String, String>;

/// Something that happened to an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    /// Its state changed. Written by the board's service itself.
    State {
        /// The status.
        status: ProgressStatus,
        /// The phase, see [`keys::PHASE`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<String>,
        /// The reason, see [`keys::REASON`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Until when it waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// The code of a failure, see [`crate::failure`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error_code: Option<String>,
    },
    /// What the transfer told: an answer, a redirect, a resume, a new beginning.
    Transfer(TransferNote),
    /// A try failed, and the next one comes. The state that it leads to is part of it.
    Retry {
        /// Tries so far that brought nothing new.
        tries: u32,
        /// [`keys::REASON`] of the waiting: `retry`, or `server_busy` where the server asked for patience.
        reason: String,
        /// The code of the failure, see [`crate::failure`].
        code: String,
        /// Its values.
        params: Params,
        /// When the next try comes.
        until: Option<Timestamp>,
    },
    /// It ended without a result. The state that it leads to is part of it.
    Failed {
        /// The code of the failure, see [`crate::failure`].
        code: String,
        /// Its values.
        params: Params,
    },
    /// What the queue or its user decided.
    Decided(Decision),
}

/// What the queue or its user decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Its turn came.
    Picked {
        /// Downloads that ran then, this one too.
        running: u32,
        /// How many may.
        parallel: u32,
    },
    /// The user paused it.
    Paused,
    /// The user paused everything.
    PausedAll,
    /// The user let it go on.
    Resumed,
    /// The user let everything go on.
    ResumedAll,
    /// The user put it into the queue again after it had ended.
    Retried,
    /// The user gave it up.
    GivenUp,
    /// It ran when the program ended unexpectedly, so many times in a row, and is held to be the cause.
    Quarantined {
        /// How many times.
        crashes: u32,
    },
}

/// The state that an operation is left in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    status: ProgressStatus,
    phase: Option<String>,
    reason: Option<String>,
    until: Option<Timestamp>,
    error_code: Option<String>,
}

impl Note {
    /// The state of an operation as a note.
    pub(super) fn of_state(progress: &Progress) -> Self {
        let text = |key| word(progress, key).map(str::to_owned);
        Self::State {
            status: progress.status,
            phase: text(keys::PHASE),
            reason: text(keys::REASON),
            until: until(progress),
            error_code: text(keys::ERROR_CODE),
        }
    }

    /// The state that it leads to, if it leads to one.
    pub(super) fn standing(&self) -> Option<Standing> {
        match self {
            Self::State {
                status,
                phase,
                reason,
                until,
                error_code,
            } => Some(Standing {
                status: *status,
                phase: phase.clone(),
                reason: reason.clone(),
                until: *until,
                error_code: error_code.clone(),
            }),
            Self::Retry {
                reason, code, until, ..
            } => Some(Standing {
                status: ProgressStatus::Waiting,
                phase: None,
                reason: Some(reason.clone()),
                until: *until,
                error_code: Some(code.clone()),
            }),
            Self::Failed { code, .. } => Some(Standing {
                status: ProgressStatus::Failed,
                phase: None,
                reason: None,
                until: None,
                error_code: Some(code.clone()),
            }),
            Self::Transfer(_) | Self::Decided(_) => None,
        }
    }

    /// The same without secrets and of a bounded size.
    pub(super) fn tidied(mut self) -> Self {
        match &mut self {
            Self::State {
                phase,
                reason,
                error_code,
                ..
            } => [phase, reason, error_code].into_iter().flatten().for_each(tidy),
            Self::Retry {
                reason, code, params, ..
            } => {
                tidy(reason);
                tidy(code);
                tidy_params(params);
            }
            Self::Failed { code, params } => {
                tidy(code);
                tidy_params(params);
            }
            Self::Transfer(TransferNote::Answered(answer)) => {
                tidy(&mut answer.host);
                answer.content_type.iter_mut().for_each(tidy);
            }
            Self::Transfer(TransferNote::Redirected { host }) => tidy(host),
            Self::Transfer(_) | Self::Decided(_) => {}
        }
        self
    }
}

impl Standing {
    pub(super) fn has_ended(&self) -> bool {
        self.status.is_terminal()
    }

    /// A start of something that has not ended only goes on: what it goes on to is the news.
    pub(super) fn is_news_after(&self, before: Option<&Self>) -> bool {
        let goes_on = self.status == ProgressStatus::Started && before.is_some_and(|it| !it.has_ended());
        !goes_on && before != Some(self)
    }

    pub(super) fn is_that_of(&self, progress: &Progress) -> bool {
        self.status == progress.status
            && self.phase.as_deref() == word(progress, keys::PHASE)
            && self.reason.as_deref() == word(progress, keys::REASON)
            && self.error_code.as_deref() == word(progress, keys::ERROR_CODE)
            && self.until == until(progress)
    }
}

fn word<'a>(progress: &'a Progress, key: &str) -> Option<&'a str> {
    progress.metadata.get(key).and_then(Value::as_str)
}

fn until(progress: &Progress) -> Option<Timestamp> {
    word(progress, keys::UNTIL)?.parse().ok()
}

fn tidy(text: &mut String) {
    let mut clean = without_secrets(text);
    if let Some((end, _)) = clean.char_indices().nth(MAX_TEXT) {
        clean.truncate(end);
    }
    *text = clean;
}

fn tidy_params(params: &mut Params) {
    while params.len() > MAX_PARAMS {
        params.pop_last();
    }
    params.values_mut().for_each(tidy);
}
