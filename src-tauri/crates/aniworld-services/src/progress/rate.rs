//! Speed and time left of one download, from byte counts and instants. Pure: the clock is passed in.

use std::time::Duration;

/// Time constant of the speed that is shown.
const SPEED_TAU: Duration = Duration::from_secs(5);
/// Time constant of the speed behind the time left: calmer.
const ETA_TAU: Duration = Duration::from_secs(15);
/// No new byte for longer than this is a stall.
const STALL: Duration = Duration::from_secs(3);
/// The time left is shown only after so much observation.
const ETA_AFTER: Duration = Duration::from_secs(2);
/// Samples closer together than this are folded into one: a rate over a millisecond is noise.
const FOLD: Duration = Duration::from_millis(100);
/// Longer than this (100 days) is no statement about anything.
const ETA_MAX: f64 = 8_640_000.0;

/// An exponential average over time, unbiased from its first sample on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Average {
    sum: f64,
    weight: f64,
}

impl Average {
    pub(super) fn fold(&mut self, rate: f64, over: Duration, tau: Duration) {
        let share = -(-over.as_secs_f64() / tau.as_secs_f64()).exp_m1();
        self.sum += share * (rate - self.sum);
        self.weight += share * (1.0 - self.weight);
    }

    pub(super) fn value(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.sum / self.weight)
    }
}

/// What can be said about a download now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Bytes per second.
    pub(super) speed: Option<u64>,
    /// Seconds.
    pub(super) eta: Option<u64>,
}

/// The observations of one download since it last began, resumed or stalled.
#[derive(Debug, Clone, Default)]
pub(super) struct Rate {
    run: Option<Run>,
}

#[derive(Debug, Clone)]
struct Run {
    since: Duration,
    folded_at: Duration,
    folded_bytes: u64,
    bytes: u64,
    grew_at: Duration,
    fast: Average,
    slow: Average,
    eta: Option<u64>,
}

impl Run {
    fn new(bytes: u64, now: Duration) -> Self {
        Self {
            since: now,
            folded_at: now,
            folded_bytes: bytes,
            bytes,
            grew_at: now,
            fast: Average::default(),
            slow: Average::default(),
            eta: None,
        }
    }

    fn take(&mut self, bytes: u64, now: Duration) {
        if bytes > self.bytes {
            self.grew_at = now;
        }
        self.bytes = bytes;
        let over = now.saturating_sub(self.folded_at);
        if over >= FOLD {
            let rate = (bytes - self.folded_bytes) as f64 / over.as_secs_f64();
            self.fast.fold(rate, over, SPEED_TAU);
            self.slow.fold(rate, over, ETA_TAU);
            self.folded_at = now;
            self.folded_bytes = bytes;
        }
    }

    fn figures(&mut self, total: Option<u64>, now: Duration) -> Figures {
        let estimate = total
            .filter(|_| now.saturating_sub(self.since) >= ETA_AFTER)
            .and_then(|total| seconds_left(total.saturating_sub(self.bytes), self.slow.value()?));
        self.eta = match (self.eta, estimate) {
            (Some(shown), Some(new)) if shown.abs_diff(new) * 20 <= shown => Some(shown),
            (_, estimate) => estimate,
        };
        Figures {
            speed: self.fast.value().map(whole),
            eta: self.eta,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never negative; `as` saturates"
)]
pub(super) fn whole(value: f64) -> u64 {
    value.round() as u64
}

fn seconds_left(bytes: u64, speed: f64) -> Option<u64> {
    let seconds = bytes as f64 / speed;
    (speed >= 1.0 && seconds <= ETA_MAX).then(|| whole(seconds))
}

impl Rate {
    /// Takes the bytes so far. A stall before, or fewer bytes than before, begins anew.
    pub(super) fn observe(&mut self, bytes: u64, total: Option<u64>, now: Duration) -> Figures {
        match &mut self.run {
            Some(run) if bytes >= run.bytes && (bytes == run.bytes || !run.stalled(now)) => {
                run.take(bytes, now);
                run.figures(total, now)
            }
            _ => {
                self.run = Some(Run::new(bytes, now));
                Figures::default()
            }
        }
    }

    /// Whether no byte came for too long.
    pub(super) fn stalled(&self, now: Duration) -> bool {
        self.run.as_ref().is_some_and(|run| run.stalled(now))
    }

    /// Whether there is something that could stall.
    pub(super) fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Forgets everything: the download does not move by its own will.
    pub(super) fn reset(&mut self) {
        self.run = None;
    }
}

impl Run {
    fn stalled(&self, now: Duration) -> bool {
        now.saturating_sub(self.grew_at) > STALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// 1,000 bytes a second, told every 200 ms.
    fn steady(rate: &mut Rate, millis: std::ops::RangeInclusive<u64>, total: u64) -> Figures {
        let mut figures = Figures::default();
        for now in millis.step_by(200) {
            figures = rate.observe(now, Some(total), at(now));
        }
        figures
    }

    #[test]
    fn a_steady_flow_has_its_exact_speed_from_the_first_interval() {
        let mut rate = Rate::default();
        assert_eq!(rate.observe(0, Some(60_000), at(0)), Figures::default());
        assert_eq!(rate.observe(200, Some(60_000), at(200)).speed, Some(1_000));
        assert_eq!(steady(&mut rate, 400..=10_000, 60_000).speed, Some(1_000));
    }

    #[test]
    fn the_time_left_is_shown_after_two_seconds() {
        let mut rate = Rate::default();
        assert_eq!(steady(&mut rate, 0..=1_800, 60_000).eta, None);
        assert_eq!(steady(&mut rate, 2_000..=2_000, 60_000).eta, Some(58));
    }

    #[test]
    fn the_time_left_moves_only_by_more_than_five_percent() {
        let mut rate = Rate::default();
        steady(&mut rate, 0..=2_000, 60_000);
        assert_eq!(steady(&mut rate, 2_200..=4_400, 60_000).eta, Some(58));
        // 58 - 55 is more than a twentieth of 58
        assert_eq!(steady(&mut rate, 4_600..=4_600, 60_000).eta, Some(55));
    }

    #[test]
    fn the_speed_follows_a_change_within_some_seconds() {
        let mut rate = Rate::default();
        steady(&mut rate, 0..=20_000, 1_000_000);
        let mut bytes = 20_000;
        let mut speed = 0;
        for now in (20_200..=35_000).step_by(200) {
            bytes += 2_000;
            speed = rate.observe(bytes, None, at(now)).speed.unwrap_or_default();
        }
        // three time constants later at least 95 % of the way from 1,000 to 10,000
        assert!((9_500..=10_000).contains(&speed), "{speed}");
    }

    #[test]
    fn a_stall_is_seen_after_three_seconds_and_begins_anew() {
        let mut rate = Rate::default();
        steady(&mut rate, 0..=10_000, 60_000);
        assert!(!rate.stalled(at(13_000)));
        assert!(rate.stalled(at(13_001)));
        assert_eq!(rate.observe(10_500, Some(60_000), at(14_000)), Figures::default());
        assert!(!rate.stalled(at(14_000)));
    }

    #[test]
    fn fewer_bytes_than_before_begin_anew() {
        let mut rate = Rate::default();
        steady(&mut rate, 0..=10_000, 60_000);
        assert_eq!(rate.observe(0, Some(60_000), at(10_200)), Figures::default());
    }

    #[test]
    fn an_unknown_size_has_no_time_left() {
        let mut rate = Rate::default();
        rate.observe(0, None, at(0));
        for second in 1..10 {
            let figures = rate.observe(second * 500, None, at(second * 1_000));
            assert_eq!((figures.speed, figures.eta), (Some(500), None));
        }
    }
}
