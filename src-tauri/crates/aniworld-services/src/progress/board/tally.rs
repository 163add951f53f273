//! The one sum of downloads: of the whole queue, of the program, of a series, of a season. Pure: the clock is
//! passed in.
//!
//! *The rule of the percent.* Where the size of every open item is known, it counts bytes: those that arrived,
//! of those that are to arrive, with what completed in this run in both. Else it counts items, each with its own
//! fraction. A failed item has ended, so it counts as one of the ended items, which says how much of the run is
//! over and not how much of it went well; how many failed is told apart. It adds no bytes, neither arrived nor
//! expected. A cancelled item leaves both. So the percent may fall when the plan grows.

mod outlook;

use std::collections::HashSet;
use std::time::Duration;

pub(super) use self::outlook::Outlook;
use self::outlook::{Flow, Rest, steadied};
use super::share::Share;
use crate::progress::percent::Percent;

/// What open items add up to: whole numbers, added and taken away one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    items: u64,
    speed: u128,
    bytes: u128,
    total_bytes: u128,
    planned_bytes: u128,
    tenths: u128,
    unsized_items: u64,
    running: u64,
    paused: u64,
}

/// The run of one scope.
#[derive(Debug, Default)]
pub(super) struct Tally {
    open: Sum,
    completed: u64,
    completed_bytes: u128,
    failed: HashSet<String>,
    /// Items that are open no more since the owner of the run last counted them.
    uncounted: u64,
    flow: Option<Flow>,
    shown: Option<Outlook>,
}

/// Items of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Items {
    /// Completed and failed ones.
    pub(super) ended: u64,
    /// Failed ones.
    pub(super) failed: u64,
    /// Ended and open ones.
    pub(super) total: u64,
}

/// What a percent counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes,
    Items,
}

/// A percent, and the figures behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) unit: Unit,
    pub(super) current: u64,
    pub(super) total: u64,
    pub(super) percent: Option<Percent>,
}

impl Unit {
    /// Its name in the metadata.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Items => "items",
        }
    }
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
        open.planned_bytes = wide(open.planned_bytes, before.planned_bytes, after.planned_bytes);
        open.tenths = wide(open.tenths, before.tenths, after.tenths);
        open.unsized_items = open.unsized_items + after.unsized_items - before.unsized_items;
        open.running = open.running + after.running - before.running;
        open.paused = open.paused + after.paused - before.paused;
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

    /// An item is open no more, and the owner of the run has not counted that yet.
    pub(super) fn closed(&mut self) {
        self.uncounted += 1;
    }

    /// The owner of the run has counted its items.
    pub(super) fn counted(&mut self) {
        self.uncounted = 0;
    }

    /// Whether no item is left open.
    pub(super) fn is_over(&self) -> bool {
        self.open.items == 0
    }

    /// How many run.
    pub(super) fn running(&self) -> u64 {
        self.open.running
    }

    /// Whether the user paused everything that is open.
    pub(super) fn is_paused(&self) -> bool {
        self.open.items > 0 && self.open.paused == self.open.items
    }

    /// Bytes per second of all.
    pub(super) fn speed(&self) -> u64 {
        narrow(self.open.speed)
    }

    /// The same where nothing is too much.
    pub(super) fn whole_speed(&self) -> u128 {
        self.open.speed
    }

    /// Bytes so far of open items that have an operation, and bytes of those in all.
    pub(super) fn active_bytes(&self) -> (u64, u64) {
        let all = self.open.total_bytes - self.open.planned_bytes;
        (narrow(self.open.bytes), narrow(all))
    }

    /// The items of the run.
    pub(super) fn items(&self) -> Items {
        let failed = self.failed.len() as u64;
        let ended = self.completed + failed;
        Items {
            ended,
            failed,
            total: ended + self.open.items,
        }
    }

    /// The percent by the rule above.
    pub(super) fn measure(&self) -> Measure {
        let Items { ended, total, .. } = self.items();
        self.bytes().unwrap_or_else(|| self.by_items(ended, total))
    }

    /// The same for an owner that counts items itself: its counts take the place of those here, and where it
    /// has more open items than are known here, the sizes of those are not known.
    pub(super) fn measure_of(&self, ended: u64, total: u64) -> Measure {
        let open = total.saturating_sub(ended);
        let knows_all = open <= self.open.items + self.uncounted;
        let bytes = self.bytes().filter(|_| knows_all);
        bytes.unwrap_or_else(|| self.by_items(ended, total))
    }

    fn bytes(&self) -> Option<Measure> {
        let total = self.completed_bytes + self.open.total_bytes;
        let bytes = self.completed_bytes + self.open.bytes;
        (self.open.unsized_items == 0 && total > 0).then(|| Measure {
            unit: Unit::Bytes,
            current: narrow(bytes),
            total: narrow(total),
            percent: Percent::of(bytes, total),
        })
    }

    fn by_items(&self, ended: u64, total: u64) -> Measure {
        let done = u128::from(ended) * 1000 + self.open.tenths;
        Measure {
            unit: Unit::Items,
            current: ended,
            total,
            percent: Percent::of(done, u128::from(total) * 1000),
        }
    }

    /// Observes the combined speed. To be called a few times a second while it matters.
    pub(super) fn look(&mut self, now: Duration) {
        if !self.flows() {
            self.flow = None;
            self.shown = None;
            return;
        }
        let flow = self.flow.get_or_insert_with(|| Flow::new(now));
        flow.observe(self.open.speed as f64, now);
        let flow = *flow;
        let fresh = self.rest().and_then(|rest| flow.outlook(rest, now));
        self.shown = steadied(self.shown, fresh);
    }

    /// Whether bytes arrive.
    pub(super) fn flows(&self) -> bool {
        self.open.speed > 0 && self.open.running > 0
    }

    /// How long the rest may take; `None` while nothing can be said.
    pub(super) fn outlook(&self) -> Option<Outlook> {
        self.shown
    }

    /// What is left. Items of unknown size are judged by the others; `None` when there are no others.
    fn rest(&self) -> Option<Rest> {
        let known = self.open.total_bytes.saturating_sub(self.open.bytes) as f64;
        if self.open.unsized_items == 0 {
            return Some(Rest { known, guessed: 0.0 });
        }
        let sized = (self.open.items - self.open.unsized_items) + self.completed;
        let bytes = (self.open.total_bytes + self.completed_bytes) as f64;
        let guessed = bytes / sized as f64 * self.open.unsized_items as f64;
        (sized > 0).then_some(Rest { known, guessed })
    }
}

fn narrow(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
