//! Starting other programs: shown before they run, with a plain error when they fail.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// The result of a step; the error is a sentence for the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Shows a command and runs it with our terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = show(command);
    println!("$ {shown}");
    let status = command.status().map_err(|error| not_started(&shown, &error))?;
    ended(&shown, status)
}

/// Shows a command, runs it, prints its stdout as it comes and hands each line to `listen`.
pub(crate) fn run_listening(command: &mut Command, mut listen: impl FnMut(&str)) -> Outcome {
    let shown = show(command);
    println!("$ {shown}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(&shown, &error))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|error| format!("{shown}: its output broke off: {error}"))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            listen(&line);
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("{shown}: no end was seen: {error}"))?;
    ended(&shown, status)
}

/// Runs a command quietly; its stdout when it succeeded.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let shown = show(command);
    let output = command.output().map_err(|error| not_started(&shown, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "`{shown}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}

/// Whether a program is on the PATH and answers.
pub(crate) fn answers(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn ended(shown: &str, status: std::process::ExitStatus) -> Outcome {
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` ended with {status}"))
    }
}

fn not_started(shown: &str, error: &std::io::Error) -> String {
    format!("`{shown}` did not start: {error}. Is the program installed?")
}

fn show(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
