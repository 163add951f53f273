//! What a row of the benchmark is, and how it is judged. Must not know which rows there are.

use std::ffi::OsString;

use super::measure::{Cost, median};
use super::scratch::Data;

/// Programs that fetch the same data in turn.
#[derive(Debug)]
pub(super) struct Row {
    /// Chosen with `--rows`.
    pub(super) id: &'static str,
    /// One sentence: what is fetched from where.
    pub(super) what: String,
    pub(super) data: Data,
    pub(super) rounds: usize,
    /// The first peer is what the ratios of the table are to.
    pub(super) contenders: Vec<Contender>,
    pub(super) budgets: Vec<Budget>,
}

/// A program with its arguments.
#[derive(Debug)]
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) argv: Vec<OsString>,
    /// Writes the container anew: its packets are compared, not its bytes.
    pub(super) remuxes: bool,
    /// Only the whole benchmark installs it.
    pub(super) extra: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metric {
    Wall,
    Cpu,
    Peak,
}

/// What must hold.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) ours: &'static str,
    pub(super) metric: Metric,
    pub(super) bound: Bound,
}

#[derive(Debug)]
pub(super) enum Bound {
    /// So many times the best of these peers.
    Times(f64, Vec<&'static str>),
    /// The same, but only told, not demanded.
    Goal(f64, Vec<&'static str>),
    /// MiB.
    Mib(f64),
}

/// The runs of one contender that count.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) name: &'static str,
    pub(super) costs: Vec<Cost>,
}

/// A budget with the figures of a run.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) sentence: String,
    pub(super) holds: bool,
    pub(super) demanded: bool,
}

impl Metric {
    pub(super) fn of(self, cost: &Cost) -> f64 {
        match self {
            Self::Wall => cost.wall,
            Self::Cpu => cost.cpu,
            Self::Peak => cost.peak,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Wall => "wall time",
            Self::Cpu => "CPU time",
            Self::Peak => "peak memory",
        }
    }
}

impl Runs {
    pub(super) fn median(&self, metric: Metric) -> f64 {
        median(self.costs.iter().map(|cost| metric.of(cost)).collect())
    }

    /// The least and the most.
    pub(super) fn spread(&self, metric: Metric) -> (f64, f64) {
        let values = || self.costs.iter().map(|cost| metric.of(cost));
        (
            values().fold(f64::INFINITY, f64::min),
            values().fold(0.0, f64::max),
        )
    }
}

impl Budget {
    /// Holds the budget against what was measured; `None` where one of the two was not.
    pub(super) fn judge(&self, runs: &[Runs]) -> Option<Verdict> {
        let find = |name: &str| runs.iter().find(|runs| runs.name == name);
        let ours = find(self.ours)?.median(self.metric);
        let (times, peers, demanded) = match &self.bound {
            Bound::Mib(most) => {
                let sentence = format!(
                    "`{}`: {} {ours:.1} MiB, at most {most:.1}",
                    self.ours,
                    self.metric.word()
                );
                return Some(Verdict {
                    sentence,
                    holds: ours <= *most,
                    demanded: true,
                });
            }
            Bound::Times(times, peers) => (*times, peers, true),
            Bound::Goal(times, peers) => (*times, peers, false),
        };
        let (name, peer) = peers
            .iter()
            .filter_map(|name| Some((*name, find(name)?.median(self.metric))))
            .min_by(|left, right| left.1.total_cmp(&right.1))?;
        let ratio = ours / peer;
        Some(Verdict {
            sentence: format!(
                "`{}`: {:.2} of the {} of `{name}`, at most {times:.2}",
                self.ours,
                ratio,
                self.metric.word()
            ),
            holds: ratio <= times,
            demanded,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Budget, Cost, Metric, Runs};

    fn runs(name: &'static str, walls: &[f64]) -> Runs {
        let cost = |wall: &f64| Cost {
            wall: *wall,
            cpu: 1.0,
            peak: 20.0,
        };
        Runs {
            name,
            costs: walls.iter().map(cost).collect(),
        }
    }

    fn judge(bound: Bound) -> Option<(bool, bool)> {
        let measured = [
            runs("ours", &[1.0, 9.0, 2.0]),
            runs("fast", &[2.5]),
            runs("slow", &[8.0]),
        ];
        let budget = Budget {
            ours: "ours",
            metric: Metric::Wall,
            bound,
        };
        budget
            .judge(&measured)
            .map(|verdict| (verdict.holds, verdict.demanded))
    }

    #[test]
    fn medians_are_compared_with_the_best_peer() {
        assert_eq!(judge(Bound::Times(0.8, vec!["slow", "fast"])), Some((true, true)));
        assert_eq!(
            judge(Bound::Times(0.79, vec!["slow", "fast"])),
            Some((false, true))
        );
        assert_eq!(judge(Bound::Goal(0.79, vec!["fast"])), Some((false, false)));
    }

    #[test]
    fn a_peer_that_did_not_run_is_no_peer() {
        assert_eq!(
            judge(Bound::Times(0.3, vec!["slow", "absent"])),
            Some((true, true))
        );
        assert_eq!(judge(Bound::Times(1.0, vec!["absent"])), None);
    }

    #[test]
    fn memory_has_a_bound_of_its_own() {
        let budget = |most| Budget {
            ours: "ours",
            metric: Metric::Peak,
            bound: Bound::Mib(most),
        };
        let holds = |most| {
            budget(most)
                .judge(&[runs("ours", &[1.0])])
                .map(|verdict| verdict.holds)
        };
        assert_eq!(holds(20.0), Some(true));
        assert_eq!(holds(19.9), Some(false));
    }
}
