//! How long the rest of a run may take, from the combined speed and the bytes that are left. Pure: the clock is
//! passed in.

use std::time::Duration;

use crate::progress::rate::{Average, whole};

/// Time constant of the speed behind the time left, and of how much it varies.
const TAU: Duration = Duration::from_secs(30);
/// The time left is shown only after so much observation.
const AFTER: Duration = Duration::from_secs(2);
/// An item of unknown size may be half as large or twice as large as the others.
const SMALLER: f64 = 0.5;
const LARGER: f64 = 2.0;
/// However much the speed varies, the slow end assumes at least this much of it.
const LEAST_SPEED: f64 = 0.2;
/// Longer than this (100 days) is no statement about anything.
const MAX: f64 = 8_640_000.0;

/// Seconds that the rest may take: most likely, at best and at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::progress::board) struct Outlook {
    pub(in crate::progress::board) likely: u64,
    pub(in crate::progress::board) low: u64,
    pub(in crate::progress::board) high: u64,
}

/// What is left to do, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    /// Of items whose size is known.
    pub(super) known: f64,
    /// A guess at those whose size is not.
    pub(super) guessed: f64,
}

/// The combined speed since it was last zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow {
    since: Duration,
    at: Duration,
    mean: Average,
    deviation: Average,
}

impl Flow {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            since: now,
            at: now,
            mean: Average::default(),
            deviation: Average::default(),
        }
    }

    /// Takes the combined speed of now, in bytes per second.
    pub(super) fn observe(&mut self, speed: f64, now: Duration) {
        let over = now.saturating_sub(self.at);
        self.at = now;
        self.mean.fold(speed, over, TAU);
        let mean = self.mean.value().unwrap_or(speed);
        self.deviation.fold((speed - mean).abs(), over, TAU);
    }

    /// `None` while too little was observed, and where the time is too long to mean anything.
    pub(super) fn outlook(&self, rest: Rest, now: Duration) -> Option<Outlook> {
        if now.saturating_sub(self.since) < AFTER {
            return None;
        }
        let mean = self.mean.value().filter(|mean| *mean >= 1.0)?;
        let deviation = self.deviation.value().unwrap_or(0.0);
        let seconds = |bytes: f64, speed: f64| (bytes / speed <= MAX).then(|| whole(bytes / speed));
        let Rest { known, guessed } = rest;
        Some(Outlook {
            likely: seconds(known + guessed, mean)?,
            low: seconds(known + guessed * SMALLER, mean + deviation)?,
            high: seconds(
                known + guessed * LARGER,
                (mean - deviation).max(mean * LEAST_SPEED),
            )?,
        })
    }
}

/// What to show: a time left that moves by a twentieth or less is noise.
pub(super) fn steadied(shown: Option<Outlook>, fresh: Option<Outlook>) -> Option<Outlook> {
    match (shown, fresh) {
        (Some(shown), Some(fresh)) if shown.likely.abs_diff(fresh.likely) * 20 <= shown.likely => Some(shown),
        (_, fresh) => fresh,
    }
}
