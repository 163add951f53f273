//! What the downloads of the queue add up to. Exact: whole numbers, added and taken away one by one.

use super::share::Share;

/// The sum of the shares of all active children.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct QueueTotals {
    sum: Sum,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    speed: u128,
    bytes: u128,
    total_bytes: u128,
    tenths: u128,
}

impl QueueTotals {
    /// Replaces what a child added before by what it adds now. `true` if that made a difference.
    pub(super) fn replace(&mut self, before: Option<Share>, after: Option<Share>) -> bool {
        if before == after {
            return false;
        }
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let step = |sum: u128, before: u64, after: u64| sum - u128::from(before) + u128::from(after);
        self.sum = Sum {
            speed: step(self.sum.speed, before.speed, after.speed),
            bytes: step(self.sum.bytes, before.bytes, after.bytes),
            total_bytes: step(self.sum.total_bytes, before.total_bytes, after.total_bytes),
            tenths: step(self.sum.tenths, before.tenths, after.tenths),
        };
        true
    }

    pub(super) fn speed(&self) -> u64 {
        narrow(self.sum.speed)
    }

    pub(super) fn bytes(&self) -> u64 {
        narrow(self.sum.bytes)
    }

    pub(super) fn total_bytes(&self) -> u64 {
        narrow(self.sum.total_bytes)
    }

    pub(super) fn tenths(&self) -> u128 {
        self.sum.tenths
    }
}

fn narrow(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}
