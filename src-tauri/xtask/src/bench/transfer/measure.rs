//! One run of a program: how long, how much of the processor, how much memory, and whether something
//! else disturbed it. Must not know what is fetched.

use std::ffi::OsString;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::super::nginx::{Nginx, TICKS};
use super::scratch::Scratch;
use crate::process::Outcome;

/// What other programs may take of a run, in seconds of processor time: a share of its wall time, and
/// what the clock of `/proc` cannot tell from nothing.
const FOREIGN_SHARE: f64 = 0.05;
const FOREIGN_FLOOR: f64 = 0.04;
/// How often a disturbed run is repeated; then the least disturbed one counts.
const REPEATS: usize = 3;
/// How long to wait for the machine to calm down before a run.
const PATIENCE: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(200);
/// No program needs longer for one run.
const LIMIT: &str = "300";

/// One run: seconds of wall and processor time, and the most memory in MiB.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Cost {
    pub(super) wall: f64,
    pub(super) cpu: f64,
    pub(super) peak: f64,
}

/// Measures a program; `Ok` when it succeeded. A disturbed run is repeated, and the number of those that
/// counted although they were disturbed is added to `disturbed`.
pub(super) fn run_calmly(
    argv: &[OsString],
    server: &Nginx,
    scratch: &Scratch,
    disturbed: &mut usize,
) -> Outcome<Cost> {
    let mut best: Option<(f64, Cost)> = None;
    for _ in 0..=REPEATS {
        wait_for_calm();
        scratch.clear_out()?;
        let before = busy() - server.cpu();
        let cost = run(argv, scratch)?;
        let foreign = busy() - server.cpu() - before - cost.cpu;
        if foreign <= FOREIGN_FLOOR + FOREIGN_SHARE * cost.wall {
            return Ok(cost);
        }
        if best.is_none_or(|(least, _)| foreign < least) {
            best = Some((foreign, cost));
        }
    }
    *disturbed += 1;
    Ok(best.map(|(_, cost)| cost).unwrap_or_default())
}

/// One run. The shell's clock knows the processor time of its children, GNU time their memory; the
/// standard library knows neither.
pub(super) fn run(argv: &[OsString], scratch: &Scratch) -> Outcome<Cost> {
    let memory = scratch.path().join("memory");
    let script =
        format!("TIMEFORMAT='%R %U %S'; time timeout {LIMIT} /usr/bin/time -f %M -o \"$0\" -- \"$@\"");
    let output = Command::new("bash")
        .arg("-c")
        .arg(script)
        .arg(&memory)
        .args(argv)
        .env("LC_ALL", "C")
        // whatever a program keeps for itself belongs to this run
        .env("HOME", scratch.path())
        .current_dir(scratch.path())
        .output()
        .map_err(|error| format!("bash did not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let shown = argv
        .first()
        .map(|word| word.to_string_lossy())
        .unwrap_or_default();
    if !output.status.success() {
        return Err(format!("{shown} failed with {}: {}", output.status, text.trim()));
    }
    let memory = fs::read_to_string(&memory).unwrap_or_default();
    read_cost(&text, &memory).ok_or_else(|| format!("no times for {shown}: {text}"))
}

/// Reads `real user system` from the last line of one text, and KiB from the last of another.
fn read_cost(times: &str, memory: &str) -> Option<Cost> {
    let mut numbers = times.lines().last()?.split_whitespace().map(str::parse::<f64>);
    let mut next = || numbers.next().and_then(Result::ok);
    let (wall, user, system) = (next()?, next()?, next()?);
    let kib: f64 = memory.lines().last()?.trim().parse().ok()?;
    Some(Cost {
        wall,
        cpu: user + system,
        peak: kib / 1024.0,
    })
}

/// Waits until the machine does nothing, but not for ever.
fn wait_for_calm() {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let before = busy();
        std::thread::sleep(GLANCE);
        if busy() - before < 0.03 {
            return;
        }
    }
}

/// The processor time that all programs have taken so far, in seconds; 0 where `/proc` does not say.
fn busy() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    busy_of(&stat).unwrap_or(0.0)
}

/// user, nice, system, irq and softirq: not idle, not waiting for a disk, not taken by the host.
fn busy_of(stat: &str) -> Option<f64> {
    let line = stat.lines().next()?.strip_prefix("cpu")?;
    let fields: Vec<f64> = line
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    let [user, nice, system, _idle, _wait, irq, softirq, ..] = fields.as_slice() else {
        return None;
    };
    Some((user + nice + system + irq + softirq) / TICKS)
}

/// The middle value, or the mean of the two.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, busy_of, median, read_cost};

    #[test]
    fn times_and_memory_stand_on_the_last_lines() {
        let expected = Cost {
            wall: 0.512,
            cpu: 0.401,
            peak: 2.0,
        };
        assert_eq!(
            read_cost("some warning\n0.512 0.101 0.300\n", "2048\n"),
            Some(expected)
        );
        assert_eq!(read_cost("nothing", "2048"), None);
        assert_eq!(read_cost("0.5 0.1 0.3", ""), None);
    }

    #[test]
    fn idle_and_waiting_are_not_busy() {
        assert_eq!(busy_of("cpu  100 50 200 9999 8888 25 25 7\ncpu0 1 1"), Some(4.0));
        assert_eq!(busy_of(""), None);
    }

    #[test]
    fn the_median_is_the_middle_or_between_the_two() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }
}
