//! `cargo xtask test`: everything that CI runs, in the order that finds mistakes soonest.
//!
//! The crates without a window are linted and tested before WebKit is even installed: that is the
//! proof that they do not need it.

mod report;

use std::process::Command;

use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::test::report::Report;
use crate::{bench, codegen, fixtures, fuzz, model, project, ui};

/// Everything but the shell. One selection for all commands, so that cargo builds each crate once.
pub(crate) const CRATES: [&str; 3] = ["--workspace", "--exclude", project::SHELL];
/// The shell as it is shipped: with the frontend inside.
const SHELL: [&str; 4] = ["--package", project::SHELL, "--features", "custom-protocol"];

/// Runs all stages; the first failure ends the run.
pub(crate) fn test(arguments: &[&str]) -> Outcome {
    let with_e2e = match arguments {
        [] => true,
        ["--no-e2e"] => false,
        _ => return Err("`test` takes --no-e2e and nothing else".into()),
    };
    let mut report = Report::default();
    let outcome = crates(&mut report)
        .and_then(|()| frontend(&mut report))
        .and_then(|()| shell(&mut report, with_e2e));
    report.print();
    outcome
}

fn crates(report: &mut Report) -> Outcome {
    report.stage("packages for the crates", |_| {
        packages::ensure(Purpose::WindowlessTests)
    })?;
    report.stage("format", |_| {
        process::run(project::cargo().args(["fmt", "--all", "--check"]))
    })?;
    report.stage("clippy, crates", |_| clippy(&CRATES))?;
    report.stage("fixtures of others", |_| {
        fixtures::fetch_if_reachable();
        Ok(())
    })?;
    report.stage("tests, crates", |report| {
        process::run(cargo_here("build").args(CRATES).arg("--bins"))?;
        let mut command = cargo_here("test");
        command.args(CRATES).args(["--lib", "--bins"]);
        for name in project::windowless_tests()? {
            command.args(["--test", &name]);
        }
        report.count(&mut command)
    })?;
    report.stage("progress under a model", |report| {
        process::run(model::command("clippy").args(["--", "-D", "warnings"]))?;
        report.count(&mut model::command("test"))
    })?;
    report.stage("parsers of foreign bytes, fed", |_| fuzz::smoke())?;
    report.stage("benchmarks, short", |_| {
        bench::transfer(&["--smoke"])?;
        bench::progress(&["--smoke"])
    })
}

fn frontend(report: &mut Report) -> Outcome {
    report.stage("frontend", |report| {
        ui::install()?;
        process::run(ui::npm().args(["run", "check"]))?;
        process::run(ui::npm().args(["run", "lint"]))?;
        report.count(ui::npm().arg("test").env("CI", "1"))?;
        ui::build()
    })
}

fn shell(report: &mut Report, with_e2e: bool) -> Outcome {
    let purpose = if with_e2e {
        Purpose::WindowTests
    } else {
        Purpose::Window
    };
    report.stage("packages for the window", |_| packages::ensure(purpose))?;
    report.stage("clippy, shell", |_| clippy(&SHELL))?;
    report.stage("tests, shell", |report| {
        report.count(cargo_here("test").args(SHELL))
    })?;
    if !with_e2e {
        return Ok(());
    }
    report.stage("the app", |_| process::run(cargo_here("build").args(SHELL)))?;
    report.stage("journeys in the window", |report| {
        report.count(cargo_here("test").args(CRATES).args(["--test", project::E2E]))
    })
}

fn clippy(selection: &[&str]) -> Outcome {
    process::run(project::cargo().arg("clippy").args(selection).args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

/// Cargo with the paths of our own programs, which tests across crates start.
pub(crate) fn cargo_here(subcommand: &str) -> Command {
    let mut command = project::cargo();
    command
        .arg(subcommand)
        .env("ANIWORLD_APP", project::built("debug", "aniworld"))
        .env("ANIWORLD_CLI", project::built("debug", "aniworld-cli"))
        .env("ANIWORLD_FIXTURES", fixtures::folder())
        .env("TS_RS_EXPORT_DIR", codegen::scratch());
    command
}
