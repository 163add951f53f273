//! The one sentence: from everything that is known about an operation to a code with its values. Pure.

use aniworld_core::transfer::TransferNote;
use aniworld_services::downloads::JobState;
use aniworld_services::history::HistoryOutcome;
use aniworld_services::progress::{Decision, JournalEntry, Note, Progress, ProgressStatus, keys};
use aniworld_services::story::Story;
use jiff::Timestamp;
use serde_json::Value;

use super::lines::{cause, code_of, values};
use super::{Explanation, ExplanationCode, Values, words};
use crate::CommandError;

/// Why an operation is as it is.
pub fn explain(story: &Story) -> Explanation {
    let facts = Facts::of(story);
    let (code, params, cause) = match facts.state {
        Some(state) => facts.of_state(state),
        None => facts.of_other(),
    };
    Explanation {
        code,
        sentence: words::sentence(code, &params, cause.as_ref()),
        params,
        cause,
    }
}

type Answer = (ExplanationCode, Values, Option<CommandError>);

/// What counts, sorted out.
struct Facts<'a> {
    story: &'a Story,
    /// The state, where it is the download of an episode.
    state: Option<JobState>,
    /// The operation, as long as it has not ended.
    live: Option<&'a Progress>,
    /// The entries of the attempt that runs or ran last, newest first.
    attempt: Vec<&'a JournalEntry>,
}

impl<'a> Facts<'a> {
    fn of(story: &'a Story) -> Self {
        let newest = story.journal.newest().map_or(0, |entry| entry.attempt);
        let entries = story.journal.entries().rev();
        let live = story.progress.as_deref().filter(|it| !it.status.is_terminal());
        Self {
            story,
            state: state(story, live),
            live,
            attempt: entries.filter(|entry| entry.attempt == newest).collect(),
        }
    }

    fn of_state(&self, state: JobState) -> Answer {
        let plain = |code| (code, Values::new(), None);
        match state {
            ran if ran.is_active() && self.story.unattended => self.interrupted(),
            JobState::Queued => self.queued(),
            JobState::Paused => self.paused(),
            JobState::Waiting => self.waiting(),
            JobState::Starting => plain(ExplanationCode::Starting),
            JobState::Downloading => self.downloading(),
            JobState::Verifying => plain(ExplanationCode::Verifying),
            JobState::Processing => plain(ExplanationCode::Processing),
            JobState::Moving => plain(ExplanationCode::Moving),
            JobState::Completed => self.completed(),
            JobState::Skipped => plain(ExplanationCode::Skipped),
            JobState::Cancelled => plain(ExplanationCode::Cancelled),
            JobState::Failed => self.failed(),
        }
    }

    /// What is no download, or was never heard of.
    fn of_other(&self) -> Answer {
        let status = self
            .story
            .progress
            .as_ref()
            .map(|progress| progress.status)
            .or_else(|| {
                self.newest(|note| match note {
                    Note::State { status, .. } => Some(*status),
                    Note::Failed { .. } => Some(ProgressStatus::Failed),
                    Note::Retry { .. } => Some(ProgressStatus::Waiting),
                    _ => None,
                })
            });
        let plain = |code| (code, Values::new(), None);
        match status {
            None => plain(ExplanationCode::Unknown),
            Some(ProgressStatus::Failed) => self.failed(),
            Some(ProgressStatus::Completed) => self.completed(),
            Some(ProgressStatus::Cancelled) => plain(ExplanationCode::Cancelled),
            Some(ProgressStatus::Paused) => self.paused(),
            Some(_) => plain(ExplanationCode::Running),
        }
    }

    fn queued(&self) -> Answer {
        let standing = self.story.standing;
        if standing.is_some_and(|it| it.all_paused) {
            return (ExplanationCode::WaitsAllPaused, Values::new(), None);
        }
        if self.reason() == Some(keys::REASON_INTERRUPTED) {
            return self.interrupted();
        }
        if self.story.unattended {
            return (ExplanationCode::WaitsProgram, Values::new(), None);
        }
        let ahead = standing.map(|it| ("ahead", it.ahead.to_string()));
        let running = standing.map(|it| ("running", it.running.to_string()));
        let parallel = standing.and_then(|it| it.parallel);
        let parallel = parallel.map(|it| ("parallel", it.to_string()));
        let params = values(ahead.into_iter().chain(running).chain(parallel));
        (ExplanationCode::WaitsTurn, params, None)
    }

    fn interrupted(&self) -> Answer {
        let ahead = self.story.standing.map(|it| ("ahead", it.ahead.to_string()));
        (ExplanationCode::Interrupted, values(ahead), None)
    }

    fn paused(&self) -> Answer {
        let decision = self.newest(|note| match note {
            Note::Decided(decision @ (Decision::Paused | Decision::PausedAll)) => Some(*decision),
            _ => None,
        });
        let since = self.since(|note| {
            matches!(
                note,
                Note::State {
                    status: ProgressStatus::Paused,
                    ..
                } | Note::Decided(Decision::Paused | Decision::PausedAll)
            )
        });
        let code = match decision {
            Some(Decision::PausedAll) => ExplanationCode::PausedAll,
            _ => ExplanationCode::Paused,
        };
        (code, values(since.map(|at| ("since", at.to_string()))), None)
    }

    fn waiting(&self) -> Answer {
        let retry = self.newest(|note| match note {
            Note::Retry {
                tries,
                code,
                params,
                until,
                ..
            } => Some((*tries, cause(code, params), *until)),
            _ => None,
        });
        let until = self
            .live
            .and_then(|live| text(live, keys::UNTIL).map(str::to_owned))
            .or_else(|| {
                retry
                    .as_ref()
                    .and_then(|(_, _, until)| Some(until.as_ref()?.to_string()))
            });
        let until = until.map(|until| ("until", until));
        let told = retry.as_ref().map(|(_, cause, _)| cause.clone());
        let cause = told.or_else(|| self.live_cause());
        match self.reason() {
            Some("server_busy") => {
                let params = values(until.into_iter().chain(self.host()));
                (ExplanationCode::WaitsServer, params, cause)
            }
            Some(keys::REASON_INTERRUPTED | "queued") => self.queued(),
            _ => {
                let tries = retry.map(|(tries, ..)| ("tries", tries.to_string()));
                let params = values(until.into_iter().chain(tries));
                (ExplanationCode::WaitsRetry, params, cause)
            }
        }
    }

    fn downloading(&self) -> Answer {
        if self.reason() == Some(keys::REASON_STALLED) {
            let since = self.since(|note| {
                matches!(note, Note::State { reason: Some(reason), .. } if reason == keys::REASON_STALLED)
            });
            let since = since.map(|at| ("since", at.to_string()));
            let params = values(since.into_iter().chain(self.host()));
            return (ExplanationCode::Stalled, params, None);
        }
        let speed = self
            .live
            .and_then(|live| live.metadata.get(keys::SPEED)?.as_u64());
        let speed = speed.map(|speed| ("speed", speed.to_string()));
        let limited_by = self.live.and_then(|live| text(live, "limited_by"));
        let pace = |host: bool| {
            let host = self.host().filter(|_| host);
            speed.clone().into_iter().chain(host)
        };
        match (limited_by, self.began_again()) {
            (Some("server"), _) => (ExplanationCode::SlowServer, values(pace(true)), None),
            (Some("disk"), _) => (ExplanationCode::SlowDisk, values(pace(false)), None),
            (Some("speed_limit"), _) => (ExplanationCode::SlowLimit, values(pace(false)), None),
            (_, Some(why)) => {
                let params = values(pace(true).chain([("why", why)]));
                (ExplanationCode::BeganAgain, params, None)
            }
            (_, None) => (ExplanationCode::Downloading, values(pace(true)), None),
        }
    }

    fn completed(&self) -> Answer {
        let count = |is: fn(&Note) -> bool| self.attempt.iter().filter(|entry| is(&entry.note)).count();
        let resumed = count(|note| matches!(note, Note::Transfer(TransferNote::Resumed { .. })));
        let retries = count(|note| matches!(note, Note::Retry { .. }));
        let again = self.began_again();
        if resumed == 0 && retries == 0 && again.is_none() {
            return (ExplanationCode::Completed, Values::new(), None);
        }
        let counts = [("resumed", resumed.to_string()), ("retries", retries.to_string())];
        let params = values(counts.into_iter().chain(again.map(|why| ("why", why))));
        (ExplanationCode::CompletedAfter, params, None)
    }

    fn failed(&self) -> Answer {
        let crashes = self.newest(|note| match note {
            Note::Decided(Decision::Quarantined { crashes }) => Some(*crashes),
            _ => None,
        });
        if let Some(crashes) = crashes {
            let params = values([("crashes", crashes.to_string())]);
            return (ExplanationCode::Quarantined, params, None);
        }
        let retries = self
            .attempt
            .iter()
            .filter(|it| matches!(it.note, Note::Retry { .. }));
        let tries = retries.count() + 1;
        let job = self.story.job.as_ref().and_then(|job| job.failure.as_ref());
        let ended = self.story.ended.as_ref().and_then(|row| row.failure.as_ref());
        let noted = self.newest(|note| match note {
            Note::Failed { code, params } => Some(cause(code, params)),
            _ => None,
        });
        let stored = job.or(ended).map(CommandError::from);
        let cause = match (stored, noted) {
            // the same cause, in the words of its code
            (Some(stored), Some(noted)) if stored.code == noted.code => Some(noted),
            (Some(told), _) | (None, Some(told)) => Some(told),
            (None, None) => self.live_cause(),
        };
        (
            ExplanationCode::Failed,
            values([("tries", tries.to_string())]),
            cause,
        )
    }

    /// Why the bytes that there were came again.
    fn began_again(&self) -> Option<String> {
        self.newest(|note| match note {
            Note::Transfer(TransferNote::StartedAgain { why, .. }) => Some(code_of(why)),
            _ => None,
        })
    }

    /// The reason of the state that it is in.
    fn reason(&self) -> Option<&str> {
        if let Some(live) = self.live {
            return text(live, keys::REASON);
        }
        let state = self.attempt.iter().find_map(|entry| match &entry.note {
            Note::State { reason, .. } => Some(reason.as_deref()),
            Note::Retry { reason, .. } => Some(Some(reason.as_str())),
            _ => None,
        });
        state.flatten()
    }

    fn live_cause(&self) -> Option<CommandError> {
        let progress = self.story.progress.as_deref()?;
        Some(cause(text(progress, keys::ERROR_CODE)?, &Values::new()))
    }

    /// Who sends: whoever the operation names, else whoever answered last.
    fn host(&self) -> Option<(&'static str, String)> {
        let named = self.live.and_then(|live| text(live, "host")).map(str::to_owned);
        let answered = || {
            self.newest(|note| match note {
                Note::Transfer(TransferNote::Answered(answer)) => Some(answer.host.clone()),
                _ => None,
            })
        };
        Some(("host", named.or_else(answered)?))
    }

    fn newest<T>(&self, of: impl Fn(&Note) -> Option<T>) -> Option<T> {
        self.attempt.iter().find_map(|entry| of(&entry.note))
    }

    fn since(&self, is: impl Fn(&Note) -> bool) -> Option<Timestamp> {
        let found = self.attempt.iter().find(|entry| is(&entry.note));
        found.map(|entry| entry.at)
    }
}

/// The state of a download: live where something is live, else what is stored.
fn state(story: &Story, live: Option<&Progress>) -> Option<JobState> {
    let is_download = story.job.is_some() || story.label().is_some();
    if let Some(live) = live.filter(|_| is_download) {
        return Some(match live.status {
            ProgressStatus::Started => JobState::Starting,
            ProgressStatus::Paused => JobState::Paused,
            ProgressStatus::Waiting => match text(live, keys::REASON) {
                Some(keys::REASON_INTERRUPTED | "queued") => JobState::Queued,
                _ => JobState::Waiting,
            },
            _ => match text(live, keys::PHASE) {
                Some("verifying") => JobState::Verifying,
                Some("processing") => JobState::Processing,
                Some("moving") => JobState::Moving,
                _ => JobState::Downloading,
            },
        });
    }
    if let Some(job) = &story.job {
        return Some(job.state);
    }
    let ended = story.ended.as_ref().filter(|_| is_download)?;
    Some(match ended.outcome {
        HistoryOutcome::Completed => JobState::Completed,
        HistoryOutcome::Skipped => JobState::Skipped,
        HistoryOutcome::Failed => JobState::Failed,
        HistoryOutcome::Cancelled => JobState::Cancelled,
    })
}

fn text<'a>(progress: &'a Progress, key: &str) -> Option<&'a str> {
    progress.metadata.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
