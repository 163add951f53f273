//! The terminal program, run to its end.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::Outcome;
use crate::programs;

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    /// The exit status.
    pub code: i32,
    /// The lines of standard output, each a JSON object.
    pub lines: Vec<Value>,
    /// Standard error.
    pub errors: String,
}

impl Ran {
    /// The line of the error, if there is one.
    pub fn error(&self) -> Option<&Value> {
        self.lines.iter().rev().find(|line| line["type"] == "error")
    }
}

/// Runs `aniworld-cli --json --data-dir DIR ARGUMENTS`.
pub async fn run(data_dir: &Path, arguments: &[&str]) -> Outcome<Ran> {
    run_with(tokio::process::Command::new(programs::cli()), data_dir, arguments).await
}

/// The same behind another program, such as one that takes rights away.
pub async fn run_with(
    mut command: tokio::process::Command,
    data_dir: &Path,
    arguments: &[&str],
) -> Outcome<Ran> {
    let output = command
        .arg("--json")
        .arg("--data-dir")
        .arg(data_dir)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await?;
    let text = String::from_utf8(output.stdout)?;
    let lines = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok(Ran {
        code: output.status.code().unwrap_or(-1),
        lines,
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// A run that has not ended yet.
#[derive(Debug)]
pub struct Running {
    process: tokio::process::Child,
    lines: tokio::io::Lines<tokio::io::BufReader<tokio::process::ChildStdout>>,
    seen: Vec<Value>,
}

impl Running {
    /// Starts `aniworld-cli --json --data-dir DIR ARGUMENTS`.
    pub fn start(data_dir: &Path, arguments: &[&str]) -> Outcome<Self> {
        let mut process = programs::quiet(programs::cli())
            .arg("--json")
            .arg("--data-dir")
            .arg(data_dir)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("no pipe")?;
        let lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(output));
        Ok(Self {
            process,
            lines,
            seen: Vec::new(),
        })
    }

    /// Its process number.
    pub fn pid(&self) -> Outcome<rustix::process::Pid> {
        let raw = self.process.id().ok_or("it has ended")?;
        Ok(rustix::process::Pid::from_raw(i32::try_from(raw)?).ok_or("no process")?)
    }

    /// Reads lines until one is like this.
    pub async fn until(&mut self, matches: impl Fn(&Value) -> bool) -> Outcome<Value> {
        let found = async {
            while let Some(line) = self.lines.next_line().await? {
                let value: Value = serde_json::from_str(&line)?;
                self.seen.push(value.clone());
                if matches(&value) {
                    return Ok(value);
                }
            }
            Outcome::<Value>::Err(format!("it ended without such a line: {:?}", self.seen).into())
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), found)
            .await
            .map_err(|_| "no such line")?
    }

    /// Reads so many lines. `false` if it ended before.
    pub async fn reads(&mut self, lines: usize) -> Outcome<bool> {
        for _ in 0..lines {
            match self.lines.next_line().await? {
                Some(line) => self.seen.push(serde_json::from_str(&line)?),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Waits for its end.
    pub async fn end(mut self) -> Outcome<Ran> {
        while let Some(line) = self.lines.next_line().await? {
            self.seen.push(serde_json::from_str(&line)?);
        }
        let output = self.process.wait_with_output().await?;
        Ok(Ran {
            code: output.status.code().unwrap_or(-1),
            lines: self.seen,
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// Whether a line is the message of a download with more than so many percent.
pub fn downloading_above(floor: f64) -> impl Fn(&Value) -> bool {
    move |line| {
        line["type"] == "download_progress"
            && line["data"]["status"] == "in_progress"
            && line["data"]["percent"]
                .as_f64()
                .is_some_and(|percent| percent > floor)
    }
}
