//! The report that can be copied and sent: plain text, English, times in UTC. Host names stay; credentials, queries
//! of addresses, and the names of home folders do not. Paths are told below the library.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use aniworld_core::transfer::redact::without_secrets;
use aniworld_services::anime::episode_code;
use aniworld_services::story::Story;

use super::{Explanation, StoryLine};

/// Folders below which people have folders with their names.
const HOMES: [&str; 6] = [
    "/run/media/",
    "/media/",
    "/home/",
    "/Users/",
    "\\Users\\",
    "/export/home/",
];

/// What the report says about the program and where it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The version of the program.
    pub version: String,
    /// The system: `linux x86_64`.
    pub system: String,
    /// The user's own folder, whose name is left out.
    pub home: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            home: std::env::home_dir(),
        }
    }
}

/// The report as text.
pub(super) fn text(
    story: &Story,
    explanation: &Explanation,
    entries: &[StoryLine],
    around: &Surroundings,
) -> String {
    let mut report = String::new();
    let mut line = |name: &str, value: &str| {
        // writing to a string cannot fail
        let _ = writeln!(report, "{name}: {value}");
    };
    line("Program", &format!("Aniworld {}", around.version));
    line("System", &around.system);
    line("Operation", &story.operation);
    if let Some(label) = story.label() {
        line("Episode", &format!("{} {}", label.series, episode_code(label)));
    }
    if let Some(job) = &story.job {
        line(
            "Job",
            &format!("{}, {}, added {}", job.id.0, job.state.name(), job.added_at),
        );
        line(
            "Size",
            &format!(
                "{} of {}",
                job.bytes,
                job.total.map_or("unknown".to_owned(), |it| it.to_string())
            ),
        );
    }
    line("Why", &explanation.sentence);
    if let Some(cause) = &explanation.cause {
        line("Next step", &cause.hint);
    }
    line(
        "What happened (UTC)",
        if entries.is_empty() {
            "nothing is written down"
        } else {
            ""
        },
    );
    for entry in entries {
        let _ = writeln!(report, "  {}  #{}  {}", entry.time(), entry.attempt, entry.text);
    }
    let clean = Cleaner {
        library: story.library.as_deref(),
        home: around.home.as_deref(),
    };
    report.lines().map(|line| clean.line(line) + "\n").collect()
}

struct Cleaner<'a> {
    library: Option<&'a Path>,
    home: Option<&'a Path>,
}

impl Cleaner<'_> {
    fn line(&self, line: &str) -> String {
        let line = without_folder(line, self.library, "<library>");
        let line = without_folder(&line, self.home, "~");
        let line = HOMES.iter().fold(line, |line, home| without_names(&line, home));
        without_secrets(line.trim_end())
    }
}

/// The text with this folder replaced, wherever it stands.
fn without_folder(text: &str, folder: Option<&Path>, instead: &str) -> String {
    let folder = folder.map(|folder| folder.display().to_string());
    match folder {
        // the root of a disk says nothing about anybody
        Some(folder) if folder.trim_matches(['/', '\\']).len() > 1 => text.replace(&folder, instead),
        _ => text.to_owned(),
    }
}

/// The text without the names of the folders right below this one.
fn without_names(text: &str, home: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(home) {
        clean.push_str(before);
        clean.push_str(home);
        clean.push('~');
        let end = behind.find(|letter: char| {
            matches!(letter, '/' | '\\' | '"' | '\'' | ':' | ',') || letter.is_whitespace()
        });
        rest = end.map_or("", |end| &behind[end..]);
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests;
