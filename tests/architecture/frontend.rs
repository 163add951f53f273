//! What the pages of the window may import.

use crate::tree::{none, sources};

const BRIDGE: &str = "ui/src/bridge/";

#[test]
fn only_the_bridge_talks_to_tauri() {
    let findings: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.starts_with("ui/src/") && !source.path.starts_with(BRIDGE))
        .filter(|source| source.text.contains("@tauri-apps/") || source.text.contains("__TAURI"))
        .map(|source| source.path.clone())
        .collect();
    none(&findings, "ask the bridge (ui/src/bridge) instead of Tauri:");
    let bridge = sources().iter().filter(|source| source.path.starts_with(BRIDGE));
    assert!(
        bridge
            .into_iter()
            .any(|source| source.text.contains("@tauri-apps/")),
        "the search finds Tauri where it is"
    );
}

#[test]
fn every_test_of_the_frontend_has_a_name_that_vitest_finds() {
    let findings: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.starts_with("ui/") && source.text.contains("from 'vitest'"))
        .filter(|source| !source.path.contains(".test.") && !source.path.contains("vite"))
        .filter(|source| source.text.contains("describe(") || source.text.contains("it("))
        .map(|source| source.path.clone())
        .collect();
    none(
        &findings,
        "these hold tests and would never run: call them <name>.test.ts",
    );
}
