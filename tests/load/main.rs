//! The app under a load that no user makes: thousands of updates a second, all through `ProgressService`.
//!
//! The window, the relay and the services are those of the app. Only the queue does not start jobs: the load
//! speaks for them. It is steered over a local socket, `load.sock` in the data folder, one JSON object a line.

#![expect(clippy::unwrap_used, reason = "a program of tests: what goes wrong ends it")]

#[cfg(unix)]
mod control;
#[cfg(unix)]
mod frames;
#[cfg(unix)]
mod generator;
#[cfg(unix)]
mod jobs;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let [option, folder] = words.as_slice() else {
        return ExitCode::from(2);
    };
    assert_eq!(option, "--data-dir");
    control::run(folder.as_ref())
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    // the journeys that steer it run on Linux only
    ExitCode::from(2)
}
