//! The sums of one scope, and how long the rest of it may take. Pure: the clock is passed in.

use std::collections::HashSet;
use std::time::Duration;

use super::super::share::Share;
use crate::progress::percent::Percent;
use crate::progress::rate::{Average, whole};

/// Time constant of the speed behind the time left, and of how much it varies.
const OUTLOOK_TAU: Duration = Duration::from_secs(30);
/// The time left is shown only after so much observation.
const OUTLOOK_AFTER: Duration = Duration::from_secs(2);
/// An item of unknown size may be half as large or twice as large as the others.
const SMALLER: f64 = 0.5;
const LARGER: f64 = 2.0;
/// However much the speed varies, the slow end assumes at least this much of it.
const LEAST_SPEED: f64 = 0.2;
/// Longer than this (100 days) is no statement about anything.
const OUTLOOK_MAX: f64 = 8_640_000.0;

/// What open items add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    items: u64,
    speed: u128,
    bytes: u128,
    total_bytes: u128,
    tenths: u128,
    unsized_items: u64,
    running: u64,
}

/// Seconds that the rest may take: most likely, at best and at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::progress::board) struct Outlook {
    pub(in crate::progress::board) likely: u64,
    pub(in crate::progress::board) low: u64,
    pub(in crate::progress::board) high: u64,
}

/// The run of one scope.
#[derive(Debug, Default)]
pub(in crate::progress::board) struct Tally {
    open: Sum,
    completed: u64,
    completed_bytes: u128,
    failed: HashSet<String>,
    flow: Option<Flow>,
    shown: Option<Outlook>,
}

/// The combined speed since it was last zero.
#[derive(Debug, Clone, Copy)]
struct Flow {
    since: Duration,
    at: Duration,
    mean: Average,
    deviation: Average,
}

/// What a scope's percent counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) unit: &'static str,
    pub(super) current: u64,
    pub(super) total: u64,
    pub(super) percent: Option<Percent>,
}

impl Tally {
    /// Replaces what an open item added before by what it adds now.
    pub(super) fn replace(&mut self, before: Option<Share>, after: Option<Share>) {
        let open = &mut self.open;
        let items = open.items + u64::from(after.is_some());
        open.items = items - u64::from(before.is_some());
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let wide = |sum: u128, before: u64, after: u64| sum + u128::from(after) - u128::from(before);
        open.speed = wide(open.speed, before.speed, after.speed);
        open.bytes = wide(open.bytes, before.bytes, after.bytes);
        open.total_bytes = wide(open.total_bytes, before.total_bytes, after.total_bytes);
        open.tenths = wide(open.tenths, before.tenths, after.tenths);
        open.unsized_items = open.unsized_items + after.unsized_items - before.unsized_items;
        open.running = open.running + after.running - before.running;
    }

    pub(super) fn complete(&mut self, bytes: u64) {
        self.completed += 1;
        self.completed_bytes += u128::from(bytes);
    }

    pub(super) fn fail(&mut self, id: &str) {
        self.failed.insert(id.to_owned());
    }

    /// What failed is tried again: it is open, not failed.
    pub(super) fn forget_failure(&mut self, id: &str) {
        self.failed.remove(id);
    }

    /// Whether no item is left open.
    pub(super) fn is_over(&self) -> bool {
        self.open.items == 0
    }

    pub(super) fn is_running(&self) -> bool {
        self.open.running > 0
    }

    pub(super) fn speed(&self) -> u64 {
        narrow(self.open.speed)
    }

    /// Ended items, failed ones among them, and all items of the run.
    pub(super) fn items(&self) -> (u64, u64, u64) {
        let failed = self.failed.len() as u64;
        let ended = self.completed + failed;
        (ended, failed, ended + self.open.items)
    }

    /// Bytes where all sizes are known, else items.
    pub(super) fn measure(&self) -> Measure {
        let total_bytes = self.completed_bytes + self.open.total_bytes;
        if self.open.unsized_items == 0 && total_bytes > 0 {
            let bytes = self.completed_bytes + self.open.bytes;
            return Measure {
                unit: "bytes",
                current: narrow(bytes),
                total: narrow(total_bytes),
                percent: Percent::of(bytes, total_bytes),
            };
        }
        let (ended, _, all) = self.items();
        Measure {
            unit: "items",
            current: ended,
            total: all,
            percent: Percent::of(
                u128::from(ended) * 1000 + self.open.tenths,
                u128::from(all) * 1000,
            ),
        }
    }

    /// Observes the combined speed. To be called a few times a second while it matters.
    pub(super) fn look(&mut self, now: Duration) {
        if self.open.speed == 0 || self.open.running == 0 {
            self.flow = None;
            self.shown = None;
            return;
        }
        let speed = self.open.speed as f64;
        let flow = self.flow.get_or_insert(Flow {
            since: now,
            at: now,
            mean: Average::default(),
            deviation: Average::default(),
        });
        let over = now.saturating_sub(flow.at);
        flow.at = now;
        flow.mean.fold(speed, over, OUTLOOK_TAU);
        let mean = flow.mean.value().unwrap_or(speed);
        flow.deviation.fold((speed - mean).abs(), over, OUTLOOK_TAU);
        let fresh = self.estimate(now);
        self.shown = match (self.shown, fresh) {
            // a time left that moves by a twentieth or less is noise
            (Some(shown), Some(fresh)) if shown.likely.abs_diff(fresh.likely) * 20 <= shown.likely => {
                Some(shown)
            }
            (_, fresh) => fresh,
        };
    }

    /// How long the rest may take; `None` while nothing can be said.
    pub(in crate::progress::board) fn outlook(&self) -> Option<Outlook> {
        self.shown
    }

    fn estimate(&self, now: Duration) -> Option<Outlook> {
        let flow = self
            .flow
            .filter(|flow| now.saturating_sub(flow.since) >= OUTLOOK_AFTER)?;
        let mean = flow.mean.value().filter(|mean| *mean >= 1.0)?;
        let deviation = flow.deviation.value().unwrap_or(0.0);
        let left = self.open.total_bytes.saturating_sub(self.open.bytes) as f64;
        let guess = self.unsized_bytes()?;
        let seconds = |bytes: f64, speed: f64| (bytes / speed <= OUTLOOK_MAX).then(|| whole(bytes / speed));
        Some(Outlook {
            likely: seconds(left + guess, mean)?,
            low: seconds(left + guess * SMALLER, mean + deviation)?,
            high: seconds(left + guess * LARGER, (mean - deviation).max(mean * LEAST_SPEED))?,
        })
    }

    /// What items of unknown size may hold, judged by the others. `None` when there are no others.
    fn unsized_bytes(&self) -> Option<f64> {
        if self.open.unsized_items == 0 {
            return Some(0.0);
        }
        let sized = (self.open.items - self.open.unsized_items) + self.completed;
        let bytes = (self.open.total_bytes + self.completed_bytes) as f64;
        (sized > 0).then(|| bytes / sized as f64 * self.open.unsized_items as f64)
    }
}

fn narrow(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn share(bytes: u64, total: u64, speed: u64) -> Share {
        Share {
            speed,
            bytes,
            total_bytes: total,
            tenths: bytes * 1000 / total,
            unsized_items: 0,
            running: 1,
        }
    }

    #[test]
    fn bytes_count_where_all_sizes_are_known_and_items_else() {
        let mut tally = Tally::default();
        tally.replace(None, Some(share(500, 1_000, 0)));
        tally.replace(None, Some(Share::planned(Some(3_000))));
        tally.complete(1_000);
        let measure = tally.measure();
        assert_eq!(
            (measure.unit, measure.current, measure.total),
            ("bytes", 1_500, 5_000)
        );
        assert_eq!(measure.percent.map(Percent::value), Some(30.0));
        tally.replace(None, Some(Share::planned(None)));
        let measure = tally.measure();
        assert_eq!((measure.unit, measure.current, measure.total), ("items", 1, 4));
        assert_eq!(
            measure.percent.map(Percent::value),
            Some(37.5),
            "one and a half of four"
        );
    }

    #[test]
    fn the_outlook_comes_after_two_seconds_and_is_exact_for_a_steady_flow() {
        let mut tally = Tally::default();
        tally.replace(None, Some(share(0, 100_000, 1_000)));
        for second in 0..2 {
            tally.look(SECOND * second);
            assert_eq!(tally.outlook(), None);
        }
        tally.look(SECOND * 2);
        let expected = Outlook {
            likely: 100,
            low: 100,
            high: 100,
        };
        assert_eq!(tally.outlook(), Some(expected));
    }

    #[test]
    fn a_varying_flow_and_unknown_sizes_widen_it() {
        let mut tally = Tally::default();
        let mut before = share(0, 100_000, 1_000);
        tally.replace(None, Some(before));
        tally.replace(None, Some(Share::planned(None)));
        for second in 0..20_u32 {
            let after = share(0, 100_000, if second % 2 == 0 { 500 } else { 1_500 });
            tally.replace(Some(before), Some(after));
            before = after;
            tally.look(SECOND * second);
        }
        let outlook = tally.outlook().unwrap();
        assert!(
            outlook.low < outlook.likely && outlook.likely < outlook.high,
            "{outlook:?}"
        );
        assert!(
            outlook.high > 3 * outlook.low,
            "half or twice of the unknown, slow or fast: {outlook:?}"
        );
    }

    #[test]
    fn nothing_is_said_when_nothing_flows_or_no_size_is_known() {
        let mut tally = Tally::default();
        let flowing = Share {
            speed: 10,
            unsized_items: 1,
            running: 1,
            ..Share::default()
        };
        tally.replace(None, Some(flowing));
        tally.look(SECOND);
        tally.look(SECOND * 9);
        assert_eq!(tally.outlook(), None);
        let known = share(5, 100, 0);
        tally.replace(Some(flowing), Some(known));
        tally.look(SECOND * 10);
        assert_eq!(tally.outlook(), None);
    }
}
