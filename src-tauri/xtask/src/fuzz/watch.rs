//! Reads along what the fuzzer says: how much it covered, and how it ended.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::process::Outcome;

/// Lines that are kept to explain a finding.
const LAST_LINES: usize = 30;

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Inputs that were tried.
    runs: u64,
    /// Branches that the first inputs reached, and all of them.
    first_coverage: Option<u64>,
    coverage: Option<u64>,
    /// Inputs that each reach something of their own.
    corpus: u64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first_coverage.unwrap_or(0), self.coverage.unwrap_or(0));
        let Self { runs, corpus, .. } = self;
        write!(
            f,
            "{runs} inputs, coverage {first} -> {last}, {corpus} inputs worth keeping, no finding"
        )
    }
}

impl Figures {
    /// Takes `#8192  pulse  cov: 351 ft: 1093 corp: 211/26Kb ...`.
    fn take(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let Some(runs) = words.next().and_then(|word| word.strip_prefix('#')) else {
            return;
        };
        let words: Vec<&str> = words.collect();
        let figure = |name: &str| {
            let value = words.windows(2).find(|pair| pair[0] == name)?[1];
            value.split('/').next()?.parse::<u64>().ok()
        };
        let Some(coverage) = figure("cov:") else { return };
        self.runs = runs.parse().unwrap_or(self.runs);
        self.corpus = figure("corp:").unwrap_or(self.corpus);
        self.coverage = Some(coverage);
        self.first_coverage.get_or_insert(coverage);
    }
}

/// Runs the fuzzer to its end. Without coverage it would only guess, so that is an error, too.
pub(super) fn watch(command: &mut Command, target: &str) -> Outcome<Figures> {
    println!("$ fuzz {target}");
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the fuzzer did not start: {error}"))?;
    let mut figures = Figures::default();
    let mut last = VecDeque::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).split(b'\n') {
            let line = line.map_err(|error| format!("the fuzzer's output broke off: {error}"))?;
            let line = String::from_utf8_lossy(&line).into_owned();
            figures.take(&line);
            last.push_back(line);
            if last.len() > LAST_LINES {
                last.pop_front();
            }
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("no end of the fuzzer was seen: {error}"))?;
    if !status.success() {
        let last: Vec<String> = last.into();
        return Err(format!("the fuzzer ended with {status}\n{}", last.join("\n")));
    }
    match figures.coverage {
        Some(1..) => Ok(figures),
        _ => Err("the fuzzer sees no coverage: is the program built with instruments?".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn figures_are_read_from_what_the_fuzzer_says() {
        let mut figures = Figures::default();
        for line in [
            "INFO: Loaded 1 modules   (87 inline 8-bit counters)",
            "#7\tINITED cov: 120 ft: 180 corp: 5/31b exec/s: 0 rss: 40Mb",
            "#8192\tpulse  cov: 351 ft: 1093 corp: 211/26Kb lim: 58 exec/s: 4096 rss: 51Mb",
            "#9001\tDONE   cov: 352 ft: 1100 corp: 213/27Kb lim: 60 exec/s: 818 rss: 51Mb",
            "stat::number_of_executed_units: 9001",
        ] {
            figures.take(line);
        }
        assert_eq!(
            figures.to_string(),
            "9001 inputs, coverage 120 -> 352, 213 inputs worth keeping, no finding"
        );
    }
}
