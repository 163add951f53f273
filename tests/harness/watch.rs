//! `aniworld-cli watch` in a second process: what another program hears of the one that runs.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::Outcome;
use crate::programs;

/// A running `watch`.
#[derive(Debug)]
pub struct Watch {
    lines: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Watch {
    /// Connects to the program that holds a data folder.
    pub fn start(data_dir: &Path) -> Outcome<Self> {
        let mut process = programs::quiet(programs::cli())
            .arg("--json")
            .arg("--data-dir")
            .arg(data_dir)
            .arg("watch")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("no pipe")?;
        Ok(Self {
            lines: BufReader::new(output).lines(),
            _process: process,
        })
    }

    /// Reads messages until one is like this, and returns it.
    pub async fn until(&mut self, matches: impl Fn(&Value) -> bool) -> Outcome<Value> {
        let found = async {
            while let Some(line) = self.lines.next_line().await? {
                let message: Value = serde_json::from_str(&line)?;
                if matches(&message) {
                    return Ok(message);
                }
            }
            Outcome::<Value>::Err("watch ended".into())
        };
        tokio::time::timeout(Duration::from_mins(1), found)
            .await
            .map_err(|_| "no such message within 60 s")?
    }

    /// Waits until the scan that runs now, or the next one, has ended well.
    pub async fn scan_completes_after(&mut self, seen: &Value) -> Outcome<Value> {
        let before = seen["data"]["updated_at"].clone();
        self.until(|message| {
            message["type"] == "scan_progress"
                && message["data"]["status"] == "completed"
                && message["data"]["updated_at"] != before
        })
        .await
    }
}
