//! The checkout as the rules see it: its files, and what cargo says about its crates.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cargo_metadata::{Metadata, MetadataCommand};

/// One of our own text files.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below the top, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Whether its name ends in `.rs`.
    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == Some("rs")
    }

    /// What stands behind the last dot.
    pub(crate) fn extension(&self) -> Option<&str> {
        self.path.rsplit_once('.').map(|(_, extension)| extension)
    }
}

/// The top of the checkout.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .canonicalize()
            .unwrap()
    })
}

/// Cargo's view, over all targets and platforms.
pub(crate) fn metadata() -> &'static Metadata {
    static METADATA: OnceLock<Metadata> = OnceLock::new();
    METADATA.get_or_init(|| {
        MetadataCommand::new()
            .manifest_path(root().join("Cargo.toml"))
            .other_options(["--locked".to_owned()])
            .exec()
            .unwrap()
    })
}

/// Folders with source text written by people.
const OURS: [&str; 5] = ["src-tauri", "ui", "tests", ".ci", ".github"];
/// Below them: built, fetched or generated.
const FOREIGN: [&str; 6] = [
    "node_modules",
    "dist",
    "target",
    "gen",
    "generated",
    ".svelte-kit",
];
/// The kinds of files that people write here.
const KINDS: [&str; 12] = [
    "rs", "ts", "svelte", "css", "html", "js", "mjs", "py", "sh", "sql", "toml", "yml",
];

/// All of our own source files.
pub(crate) fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let mut found = Vec::new();
        for folder in OURS {
            collect(&root().join(folder), &mut found);
        }
        assert!(
            found.len() > 50,
            "only {} files were found: the rules would check nothing",
            found.len()
        );
        found
    })
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !FOREIGN.contains(&name.as_str()) && name != "fixtures" && !path.ends_with("tests/media") {
                collect(&path, found);
            }
        } else if KINDS.iter().any(|kind| name.ends_with(&format!(".{kind}"))) {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

/// Fails with all findings at once, one per line, and what to do about them.
#[track_caller]
pub(crate) fn none(findings: &[String], advice: &str) {
    assert!(findings.is_empty(), "{advice}\n  {}", findings.join("\n  "));
}
