//! Where things are in this checkout, and which crates and tests it has.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::Outcome;

/// The package of the window: the only one that needs WebKit.
pub(crate) const SHELL: &str = "aniworld";
/// The test target that drives the real window.
pub(crate) const E2E: &str = "e2e";

/// The top of the checkout.
pub(crate) fn root() -> PathBuf {
    // this crate lives in <root>/src-tauri/xtask
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A program that cargo built. `profile` is `debug` or `release`.
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    target_dir()
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Where cargo builds.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Cargo, as it started us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The names of all integration tests that need no window and no feature, so that none can be forgotten here.
pub(crate) fn windowless_tests() -> Outcome<Vec<String>> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo metadata did not start: {error}"))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata printed no JSON: {error}"))?;
    Ok(test_targets(&metadata))
}

fn test_targets(metadata: &serde_json::Value) -> Vec<String> {
    let list = |value: &serde_json::Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> = list(metadata, "packages")
        .iter()
        .filter(|package| package["name"] != SHELL)
        .flat_map(|package| list(package, "targets"))
        .filter(|target| list(target, "kind").iter().any(|kind| kind == "test"))
        .filter(|target| list(target, "required-features").is_empty())
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .filter(|name| name != E2E)
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::test_targets;

    #[test]
    fn every_test_is_listed_once_but_those_that_need_a_window_or_a_feature() {
        let metadata = serde_json::json!({"packages": [
            {"name": "aniworld", "targets": [{"kind": ["test"], "name": "shell"}]},
            {"name": "a", "targets": [{"kind": ["lib"], "name": "a"}, {"kind": ["test"], "name": "walk"}]},
            {"name": "b", "targets": [{"kind": ["test"], "name": "walk"}, {"kind": ["test"], "name": "e2e"}]},
            {"name": "c", "targets": [{"kind": ["test"], "name": "model", "required-features": ["model"]}]},
        ]});
        assert_eq!(test_targets(&metadata), ["walk"]);
    }
}
