//! `cargo xtask bench progress`: what progress costs a call, beside its peers in the same run.
//!
//! The figures come from the benchmark `progress` of aniworld-services, one JSON object per line; here
//! they become a table and are held against the budgets.

use serde_json::Value;

use super::{report, window};
use crate::process::{self, Outcome};
use crate::{project, test};

/// A call with 10,000 active operations and three subscribers, in nanoseconds.
const UPDATE_BUDGET: f64 = 1_000.0;
/// How much more may be allocated after the updates than before: what a counter or two of the runtime take.
const GROWTH_BUDGET: u64 = 4_096;
/// The case that the budget is about.
const OURS: &str = "update_progress";
const OPERATIONS: u64 = 10_000;
const SUBSCRIBERS: u64 = 3;
/// The cases that it is compared with.
const PEERS: [&str; 3] = ["indicatif", "tokio watch", "tokio broadcast"];

/// What the benchmark printed.
#[derive(Debug, Default)]
struct Figures {
    times: Vec<Time>,
    memory: Option<Memory>,
}

/// One case, in nanoseconds a call.
#[derive(Debug, PartialEq)]
struct Time {
    case: String,
    operations: u64,
    subscribers: u64,
    rounds: u64,
    call: f64,
    settled: f64,
}

/// What was allocated, in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Memory {
    updates: u64,
    before: u64,
    after: u64,
    peak: u64,
}

/// Measures, writes the report and fails where a budget does not hold.
pub(crate) fn progress(arguments: &[&str]) -> Outcome {
    let (smoke, board, in_window) = match arguments {
        [] => (false, true, true),
        ["--smoke"] => (true, true, false),
        ["--board"] => (false, true, false),
        ["--window"] => (false, false, true),
        _ => return Err("`bench progress` takes one of --smoke, --board and --window".into()),
    };
    let mut parts = Vec::new();
    let mut misses = Vec::new();
    if board {
        let figures = measure(smoke)?;
        parts.push(table(&figures)?);
        if !smoke {
            parts.push(verdict(&figures));
            misses.extend(missed(&figures));
        }
    }
    if in_window {
        let window = window::measure()?;
        parts.push(window.table()?);
        parts.push(window.verdict());
        misses.extend(window.missed());
    }
    let table = parts.join("\n\n");
    println!("\n{table}");
    if smoke {
        // nobody optimised this build: its figures are there, and say nothing about a budget
        return Ok(());
    }
    if board && in_window {
        report::write("progress", &table)?;
    }
    if misses.is_empty() {
        Ok(())
    } else {
        Err(misses.join("; "))
    }
}

fn measure(smoke: bool) -> Outcome<Figures> {
    let mut command = project::cargo();
    if smoke {
        // the selection of `cargo xtask test`, so that nothing is built twice
        command.arg("test").args(test::CRATES);
    } else {
        command.args(["bench", "--package", "aniworld-services"]);
    }
    command.args(["--bench", "progress"]);
    if smoke {
        command.args(["--", "--smoke"]);
    }
    let mut figures = Figures::default();
    process::run_listening(&mut command, |line| figures.read(line))?;
    Ok(figures)
}

impl Figures {
    /// Takes a line of the benchmark; what is none is passed over.
    fn read(&mut self, line: &str) {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            return;
        };
        if let Some(time) = time(&value) {
            self.times.push(time);
        } else if let Some(memory) = memory(&value) {
            self.memory = Some(memory);
        }
    }

    fn find(&self, case: &str, operations: u64, subscribers: u64) -> Option<&Time> {
        self.times.iter().find(|time| {
            time.case == case && time.operations == operations && time.subscribers == subscribers
        })
    }

    /// The case that the budget is about, and the memory.
    fn judged(&self) -> Option<(&Time, &Memory)> {
        self.find(OURS, OPERATIONS, SUBSCRIBERS).zip(self.memory.as_ref())
    }
}

fn time(value: &Value) -> Option<Time> {
    Some(Time {
        case: value["case"].as_str()?.to_owned(),
        operations: value["operations"].as_u64()?,
        subscribers: value["subscribers"].as_u64()?,
        rounds: value["rounds"].as_u64()?,
        call: value["call_ns"].as_f64()?,
        settled: value["settled_ns"].as_f64()?,
    })
}

fn memory(value: &Value) -> Option<Memory> {
    Some(Memory {
        updates: value["updates"].as_u64()?,
        before: value["before"].as_u64()?,
        after: value["after"].as_u64()?,
        peak: value["peak"].as_u64()?,
    })
}

/// The budgets that do not hold, as sentences.
fn missed(figures: &Figures) -> Vec<String> {
    let Some((ours, memory)) = figures.judged() else {
        return vec!["the benchmark did not measure what the budgets are about".to_owned()];
    };
    let mut missed = Vec::new();
    if ours.settled > UPDATE_BUDGET {
        missed.push(format!(
            "{OURS} with {OPERATIONS} operations and {SUBSCRIBERS} subscribers takes {:.0} ns, \
             the budget is {UPDATE_BUDGET:.0} ns",
            ours.settled
        ));
    }
    let grown = memory.after.saturating_sub(memory.before);
    if grown > GROWTH_BUDGET {
        missed.push(format!(
            "{} updates leave {grown} bytes more allocated",
            memory.updates
        ));
    }
    missed
}

fn table(figures: &Figures) -> Outcome<String> {
    let (ours, memory) = figures
        .judged()
        .ok_or("the benchmark printed no figure that a budget is about")?;
    let mut lines = vec![
        format!(
            "Nanoseconds a call: median of {} rounds with rotated order after one uncounted round. The caller's \
             time ends with the last call; \"with every handler\" ends when each subscriber has handled all of it. \
             The runtime has two threads, so the caller and the subscribers disturb each other as they do in the \
             program. Downloads with the metadata of the program, updated in turn; the clock is the system's; \
             allocations are counted in all cases. {}.",
            ours.rounds,
            report::machine()
        ),
        String::new(),
        "| case | operations | subscribers | the caller, ns | with every handler, ns |".to_owned(),
        "|---|---:|---:|---:|---:|".to_owned(),
    ];
    lines.extend(figures.times.iter().map(|time| {
        format!(
            "| {} | {} | {} | {:.1} | {:.1} |",
            time.case, time.operations, time.subscribers, time.call, time.settled
        )
    }));
    lines.push(String::new());
    lines.push(ratios(figures, ours));
    lines.push(String::new());
    lines.push(format!(
        "Allocated before and after {} updates of {OPERATIONS} children of the queue, {SUBSCRIBERS} subscribers: \
         {} and {} bytes, at most {} bytes more in between.",
        memory.updates,
        memory.before,
        memory.after,
        memory.peak.saturating_sub(memory.before)
    ));
    Ok(lines.join("\n"))
}

fn verdict(figures: &Figures) -> String {
    let missed = missed(figures);
    let budgets = format!(
        "Budgets: `{OURS}` with {OPERATIONS} operations and {SUBSCRIBERS} subscribers, every handler included, \
         at most {UPDATE_BUDGET:.0} ns; updates leave at most {GROWTH_BUDGET} bytes more allocated."
    );
    if missed.is_empty() {
        format!("{budgets} They hold.")
    } else {
        format!("{budgets} Missed: {}.", missed.join("; "))
    }
}

/// Ours beside each peer. The peers carry three numbers and keep nothing: a floor.
fn ratios(figures: &Figures, ours: &Time) -> String {
    let ratio = |name: &str| {
        let peer = figures.times.iter().filter(|time| time.case == name);
        // bars have no subscribers, and channels no operations
        let peer = peer
            .filter(|time| [0, SUBSCRIBERS].contains(&time.subscribers))
            .filter(|time| [1, OPERATIONS].contains(&time.operations))
            .max_by_key(|time| (time.subscribers, time.operations))?;
        Some(format!(
            "{name} {:.1} (caller {:.1})",
            ours.settled / peer.settled,
            ours.call / peer.call
        ))
    };
    let ratios: Vec<String> = PEERS.into_iter().filter_map(ratio).collect();
    let snapshots = figures
        .find("snapshot", OPERATIONS, 0)
        .zip(figures.find("indicatif, all bars read", OPERATIONS, 0))
        .map(|(ours, peer)| {
            format!(
                " A snapshot of {OPERATIONS} operations takes {:.0} µs, {:.1} times as long as reading as many bars.",
                ours.call / 1_000.0,
                ours.call / peer.call
            )
        });
    format!(
        "`{OURS}` with {OPERATIONS} operations and {SUBSCRIBERS} subscribers, ratio to: {}. The peers do less: a \
         bar has no subscribers, a watch keeps only the latest sample of all operations, a broadcast loses what a \
         slow receiver missed, and none looks an operation up by its id or says a state, a speed or a time left \
         for it.{}",
        ratios.join(", "),
        snapshots.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::{Figures, missed, table, verdict};

    const PEER: &str = r#"{"case":"indicatif","operations":10000,"subscribers":0,"rounds":7,"call_ns":50.0,"settled_ns":50.0}"#;

    fn figures(settled: u64, after: u64) -> Figures {
        let mut figures = Figures::default();
        figures.read("     Running benches/progress/main.rs");
        figures.read(PEER);
        figures.read(&format!(
            r#"{{"case":"update_progress","operations":10000,"subscribers":3,"rounds":7,"call_ns":1.0,"settled_ns":{settled}}}"#
        ));
        figures.read(&format!(
            r#"{{"case":"memory","operations":10000,"subscribers":3,"updates":1000000,"before":5000,"after":{after},"peak":9000}}"#
        ));
        figures
    }

    #[test]
    fn budgets_that_hold_are_no_failure() {
        assert_eq!(missed(&figures(1_000, 4_000)), Vec::<String>::new());
        let table = table(&figures(1_000, 4_000)).unwrap_or_default();
        assert!(table.contains("indicatif 20.0"), "{table}");
        assert!(verdict(&figures(1_000, 4_000)).ends_with("They hold."));
    }

    #[test]
    fn each_budget_is_missed_by_itself() {
        assert_eq!(missed(&figures(1_001, 5_000)).len(), 1);
        assert_eq!(missed(&figures(900, 5_000 + 4_097)).len(), 1);
        assert_eq!(missed(&figures(1_001, 50_000)).len(), 2);
    }

    #[test]
    fn figures_that_are_missing_are_a_failure() {
        assert_eq!(missed(&Figures::default()).len(), 1);
        assert!(table(&Figures::default()).is_err());
    }
}
