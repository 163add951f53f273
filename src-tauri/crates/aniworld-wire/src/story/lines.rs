//! From the entries of a journal to lines with a code, its values and English.

use aniworld_core::transfer::TransferNote;
use aniworld_services::progress::{Decision, Journal, JournalEntry, Note, ProgressStatus, keys};
use serde::Serialize;

use super::{StoryCode, StoryLine, Values, words};
use crate::CommandError;

/// All entries, with a line where some were left out.
pub(super) fn of(journal: &Journal) -> Vec<StoryLine> {
    let mut lines: Vec<StoryLine> = journal.entries().map(line).collect();
    let left_out = journal.left_out();
    if left_out > 0
        && let Some(next) = lines.get(journal.before_gap())
    {
        let gap = Line {
            code: StoryCode::LeftOut,
            params: values([("count", left_out.to_string())]),
            cause: None,
        };
        let gap = gap.at(next.at.clone(), next.attempt);
        lines.insert(journal.before_gap(), gap);
    }
    lines
}

/// A line without its place in time.
struct Line {
    code: StoryCode,
    params: Values,
    cause: Option<CommandError>,
}

impl Line {
    fn plain(code: StoryCode) -> Self {
        Self {
            code,
            params: Values::new(),
            cause: None,
        }
    }

    fn at(self, at: String, attempt: u32) -> StoryLine {
        let Self { code, params, cause } = self;
        StoryLine {
            at,
            attempt,
            code,
            text: words::line(code, &params, cause.as_ref()),
            params,
            cause,
        }
    }
}

fn line(entry: &JournalEntry) -> StoryLine {
    let line = match &entry.note {
        Note::State {
            status,
            phase,
            reason,
            until,
            error_code,
        } => {
            let given = [
                ("phase", phase.clone()),
                ("reason", reason.clone()),
                ("until", until.map(|until| until.to_string())),
            ];
            Line {
                code: state_code(*status, phase.as_deref(), reason.as_deref()),
                params: values(given.into_iter().filter_map(|(key, it)| Some((key, it?)))),
                cause: error_code.as_deref().map(|code| cause(code, &Values::new())),
            }
        }
        Note::Transfer(note) => transfer_line(note),
        Note::Retry {
            tries,
            reason,
            code,
            params,
            until,
        } => {
            let tries = Some(("tries", tries.to_string()));
            let until = until.map(|until| ("until", until.to_string()));
            Line {
                code: if reason == "server_busy" {
                    StoryCode::Patience
                } else {
                    StoryCode::Retry
                },
                params: values(tries.into_iter().chain(until)),
                cause: Some(cause(code, params)),
            }
        }
        Note::Failed { code, params } => Line {
            cause: Some(cause(code, params)),
            ..Line::plain(StoryCode::Failed)
        },
        Note::Decided(decision) => decision_line(*decision),
    };
    line.at(entry.at.to_string(), entry.attempt)
}

fn state_code(status: ProgressStatus, phase: Option<&str>, reason: Option<&str>) -> StoryCode {
    match (status, phase, reason) {
        (ProgressStatus::Started, ..) => StoryCode::Started,
        (ProgressStatus::InProgress, _, Some(keys::REASON_STALLED)) => StoryCode::Stalled,
        (ProgressStatus::InProgress, Some(keys::PHASE_DOWNLOADING), _) => StoryCode::Downloading,
        (ProgressStatus::InProgress, Some("verifying"), _) => StoryCode::Verifying,
        (ProgressStatus::InProgress, Some("processing"), _) => StoryCode::Processing,
        (ProgressStatus::InProgress, Some("moving"), _) => StoryCode::Moving,
        (ProgressStatus::InProgress, ..) => StoryCode::InProgress,
        (ProgressStatus::Paused, ..) => StoryCode::Paused,
        (ProgressStatus::Waiting, _, Some(keys::REASON_INTERRUPTED)) => StoryCode::Interrupted,
        (ProgressStatus::Waiting, _, Some("queued")) => StoryCode::Queued,
        (ProgressStatus::Waiting, ..) => StoryCode::Waiting,
        (ProgressStatus::Completed, _, Some(keys::REASON_SKIPPED)) => StoryCode::Skipped,
        (ProgressStatus::Completed, ..) => StoryCode::Completed,
        (ProgressStatus::Failed, ..) => StoryCode::Failed,
        (ProgressStatus::Cancelled, ..) => StoryCode::Cancelled,
    }
}

fn transfer_line(note: &TransferNote) -> Line {
    let (code, params) = match note {
        TransferNote::Answered(answer) => {
            let known = [
                ("status", answer.status.to_string()),
                ("host", answer.host.clone()),
                ("ranges", answer.ranges.to_string()),
                ("validator", code_of(&answer.validator)),
            ];
            let total = answer.total.map(|total| ("total", total.to_string()));
            let media_type = answer.content_type.clone().map(|it| ("content_type", it));
            let all = known.into_iter().chain(total).chain(media_type);
            (StoryCode::Answered, values(all))
        }
        TransferNote::Redirected { host } => (StoryCode::Redirected, values([("host", host.clone())])),
        TransferNote::Resumed { at_bytes } => {
            (StoryCode::Resumed, values([("at_bytes", at_bytes.to_string())]))
        }
        TransferNote::StartedAgain { why, lost_bytes } => (
            StoryCode::StartedAgain,
            values([("why", code_of(why)), ("lost_bytes", lost_bytes.to_string())]),
        ),
    };
    Line {
        params,
        ..Line::plain(code)
    }
}

fn decision_line(decision: Decision) -> Line {
    let (code, params) = match decision {
        Decision::Picked { running, parallel } => (
            StoryCode::Picked,
            values([
                ("running", running.to_string()),
                ("parallel", parallel.to_string()),
            ]),
        ),
        Decision::Paused => (StoryCode::UserPaused, Values::new()),
        Decision::PausedAll => (StoryCode::UserPausedAll, Values::new()),
        Decision::Resumed => (StoryCode::UserResumed, Values::new()),
        Decision::ResumedAll => (StoryCode::UserResumedAll, Values::new()),
        Decision::Retried => (StoryCode::UserRetried, Values::new()),
        Decision::GivenUp => (StoryCode::UserCancelled, Values::new()),
        Decision::Quarantined { crashes } => {
            (StoryCode::Quarantined, values([("crashes", crashes.to_string())]))
        }
    };
    Line {
        params,
        ..Line::plain(code)
    }
}

/// A cause as an error. A code that this program does not know is one without words.
pub(super) fn cause(code: &str, params: &Values) -> CommandError {
    let code = serde_json::from_value(code.into()).unwrap_or(crate::ErrorCode::Internal);
    CommandError::new(code, params.clone())
}

/// The word of a code as it is on the wire.
pub(super) fn code_of(code: &impl Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(super) fn values<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Values {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
