//! What progress costs: updates, snapshots and memory of `ProgressService`, beside its peers in the same run.
//!
//! Prints one JSON object per line, `{"case", "operations", "subscribers", "call_ns", "settled_ns"}` and for
//! memory `{"case": "memory", "updates", "before", "after", "peak"}`; `cargo xtask bench progress` reads
//! them and knows the budgets. Every figure is the median of all rounds; the order of the cases turns by one
//! with each round, and a round before the first is not counted.

#![expect(
    clippy::print_stdout,
    reason = "the figures are printed for the program that started this one"
)]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has to fail")]

mod memory;
mod ours;
mod peers;

use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use serde_json::json;
use tokio::runtime::Runtime;

/// Counts what is allocated. All cases pay for it alike.
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Plan {
    rounds: usize,
    updates: usize,
    updates_of_memory: usize,
}

const WHOLE: Plan = Plan {
    rounds: 7,
    updates: 200_000,
    updates_of_memory: 1_000_000,
};
/// Shows only that everything works.
const SMOKE: Plan = Plan {
    rounds: 1,
    updates: 10_000,
    updates_of_memory: 50_000,
};

/// What one run of a case took.
#[derive(Debug, Clone, Copy)]
struct Took {
    /// Until the last call had returned.
    calls: Duration,
    /// Until every subscriber had handled everything, too.
    settled: Duration,
}

impl Took {
    fn at(start: Instant, calls: Duration) -> Self {
        let settled = start.elapsed();
        Self { calls, settled }
    }
}

/// One line of the result.
struct Case {
    name: &'static str,
    operations: usize,
    subscribers: usize,
    /// Calls of which the time is taken in one run.
    calls: usize,
    run: fn(&Runtime, &Case) -> Took,
    took: Vec<Took>,
}

fn main() {
    // `cargo bench` adds --bench, which is passed over
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let plan = if arguments.iter().any(|argument| argument == "--smoke") {
        SMOKE
    } else {
        WHOLE
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let mut cases = cases(plan);
    // `--only "update_progress 10000/3"`, for a profiler
    if let Some(only) = arguments.iter().position(|argument| argument == "--only") {
        cases.retain(|case| Some(&case.label()) == arguments.get(only + 1));
    }
    for round in 0..=plan.rounds {
        for step in 0..cases.len() {
            let index = (round + step) % cases.len();
            let case = &mut cases[index];
            let took = (case.run)(&runtime, case);
            if round > 0 {
                case.took.push(took);
            }
        }
    }
    for case in &cases {
        println!("{}", case.line());
    }
    println!("{}", memory::line(&runtime, plan.updates_of_memory));
}

fn cases(plan: Plan) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, operations, subscribers, calls, run| {
        cases.push(Case {
            name,
            operations,
            subscribers,
            calls,
            run,
            took: Vec::new(),
        });
    };
    for operations in [1, 100, 10_000] {
        for subscribers in [0, 3, 32] {
            add(
                "update_progress",
                operations,
                subscribers,
                plan.updates,
                ours::update as _,
            );
        }
        add(
            "update_progress, children of the queue",
            operations,
            3,
            plan.updates,
            ours::update_children,
        );
        add("indicatif", operations, 0, plan.updates, peers::bars);
    }
    for subscribers in [0, 3, 32] {
        add("tokio watch", 1, subscribers, plan.updates, peers::watch);
        add("tokio broadcast", 1, subscribers, plan.updates, peers::broadcast);
    }
    let snapshots = (plan.updates / 10_000).max(1);
    add("snapshot", 10_000, 0, snapshots, ours::snapshot);
    add("indicatif, all bars read", 10_000, 0, snapshots, peers::read_bars);
    cases
}

impl Case {
    fn label(&self) -> String {
        format!("{} {}/{}", self.name, self.operations, self.subscribers)
    }

    fn line(&self) -> serde_json::Value {
        let median = |of: fn(&Took) -> Duration| {
            let mut times: Vec<Duration> = self.took.iter().map(of).collect();
            times.sort();
            let one = times[times.len() / 2].as_secs_f64() / self.calls as f64;
            (one * 1e10).round() / 10.0
        };
        json!({
            "case": self.name,
            "operations": self.operations,
            "subscribers": self.subscribers,
            "rounds": self.took.len(),
            "call_ns": median(|took| took.calls),
            "settled_ns": median(|took| took.settled),
        })
    }
}
