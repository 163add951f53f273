//! What a test run did: the stages with their times, and how many tests passed.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{self, Outcome};

/// Collected while the stages run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    stages: Vec<(String, Duration, bool)>,
    totals: Totals,
}

/// Tests over all runners.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
}

impl Report {
    /// Runs one stage under a heading and keeps its time.
    pub(crate) fn stage(&mut self, name: &str, work: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        println!("\n=== {name}");
        let begun = Instant::now();
        let outcome = work(self);
        self.stages
            .push((name.to_owned(), begun.elapsed(), outcome.is_ok()));
        outcome.map_err(|problem| format!("{name}: {problem}"))
    }

    /// Runs a test runner and adds its results to the totals.
    pub(crate) fn count(&mut self, command: &mut Command) -> Outcome {
        process::run_listening(command, |line| self.totals.add(line))
    }

    /// Prints the table, and the totals alone on the last line.
    pub(crate) fn print(&self) {
        println!("\n=== summary");
        for (name, took, good) in &self.stages {
            let seconds = took.as_secs();
            let mark = if *good { "ok" } else { "FAILED" };
            println!(
                "{name:<28} {:>3} min {:02} s   {mark}",
                seconds / 60,
                seconds % 60
            );
        }
        println!("{} passed, {} failed", self.totals.passed, self.totals.failed);
    }
}

impl Totals {
    /// Adds a line like cargo's `test result: ok. 3 passed; 0 failed; ...` or Vitest's `Tests  3 passed (3)`.
    fn add(&mut self, line: &str) {
        let plain = without_colour(line);
        let plain = plain.trim();
        if plain.starts_with("test result:") || plain.starts_with("Tests ") {
            self.passed += number_before(plain, "passed");
            self.failed += number_before(plain, "failed");
        }
    }
}

fn number_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split_whitespace().collect();
    words
        .windows(2)
        .find(|pair| pair[1].trim_end_matches(';') == word)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // a colour is ESC [ ... m
            let _ = characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Totals;

    #[test]
    fn both_runners_are_counted_and_other_lines_are_not() {
        let mut totals = Totals::default();
        for line in [
            "running 4 tests",
            "test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.1s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored",
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m\u{1b}[22m (7)",
            " Test Files  3 passed (3)",
            "I saw 9 passed cars",
        ] {
            totals.add(line);
        }
        assert_eq!(
            totals,
            Totals {
                passed: 12,
                failed: 2
            }
        );
    }
}
