//! A share of the whole, in tenths of a percent. Knows no operation.

/// A share, 0.0 to 100.0 in steps of 0.1.
///
/// Whole tenths, always rounded down: 99.97 % is never shown as 100, and figures that arrive in
/// any order compare exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u16);

impl Percent {
    /// `done` of `all`, in any common unit. `None` when there is nothing to be a share of; more
    /// than all of it counts as all.
    pub fn of(done: u128, all: u128) -> Option<Self> {
        let share = done.min(all).saturating_mul(1000).checked_div(all)?;
        u16::try_from(share).ok().map(Self)
    }

    /// In percent: 45.5.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// In tenths of a percent: 455.
    pub fn tenths(self) -> u64 {
        u64::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_down_and_clamps() {
        assert_eq!(Percent::of(455, 1000).map(Percent::value), Some(45.5));
        assert_eq!(Percent::of(9_999, 10_000).map(Percent::value), Some(99.9));
        assert_eq!(Percent::of(12, 10).map(Percent::value), Some(100.0));
        assert_eq!(Percent::of(0, 0), None);
        assert_eq!(
            Percent::of(u128::from(u64::MAX) - 1, u128::from(u64::MAX)).map(Percent::value),
            Some(99.9)
        );
    }
}
