//! No test file is forgotten: each one is part of a target that cargo builds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::tree::{metadata, none, root, sources};

#[test]
fn every_rust_file_is_part_of_a_target() {
    let mut reached = BTreeSet::new();
    for package in metadata().workspace_packages() {
        for target in &package.targets {
            follow(target.src_path.as_std_path(), true, &mut reached);
        }
    }
    let findings: Vec<String> = sources()
        .iter()
        .filter(|source| source.is_rust())
        // a workspace of its own, built by `cargo xtask fuzz`
        .filter(|source| !source.path.starts_with("src-tauri/fuzz/"))
        .filter(|source| !reached.contains(&root().join(&source.path)))
        .map(|source| source.path.clone())
        .collect();
    none(
        &findings,
        "no `mod` line and no [[test]] leads to these files, so they are never compiled:",
    );
}

/// Walks the `mod name;` lines from a file. `top` says whether its modules lie beside it.
fn follow(file: &Path, top: bool, reached: &mut BTreeSet<PathBuf>) {
    let Ok(file) = file.canonicalize() else {
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap();
    let beside = file.parent().unwrap().to_path_buf();
    let folder = if top {
        beside.clone()
    } else {
        beside.join(file.file_stem().unwrap())
    };
    if !reached.insert(file) {
        return;
    }
    let mut given_path = None;
    for line in text.lines().map(str::trim) {
        if let Some(path) = line
            .strip_prefix("#[path = \"")
            .and_then(|rest| rest.split('"').next())
        {
            given_path = Some(beside.join(path));
        } else if let Some(name) = module_name(line) {
            let path = given_path
                .take()
                .unwrap_or_else(|| folder.join(format!("{name}.rs")));
            follow(&path, false, reached);
        }
    }
}

/// The name in `mod name;`, with any visibility.
fn module_name(line: &str) -> Option<&str> {
    let before_semicolon = line.split("//").next()?.trim().strip_suffix(';')?;
    let (visibility, name) = before_semicolon.rsplit_once("mod ")?;
    let visibility = visibility.trim();
    (visibility.is_empty() || visibility.starts_with("pub")).then_some(name)
}

#[test]
fn the_top_level_tests_are_all_listed() {
    let listed: BTreeSet<String> = metadata()
        .workspace_packages()
        .iter()
        .flat_map(|package| &package.targets)
        .map(|target| target.src_path.to_string())
        .collect();
    let findings: Vec<String> = std::fs::read_dir(root().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("main.rs"))
        .filter(|main| main.is_file() && !listed.contains(&main.to_string_lossy().into_owned()))
        .map(|main| main.display().to_string())
        .collect();
    none(
        &findings,
        "tests/Cargo.toml lists tests by hand, and these are missing there:",
    );
}

#[test]
fn module_lines_are_recognised() {
    assert_eq!(module_name("mod walk;"), Some("walk"));
    assert_eq!(module_name("pub(crate) mod walk; // why"), Some("walk"));
    assert_eq!(module_name("mod tests {"), None);
    assert_eq!(module_name("let model = 1;"), None);
}
