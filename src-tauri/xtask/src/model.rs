//! `cargo xtask model`: progress under a model checker, see the test `progress_model` of aniworld-services.

use crate::process::{self, Outcome};
use crate::{project, test};

/// The feature that puts the checker in the place of locks and tasks; nothing else is built with it.
const FEATURE: &str = "aniworld-services/model";
const TEST: &str = "progress_model";
/// Minutes instead of the seconds of CI.
const ROUNDS: &str = "200000";

/// Tries many schedules.
pub(crate) fn model(arguments: &[&str]) -> Outcome {
    let rounds = match arguments {
        [] => ROUNDS,
        ["--rounds", rounds] if rounds.parse::<u32>().is_ok_and(|rounds| rounds > 1) => rounds,
        _ => return Err("`model` takes --rounds with a number above 1, and nothing else".into()),
    };
    process::run(command("test").env("ANIWORLD_MODEL_ROUNDS", rounds))
}

/// Cargo with the selection of `cargo xtask test`: of all crates only aniworld-services is built anew.
pub(crate) fn command(subcommand: &str) -> std::process::Command {
    let mut command = project::cargo();
    command
        .arg(subcommand)
        .args(test::CRATES)
        .args(["--features", FEATURE, "--test", TEST]);
    command
}
