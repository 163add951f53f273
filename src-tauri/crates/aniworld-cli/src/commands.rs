//! One module per command. Each calls one service and prints what it answers.

mod demo;
mod download;
mod get;
mod history;
mod missing;
mod parse;
mod queue;
mod scan;
mod source;
mod stats;
mod watch;
mod why;

use crate::arguments::{Arguments, Command};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::Folders;

/// Runs what the arguments ask for.
pub(crate) async fn run(arguments: Arguments, output: Output) -> Outcome {
    let folders = || Folders::find(arguments.data_dir.as_deref());
    match arguments.command {
        Command::Get(get) => get::run(*get, output).await,
        Command::Parse => parse::run(),
        Command::Scan { dir } => scan::run(&folders()?, dir, output).await,
        Command::Source(source) => source::run(&folders()?, source, output).await,
        Command::Missing(selection) => missing::run(&folders()?, &selection, output).await,
        Command::Download(download) => download::run(&folders()?, &download, output).await,
        Command::Queue(queue) => queue::run(&folders()?, &queue, output).await,
        Command::History(history) => history::run(&folders()?, history, output).await,
        Command::Stats => stats::run(&folders()?, output).await,
        Command::Why(why) => why::run(&folders()?, &why, output).await,
        Command::Watch => or_interrupted(watch::run(&folders()?, output)).await,
        Command::Demo(demo) => demo::run(&demo, output).await,
    }
}

/// Does the work until it is done or Ctrl-C is pressed.
async fn or_interrupted<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    }
}
