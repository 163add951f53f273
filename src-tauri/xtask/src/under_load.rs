//! The optimised app under load, driven by a journey of the tests: built, started, its lines read.

use serde_json::Value;

use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::test::{CRATES, cargo_here};
use crate::{project, ui};

/// Runs one journey with a variable of the environment, and returns the lines of its case.
pub(crate) fn journey(name: &str, case: &str, (variable, value): (&str, &str)) -> Outcome<Vec<Value>> {
    build()?;
    let mut command = cargo_here("test");
    command
        .args(CRATES)
        .args(["--test", project::E2E, "--", name, "--nocapture"])
        .env("ANIWORLD_APP", project::built("release", "aniworld"))
        .env("ANIWORLD_CLI", project::built("release", "aniworld-cli"))
        .env(variable, value);
    let mut lines = Vec::new();
    process::run_listening(&mut command, |line| lines.extend(line_of(line, case)))?;
    if lines.is_empty() {
        return Err(format!("the journey {name} printed no line of the case {case:?}"));
    }
    Ok(lines)
}

fn build() -> Outcome {
    packages::ensure(Purpose::WindowTests)?;
    ui::build_if_older()?;
    let release =
        |arguments: &[&str]| process::run(project::cargo().args(["build", "--release"]).args(arguments));
    release(&["--package", "aniworld-cli"])?;
    release(&[
        "--package",
        project::SHELL,
        "--features",
        "custom-protocol",
        "--bins",
        "--example",
        "load",
    ])
}

/// A line of the journey; the name of the test may stand before it.
fn line_of(line: &str, case: &str) -> Option<Value> {
    let (_, from) = line.split_at(line.find('{')?);
    let value: Value = serde_json::from_str(from).ok()?;
    (value["case"] == case).then_some(value)
}

/// A figure of a line, by its path.
pub(crate) fn figure(line: &Value, pointer: &str) -> Outcome<f64> {
    let value = line.pointer(pointer).and_then(Value::as_f64);
    value.ok_or_else(|| format!("the journey said nothing about {pointer}"))
}

#[cfg(test)]
mod tests {
    use super::{figure, line_of};

    #[test]
    fn lines_are_known_by_their_case_also_behind_the_name_of_the_test() {
        let line = r#"test soak::x ... {"case":"soak","core":{"bytes":5}}"#;
        let found = line_of(line, "soak").unwrap_or_default();
        assert_eq!(figure(&found, "/core/bytes"), Ok(5.0));
        assert!(figure(&found, "/core/kilobytes").is_err());
        assert_eq!(line_of(line, "window"), None);
        assert_eq!(line_of("running 1 test", "soak"), None);
    }
}
