//! `cargo xtask torture`: tests that CI runs a few rounds of, for as long as one likes.

use std::process::Command;

use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::project;
use crate::test::{CRATES, cargo_here};

/// How many rounds, for the test itself.
const ROUNDS: &str = "ANIWORLD_TORTURE_ROUNDS";

/// Kills the terminal program at random moments and looks at its history after each restart.
pub(crate) fn history(arguments: &[&str]) -> Outcome {
    let rounds = rounds(arguments)?;
    packages::ensure(Purpose::WindowlessTests)?;
    process::run(cargo_here("build").args(CRATES).arg("--bins"))?;
    process::run(&mut killing(rounds))
}

fn rounds(arguments: &[&str]) -> Outcome<u32> {
    let text = match arguments {
        [] => return Ok(200),
        ["--rounds", text] => text,
        _ => return Err("`torture history` takes --rounds N and nothing else".into()),
    };
    text.parse()
        .ok()
        .filter(|rounds| *rounds > 0)
        .ok_or_else(|| format!("{text:?} is no number of rounds: give a whole number above 0"))
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
    use super::rounds;

    #[test]
    fn rounds_are_a_number_above_zero() {
        assert_eq!(rounds(&[]), Ok(200));
        assert_eq!(rounds(&["--rounds", "5"]), Ok(5));
        assert!(rounds(&["--rounds", "0"]).is_err_and(|problem| problem.contains("above 0")));
        assert!(rounds(&["--round", "5"]).is_err());
    }
}
