//! What may stand where, and how large it may grow.

use std::process::Command;

use crate::tree::{none, root, sources};

/// What the top level may hold, besides files whose name starts with a dot.
const TOP: [&str; 12] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "deny.toml",
    "docs",
    "src-tauri",
    "tauri.conf.json",
    "tests",
    "ui",
];
const LONGEST_FILE: usize = 500;
/// The shell only wires: code that decides something belongs below it. Lines of code; what explains them is free.
const SHELL_LINES: usize = 1_700;
const SHELL: &str = "src-tauri/src/";

#[test]
fn the_top_level_holds_what_was_agreed() {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .unwrap();
    let tracked = String::from_utf8(output.stdout).unwrap();
    let mut findings: Vec<String> = tracked
        .split_terminator('\0')
        .filter_map(|path| path.split('/').next())
        .filter(|name| !name.starts_with('.') && !TOP.contains(name))
        .map(str::to_owned)
        .collect();
    findings.dedup();
    none(&findings, "these do not belong to the top level:");
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let findings: Vec<String> = sources()
        .iter()
        .map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(source, lines)| format!("{}: {lines} lines", source.path))
        .collect();
    none(&findings, &format!("more than {LONGEST_FILE} lines: split this"));
}

#[test]
fn the_shell_stays_thin() {
    let lines: usize = sources()
        .iter()
        .filter(|source| source.path.starts_with(SHELL) && source.is_rust())
        .map(|source| source.text.lines().filter(|line| is_code(line)).count())
        .sum();
    assert!(
        lines <= SHELL_LINES,
        "{SHELL} has {lines} lines of code, {SHELL_LINES} are allowed: move what decides something into a crate below"
    );
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

#[test]
fn no_module_is_called_after_nothing() {
    const EMPTY_NAMES: [&str; 8] = [
        "mod", "utils", "util", "common", "helpers", "helper", "imp", "misc",
    ];
    let findings: Vec<String> = sources()
        .iter()
        .filter(|source| source.is_rust())
        .filter(|source| {
            let path = source.path.trim_end_matches(".rs");
            path.split('/')
                .any(|part| EMPTY_NAMES.contains(&part) || part.ends_with("_manager"))
        })
        .map(|source| source.path.clone())
        .collect();
    none(
        &findings,
        "name these after what they hold (and `foo.rs` instead of `foo/mod.rs`):",
    );
}
