//! `aniworld-cli`: Aniworld in the terminal, for people, scripts and servers.
//!
//! A second shell beside the window, without Tauri. It parses arguments, calls one service and prints; an
//! `if` about series, files or queues belongs below.

mod arguments;
mod bars;
mod commands;
mod failure;
mod messages;
mod output;
mod selection;
mod session;
mod units;

use std::process::ExitCode;

use aniworld_wire::CommandError;
use clap::Parser;

use crate::arguments::Arguments;
use crate::output::Output;

fn main() -> ExitCode {
    // clap ends with status 2 by itself when the usage is wrong
    let arguments = Arguments::parse();
    start_log();
    let output = Output::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(arguments.command.threads())
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output.failed(&CommandError::internal(error).into()),
    };
    // a task on a worker: this thread is none, and would pass every chunk of a body from thread to thread
    let ended = runtime.block_on(runtime.spawn(commands::run(arguments, output)));
    match ended.unwrap_or_else(|error| Err(CommandError::internal(error).into())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failed(&failure),
    }
}

/// Warnings go to stderr; `ANIWORLD_LOG=debug` shows more.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ANIWORLD_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
