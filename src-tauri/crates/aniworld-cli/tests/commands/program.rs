//! Running `aniworld-cli` and reading what it printed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// What differs from run to run.
const FLEETING: [&str; 18] = [
    "added_at",
    "air_date",
    "busy_s",
    "bytes_per_s",
    "data_dir",
    "day",
    "ended_at",
    "finished_at",
    "host",
    "last_read_at",
    "library",
    "path",
    "seconds",
    "speed_bytes_per_s",
    "started_at",
    "took_s",
    "updated_at",
    "url",
];

/// The end of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub code: Option<i32>,
    pub lines: Vec<Value>,
    pub errors: String,
}

impl Ran {
    /// The lines of a kind, in a form that is the same in every run.
    pub(crate) fn of(&self, kind: &str) -> Vec<Value> {
        self.lines
            .iter()
            .filter(|line| line["type"] == kind)
            .cloned()
            .map(stable)
            .collect()
    }

    /// All lines, in a form that is the same in every run.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.lines.iter().cloned().map(stable).collect()
    }

    /// Fails with the whole story unless the run succeeded.
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }
}

/// The program with `--json`, whose data is in a folder of the test.
pub(crate) fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aniworld-cli"));
    command
        .arg("--json")
        .arg("--data-dir")
        .arg(data)
        .stdin(Stdio::null());
    command
}

/// Runs to the end.
pub(crate) fn run<S: AsRef<OsStr>>(data: &Path, arguments: &[S]) -> Ran {
    ran(&program(data).args(arguments).output().unwrap())
}

/// What a finished run printed.
pub(crate) fn ran(output: &Output) -> Ran {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    Ran {
        code: output.status.code(),
        lines: text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A run that is read while it goes on. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    pub(crate) fn start<S: AsRef<OsStr>>(data: &Path, arguments: &[S]) -> Self {
        let mut child = program(data)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line. `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Value> {
        let line = self.lines.next()?.unwrap();
        Some(serde_json::from_str(&line).unwrap())
    }

    /// Reads until a line is like this.
    #[track_caller]
    pub(crate) fn until(&mut self, matches: impl Fn(&Value) -> bool) -> Value {
        std::iter::from_fn(|| self.next())
            .find(matches)
            .expect("it ended without such a line")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The exit status, after the rest of its lines.
    pub(crate) fn end(mut self) -> Option<i32> {
        while self.next().is_some() {}
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // an error means that it has ended
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Replaces what differs from run to run by its key.
pub(crate) fn stable(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        for (key, field) in fields.iter_mut() {
            *field = match field.take() {
                Value::Null => Value::Null,
                _ if FLEETING.contains(&key.as_str()) => format!("[{key}]").into(),
                other => stable(other),
            };
        }
    } else if let Value::Array(items) = &mut value {
        for item in items {
            *item = stable(item.take());
        }
    }
    value
}
