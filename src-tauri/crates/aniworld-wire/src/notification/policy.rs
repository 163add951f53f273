//! Which notification is due: from progress, from how much somebody sees of the window, and from the time. Pure.

use std::time::Duration;

use aniworld_services::progress::{
    DOWNLOAD_QUEUE, Delivery, Progress, ProgressStatus, ProgressType, Significance, Snapshot, keys,
};
use jiff::Timestamp;
use serde_json::Value;

use crate::Attention;

/// The least time between two notifications that nobody has to act on.
const GAP: Duration = Duration::from_mins(1);
/// A run that is shorter is no news to somebody who can see the window.
const SHORT_RUN: Duration = Duration::from_secs(30);
/// What was told is told again after this, even if nobody looked.
const REPEAT_AFTER: Duration = Duration::from_hours(1);

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// The queue has nothing left to do.
    RunEnded {
        /// Episodes that were downloaded.
        completed: u64,
        /// Downloads that failed, without those that [`Notification::Trouble`] told of.
        failed: u64,
        /// Their series, if it was one.
        series: Option<String>,
    },
    /// Nothing goes on before the user does something.
    Trouble(Trouble),
    /// A scan found so many episodes missing that were not missing before.
    NewEpisodes(u64),
}

/// What stops every download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No space is left where the library is.
    DiskFull,
    /// The library is gone or cannot be reached.
    LibraryMissing,
    /// The library cannot be written.
    ReadOnly,
    /// The program cannot go on by a mistake of its own.
    Broken,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Show this, and ask again.
    Now(Notification),
    /// Ask again after this time.
    In(Duration),
    /// Nothing waits.
    Nothing,
}

/// Decides. At most one notification waits, besides one trouble.
#[derive(Debug, Default)]
pub struct Policy {
    run: Option<Run>,
    /// Nothing runs and nothing would start by itself.
    idle: bool,
    /// Missing episodes as of the last scan, without those that came since.
    missing: Option<u64>,
    /// The last state change that was taken in.
    seen: Timestamp,
    trouble: Option<Trouble>,
    waiting: Option<Waiting>,
    /// Told since somebody last looked, and when. Bounded by [`GAP`] and [`REPEAT_AFTER`].
    told: Vec<(Notification, Duration)>,
    last: Option<Duration>,
}

#[derive(Debug)]
struct Run {
    began: Duration,
    completed: u64,
    failed: u64,
    series: Series,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Series {
    None,
    One(String),
    Several,
}

#[derive(Debug)]
struct Waiting {
    what: Notification,
    /// It tells of a short run.
    short: bool,
}

impl Policy {
    /// Begins with what is known now; what has ended before is no news.
    pub fn begin(snapshot: &Snapshot, now: Duration) -> Self {
        let mut policy = Self {
            idle: true,
            ..Self::default()
        };
        let known = snapshot.past.iter().chain(&snapshot.active);
        policy.seen = known.map(|it| it.updated_at).max().unwrap_or_default();
        for progress in &snapshot.past {
            if progress.kind == ProgressType::Scan && policy.missing.is_none() {
                policy.missing = missing(progress);
            }
        }
        for progress in &snapshot.active {
            policy.change(progress, now);
        }
        policy
    }

    /// Takes what a mailbox hands out. `true` if there may be something to tell.
    pub fn take(&mut self, delivery: &Delivery, now: Duration) -> bool {
        match delivery {
            Delivery::Event(event) if event.significance == Significance::Sample => return false,
            Delivery::Event(event) => self.change(&event.progress, now),
            Delivery::Resync(snapshot) => {
                // what ended meanwhile; more than the snapshot still knows is not made up
                let seen = self.seen;
                let missed = snapshot.past.iter().rev().filter(|it| it.updated_at > seen);
                for progress in missed.chain(&snapshot.active) {
                    self.change(progress, now);
                }
            }
        }
        self.trouble.is_some() || self.waiting.is_some()
    }

    /// What to do now, with the window seen like this.
    pub fn due(&mut self, attention: Attention, now: Duration) -> Due {
        if attention == Attention::Focused {
            // the page shows it, and who looks has been told
            self.trouble = None;
            self.waiting = None;
            self.told.clear();
            return Due::Nothing;
        }
        self.told.retain(|(_, at)| now.saturating_sub(*at) < REPEAT_AFTER);
        if let Some(trouble) = self.trouble.take().map(Notification::Trouble)
            && !self.was_told(&trouble)
        {
            return self.tell(trouble, now);
        }
        let Some(waiting) = self.waiting.take() else {
            return Due::Nothing;
        };
        if (waiting.short && attention == Attention::Visible) || self.is_stale(&waiting.what) {
            return Due::Nothing;
        }
        let since = self.last.map_or(GAP, |last| now.saturating_sub(last));
        if since < GAP {
            self.waiting = Some(waiting);
            return Due::In(GAP.saturating_sub(since));
        }
        self.tell(waiting.what, now)
    }

    fn tell(&mut self, what: Notification, now: Duration) -> Due {
        self.last = Some(now);
        self.told.push((what.clone(), now));
        Due::Now(what)
    }

    fn was_told(&self, what: &Notification) -> bool {
        self.told.iter().any(|(told, _)| told == what)
    }

    /// Told before in the same words, and nothing new in it. Another downloaded episode is always new.
    fn is_stale(&self, what: &Notification) -> bool {
        let is_new = matches!(what, Notification::RunEnded { completed: 1.., .. });
        !is_new && self.was_told(what)
    }

    fn change(&mut self, progress: &Progress, now: Duration) {
        self.seen = self.seen.max(progress.updated_at);
        match progress.kind {
            ProgressType::Download if progress.status.is_terminal() => self.download_ended(progress, now),
            ProgressType::Queue if progress.id == DOWNLOAD_QUEUE => self.queue(progress, now),
            ProgressType::Scan if progress.status.is_terminal() => self.scan_ended(progress),
            ProgressType::Error if progress.status == ProgressStatus::Failed => {
                self.trouble = Some(Trouble::Broken);
            }
            _ => {}
        }
    }

    fn download_ended(&mut self, progress: &Progress, now: Duration) {
        let trouble = Trouble::of(progress);
        let run = self.run.get_or_insert_with(|| Run::new(now));
        match progress.status {
            ProgressStatus::Completed => {
                self.missing = self.missing.map(|missing| missing.saturating_sub(1));
                if text(progress, keys::REASON) != Some(keys::REASON_SKIPPED) {
                    run.completed += 1;
                    run.series.add(progress);
                }
            }
            ProgressStatus::Failed if trouble.is_some() => self.trouble = trouble,
            ProgressStatus::Failed => {
                run.failed += 1;
                run.series.add(progress);
            }
            _ => {}
        }
    }

    fn queue(&mut self, queue: &Progress, now: Duration) {
        let is = |key: &str| queue.metadata.get(key).and_then(Value::as_bool);
        // a queue that was only just opened does not say it yet
        self.idle = is(keys::IDLE).unwrap_or(true);
        if !self.idle {
            self.run.get_or_insert_with(|| Run::new(now));
        } else if is(keys::PAUSED) != Some(true)
            && let Some(run) = self.run.take()
        {
            // a run that the user paused is not over
            self.run_ended(run, now);
        }
    }

    fn run_ended(&mut self, run: Run, now: Duration) {
        if run.completed + run.failed == 0 {
            return;
        }
        let short = now.saturating_sub(run.began) < SHORT_RUN;
        let series = match run.series {
            Series::One(name) => Some(name),
            Series::None | Series::Several => None,
        };
        self.wait_with(Waiting {
            what: Notification::RunEnded {
                completed: run.completed,
                failed: run.failed,
                series,
            },
            short,
        });
    }

    fn scan_ended(&mut self, scan: &Progress) {
        if scan.status == ProgressStatus::Failed {
            // any other failure of a scan stops no download
            let trouble = Trouble::of(scan);
            self.trouble = trouble.or(self.trouble);
        }
        let Some(missing) = missing(scan) else {
            return;
        };
        let before = self.missing.replace(missing).unwrap_or(missing);
        if missing > before && self.idle {
            self.wait_with(Waiting {
                what: Notification::NewEpisodes(missing - before),
                short: false,
            });
        }
    }

    /// Only one waits: sums add up, and a sum is worth more than a scan.
    fn wait_with(&mut self, new: Waiting) {
        let what = match (self.waiting.take(), new) {
            (Some(old), new) => Waiting {
                short: old.short && new.short,
                what: old.what.and(new.what),
            },
            (None, new) => new,
        };
        self.waiting = Some(what);
    }
}

impl Notification {
    fn and(self, new: Self) -> Self {
        match (self, new) {
            (
                Self::RunEnded {
                    completed,
                    failed,
                    series,
                },
                Self::RunEnded {
                    completed: more,
                    failed: worse,
                    series: other,
                },
            ) => Self::RunEnded {
                completed: completed + more,
                failed: failed + worse,
                series: series.filter(|name| Some(name) == other.as_ref()),
            },
            (Self::NewEpisodes(before), Self::NewEpisodes(more)) => Self::NewEpisodes(before + more),
            (run @ Self::RunEnded { .. }, Self::NewEpisodes(_)) => run,
            (_, new) => new,
        }
    }
}

impl Trouble {
    fn of(progress: &Progress) -> Option<Self> {
        match text(progress, keys::ERROR_CODE)? {
            "disk_full" | "not_enough_space" => Some(Self::DiskFull),
            "library_missing" | "library_unreachable" => Some(Self::LibraryMissing),
            "read_only" => Some(Self::ReadOnly),
            _ => None,
        }
    }
}

impl Run {
    fn new(now: Duration) -> Self {
        Self {
            began: now,
            completed: 0,
            failed: 0,
            series: Series::None,
        }
    }
}

impl Series {
    fn add(&mut self, progress: &Progress) {
        let name = text(progress, keys::SERIES).unwrap_or_default();
        *self = match self {
            Self::None => Self::One(name.to_owned()),
            Self::One(known) if known == name => return,
            Self::One(_) | Self::Several => Self::Several,
        };
    }
}

fn text<'a>(progress: &'a Progress, key: &str) -> Option<&'a str> {
    progress.metadata.get(key).and_then(Value::as_str)
}

fn missing(scan: &Progress) -> Option<u64> {
    let is_done = scan.status == ProgressStatus::Completed;
    let totals = scan.metadata.get("totals").filter(|_| is_done);
    totals?.get("missing")?.as_u64()
}

#[cfg(test)]
mod tests;
