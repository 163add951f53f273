//! `cargo xtask run`: from a bare machine to the running program.

use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::project;
use crate::ui;

/// What the caller asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options<'a> {
    demo: bool,
    terminal: bool,
    /// Handed to the program as they are.
    passed_on: Vec<&'a str>,
}

/// Builds and starts Aniworld: the window where there is a display, else the demo in the terminal.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    let options = parse(arguments)?;
    if options.terminal {
        return terminal_demo(&options);
    }
    if !has_display() {
        println!(
            "There is no display here (neither WAYLAND_DISPLAY nor DISPLAY is set), so no window can open.\n\
             The same job runs in the terminal instead, with the built-in demo.\n"
        );
        return terminal_demo(&options);
    }
    window(&options)
}

fn parse<'a>(arguments: &[&'a str]) -> Outcome<Options<'a>> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(&argument) = rest.next() {
        match argument {
            "--demo" => options.demo = true,
            "--terminal" => options.terminal = true,
            "--" => options.passed_on.extend(rest.by_ref()),
            other => {
                return Err(format!(
                    "`run` does not know {other:?}; put arguments for the program behind --"
                ));
            }
        }
    }
    Ok(options)
}

fn has_display() -> bool {
    std::env::consts::OS != "linux"
        || ["WAYLAND_DISPLAY", "DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn terminal_demo(options: &Options<'_>) -> Outcome {
    packages::ensure(Purpose::Terminal)?;
    process::run(
        project::cargo()
            .args(["run", "--package", "aniworld-cli", "--", "demo"])
            .args(&options.passed_on),
    )
}

fn window(options: &Options<'_>) -> Outcome {
    packages::ensure(Purpose::Window)?;
    ui::build()?;
    // without this feature Tauri would look for a development server instead of the embedded frontend
    let mut command = project::cargo();
    command.args([
        "run",
        "--package",
        project::SHELL,
        "--features",
        "custom-protocol",
        "--",
    ]);
    if options.demo {
        command.arg("--demo");
    }
    process::run(command.args(&options.passed_on))
}

#[cfg(test)]
mod tests {
    use super::{Options, parse};

    #[test]
    fn arguments_behind_the_dashes_go_to_the_program() {
        let expected = Options {
            demo: true,
            terminal: false,
            passed_on: vec!["--data-dir", "x", "--terminal"],
        };
        assert_eq!(
            parse(&["--demo", "--", "--data-dir", "x", "--terminal"]),
            Ok(expected)
        );
    }

    #[test]
    fn an_unknown_flag_is_named() {
        assert!(parse(&["--dmeo"]).is_err_and(|problem| problem.contains("--dmeo")));
    }
}
