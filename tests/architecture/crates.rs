//! Who may use whom.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cargo_metadata::{DependencyKind, PackageId};

use crate::tree::{metadata, none};

const SHELL: &str = "aniworld";
/// Crates that open windows. Only the shell reaches them, on any system.
const WINDOWING: [&str; 6] = ["tauri", "wry", "tao", "gtk", "webkit2gtk", "muda"];

/// The arrows: a crate, and the crates of ours that it may use.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("aniworld-names", &[]),
    ("aniworld-transfer", &[]),
    ("aniworld-core", &["aniworld-names", "aniworld-transfer"]),
    ("aniworld-services", &["aniworld-core"]),
    ("aniworld-wire", &["aniworld-core", "aniworld-services"]),
    ("aniworld-cli", TAURI_FREE),
    (
        "aniworld",
        &["aniworld-core", "aniworld-services", "aniworld-wire"],
    ),
    ("aniworld-testkit", &[]),
    ("xtask", &[]),
    ("aniworld-tests", TESTED),
];
const TAURI_FREE: &[&str] = &[
    "aniworld-core",
    "aniworld-names",
    "aniworld-services",
    "aniworld-transfer",
    "aniworld-wire",
];
const TESTED: &[&str] = &[
    "aniworld-core",
    "aniworld-names",
    "aniworld-services",
    "aniworld-testkit",
    "aniworld-transfer",
    "aniworld-wire",
];

#[test]
fn every_crate_is_named_in_the_rules() {
    let members: BTreeSet<_> = metadata()
        .workspace_packages()
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let ruled: BTreeSet<_> = ALLOWED.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        members, ruled,
        "a new crate needs a line in ALLOWED and in docs/architecture.md"
    );
}

#[test]
fn crates_use_only_what_the_arrows_allow() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let mut findings = Vec::new();
    for package in metadata().workspace_packages() {
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some())
        {
            let name = dependency.name.as_str();
            let is_allowed = match dependency.kind {
                // a crate's own tests may use the testkit, and the crate's fakes from its own feature
                DependencyKind::Development => {
                    name == "aniworld-testkit"
                        || name == package.name.as_str()
                        || allowed[package.name.as_str()].contains(&name)
                }
                _ => allowed[package.name.as_str()].contains(&name),
            };
            if !is_allowed {
                findings.push(format!("{} -> {name} ({})", package.name, dependency.kind));
            }
        }
    }
    none(
        &findings,
        "these arrows point the wrong way; see the table in docs/architecture.md:",
    );
}

#[test]
fn the_arrows_are_no_wider_than_what_is_used() {
    let mut findings = Vec::new();
    for (name, allowed) in ALLOWED {
        let used: BTreeSet<_> = metadata()
            .workspace_packages()
            .iter()
            .filter(|package| package.name.as_str() == name)
            .flat_map(|package| &package.dependencies)
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.clone())
            .collect();
        let unused = allowed.iter().filter(|other| !used.contains(**other));
        findings.extend(unused.map(|other| format!("{name} -> {other}")));
    }
    none(&findings, "allowed, but not used: take them out of ALLOWED:");
}

#[test]
fn only_the_shell_reaches_a_windowing_crate_on_any_system() {
    let members = metadata().workspace_packages();
    let mut findings = Vec::new();
    for package in members.iter().filter(|package| package.name.as_str() != SHELL) {
        let reached = reachable(&package.id);
        findings.extend(
            WINDOWING
                .iter()
                .filter(|name| reached.contains(**name))
                .map(|name| format!("{} reaches {name}", package.name)),
        );
    }
    none(&findings, "these crates must build and run without a window:");
    let shell = members
        .iter()
        .find(|package| package.name.as_str() == SHELL)
        .unwrap();
    assert!(
        reachable(&shell.id).contains("tauri"),
        "the search finds tauri where it is"
    );
}

#[test]
fn the_workspace_offers_tauri_to_nobody() {
    let manifest = std::fs::read_to_string(crate::tree::root().join("Cargo.toml")).unwrap();
    let offered = manifest.split_once("[workspace.dependencies]").unwrap().1;
    let offered = offered.split("\n[").next().unwrap();
    let tauri = offered
        .lines()
        .find(|line| line.trim_start().starts_with("tauri"));
    assert_eq!(
        tauri, None,
        "only the root package names tauri, in its own [dependencies]"
    );
}

/// The names of all packages that one needs, over normal, build and test edges of every platform.
fn reachable(start: &PackageId) -> BTreeSet<String> {
    let resolve = metadata().resolve.as_ref().unwrap();
    let edges: BTreeMap<_, _> = resolve
        .nodes
        .iter()
        .map(|node| (&node.id, &node.dependencies))
        .collect();
    let mut seen = BTreeSet::from([start]);
    let mut pending = VecDeque::from([start]);
    while let Some(id) = pending.pop_front() {
        pending.extend(edges[id].iter().filter(|next| seen.insert(*next)));
    }
    let package_of = |id: &&PackageId| metadata()[*id].name.to_string();
    seen.iter().map(package_of).collect()
}
