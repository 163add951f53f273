//! `cargo xtask torture`: tests that CI runs a few rounds of, for as long as one likes.

use std::process::Command;

use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::project;
use crate::test::{CRATES, cargo_here};

/// How many rounds of `history`, for the test itself.
const ROUNDS: &str = "ANIWORLD_TORTURE_ROUNDS";

/// How many kills of `transfer`, for the test itself.
const KILLS: &str = "ANIWORLD_TORTURE_KILLS";
/// Every how many-th call of a transfer fails or is the last, for the test itself.
const STRIDE: &str = "ANIWORLD_TORTURE_STRIDE";

/// Lets the simulated disk fail at every call of a transfer, and kills real ones at random moments.
pub(crate) fn transfer(arguments: &[&str]) -> Outcome {
    let kills = number(arguments, "--kills", 100)?;
    packages::ensure(Purpose::WindowlessTests)?;
    process::run(&mut crashing())?;
    process::run(cargo_here("build").args(CRATES).arg("--bins"))?;
    process::run(&mut killing_transfers(kills))
}

fn crashing() -> Command {
    let mut command = cargo_here("test");
    command
        .args(["--package", "aniworld-transfer", "--test", "crash"])
        .env(STRIDE, "1");
    command
}

fn killing_transfers(kills: u32) -> Command {
    let mut command = cargo_here("test");
    command
        .args([
            "--package",
            "aniworld-tests",
            "--test",
            "kills",
            "--",
            "--nocapture",
        ])
        .env(KILLS, kills.to_string());
    command
}

/// Kills the terminal program at random moments and looks at its history after each restart.
pub(crate) fn history(arguments: &[&str]) -> Outcome {
    let rounds = number(arguments, "--rounds", 200)?;
    packages::ensure(Purpose::WindowlessTests)?;
    process::run(cargo_here("build").args(CRATES).arg("--bins"))?;
    process::run(&mut killing(rounds))
}

fn number(arguments: &[&str], option: &str, by_default: u32) -> Outcome<u32> {
    let text = match arguments {
        [] => return Ok(by_default),
        [given, text] if *given == option => text,
        _ => return Err(format!("this takes {option} N and nothing else")),
    };
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("{text:?} is no number: give a whole number above 0"))
}

fn killing(rounds: u32) -> Command {
    let mut command = cargo_here("test");
    command
        .args(["--package", "aniworld-tests", "--test", project::E2E])
        .args(["killed::", "--", "--nocapture"])
        .env(ROUNDS, rounds.to_string());
    command
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_above_zero() {
        let rounds = |arguments| number(arguments, "--rounds", 200);
        assert_eq!(rounds(&[]), Ok(200));
        assert_eq!(rounds(&["--rounds", "5"]), Ok(5));
        assert!(rounds(&["--rounds", "0"]).is_err_and(|problem| problem.contains("above 0")));
        assert!(rounds(&["--kills", "5"]).is_err());
    }
}
