//! The fault server as a process of its own: it needs crates that this program is kept free of.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::process::Outcome;
use crate::project;

/// A running fault server.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Where the right files lie.
    folder: PathBuf,
}

/// What a downloader has to do.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) url: String,
    /// A film; otherwise a text.
    pub(super) media: bool,
    /// The files of which one is right.
    pub(super) right: Vec<PathBuf>,
    /// Whether no file is right, too.
    pub(super) may_refuse: bool,
    /// The certificate to trust.
    pub(super) authority: Option<PathBuf>,
}

impl Server {
    pub(super) fn start(profile: &str, place: &Path) -> Outcome<Self> {
        let folder = place.join("right");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut child = Command::new(project::built(profile, "fault-server"))
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the fault server did not start: {error}"))?;
        let (Some(commands), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the fault server has no pipes".to_owned());
        };
        Ok(Self {
            child,
            commands,
            answers: BufReader::new(answers),
            folder,
        })
    }

    /// The names of all faults.
    pub(super) fn names(&mut self) -> Outcome<Vec<String>> {
        let answer = self.ask("list")?;
        Ok(texts(&answer))
    }

    /// Begins one anew.
    pub(super) fn put_on(&mut self, name: &str) -> Outcome<Task> {
        let answer = self.ask(name)?;
        let url = answer["url"].as_str().ok_or("the fault server gave no address")?;
        Ok(Task {
            url: url.to_owned(),
            media: answer["media"] == true,
            right: texts(&answer["files"])
                .iter()
                .map(|name| self.folder.join(name))
                .collect(),
            may_refuse: answer["may_refuse"] == true,
            authority: answer["authority"].as_str().map(PathBuf::from),
        })
    }

    /// Ends it; how many requests had `If-Range`.
    pub(super) fn take_off(&mut self) -> Outcome<u64> {
        let answer = self.ask("end")?;
        Ok(answer["if_range"].as_u64().unwrap_or_default())
    }

    fn ask(&mut self, line: &str) -> Outcome<Value> {
        let mut answer = String::new();
        writeln!(self.commands, "{line}")
            .and_then(|()| self.commands.flush())
            .and_then(|()| self.answers.read_line(&mut answer))
            .map_err(|error| format!("the fault server is gone: {error}"))?;
        serde_json::from_str(&answer).map_err(|error| format!("the fault server said {answer:?}: {error}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Task {
    /// The name of the file to write.
    pub(super) fn file_name(&self) -> &'static str {
        if self.media { "film.mp4" } else { "notes.txt" }
    }

    pub(super) fn right_in_words(&self) -> String {
        let names: Vec<_> = self
            .right
            .iter()
            .filter_map(|path| path.file_name()?.to_str())
            .collect();
        match (names.is_empty(), self.may_refuse) {
            (true, _) => "refuse".to_owned(),
            (false, true) => format!("file {}, or refuse", names.join(" or ")),
            (false, false) => format!("file {}", names.join(" or ")),
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
