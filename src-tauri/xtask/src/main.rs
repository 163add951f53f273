//! The project's own commands: `cargo xtask run`, `test`, `bench`, `codegen`.
//!
//! Compiled first on a newcomer's machine, so it knows the standard library, `serde_json` and nothing of Aniworld.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the terminal is what this program is for"
)]

mod bench;
mod codegen;
mod fixtures;
mod fuzz;
mod model;
mod packages;
mod process;
mod project;
mod run;
mod soak;
mod test;
mod torture;
mod ui;
mod under_load;

use std::process::ExitCode;

const USAGE: &str = "\
The commands of this project:

  cargo xtask run [--demo] [--terminal] [-- ARGS]   build and start Aniworld
      --demo       start with the built-in demo: no account, no internet
      --terminal   the same demo in the terminal, without a window
  cargo xtask test [--no-e2e]                       everything that CI runs
      --no-e2e     leave out the journeys through the real window
  cargo xtask bench faults [--only NAMES]           every fault of the fault server, beside curl, wget, aria2 and
                                                    others; writes docs/benchmarks.md, fails where we are wrong
      --smoke      our debug build only, nothing written
  cargo xtask bench transfer [--rounds N] [--rows NAME,..]  aniworld-cli get beside curl, wget2, aria2, yt-dlp and
                                                    ffmpeg; writes docs/benchmarks.md when all rows were measured
      --hasty      on a busy machine: no run is repeated, nothing written
      --smoke      the debug build, little data, nothing written: only shows that it works
  cargo xtask torture history [--rounds N]          kill -9 at N random moments (200), and check the history
  cargo xtask torture transfer [--kills N]          fail every call of the disk, and kill -9 at N random moments (100)
  cargo xtask bench progress [--smoke]              what progress costs, beside its peers and in the real window;
                                                    writes docs/benchmarks.md
      --board, --window   only that part, nothing written
  cargo xtask soak [--frames N]                     N frames (200000) to the real window: does memory grow?
  cargo xtask model [--rounds N]                    progress under a model checker, for minutes
  cargo xtask fuzz [--seconds N] [TARGET..]         feed the parsers of foreign bytes; N seconds for all targets
                                                    together, without it ten minutes each
  cargo xtask fixtures                              playlists that other parsers are tested with; `test` does it too
  cargo xtask codegen                               write the TypeScript types of aniworld-wire
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["run", rest @ ..] => run::run(rest),
        ["test", rest @ ..] => test::test(rest),
        ["bench", "faults", rest @ ..] => bench::faults(rest),
        ["bench", "transfer", rest @ ..] => bench::transfer(rest),
        ["soak", rest @ ..] => soak::soak(rest),
        ["torture", "history", rest @ ..] => torture::history(rest),
        ["torture", "transfer", rest @ ..] => torture::transfer(rest),
        ["bench", "progress", rest @ ..] => bench::progress(rest),
        ["model", rest @ ..] => model::model(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["fixtures"] => fixtures::fetch(),
        ["codegen"] => codegen::write(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}
