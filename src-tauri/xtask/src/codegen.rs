//! `cargo xtask codegen`: the TypeScript types of `aniworld-wire`, and the check that they are up to date.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{self, Outcome};
use crate::project;

/// Where tests write the types when `ANIWORLD`'s own checkout must stay as it is.
pub(crate) fn scratch() -> PathBuf {
    project::target_dir().join("bindings")
}

fn committed() -> PathBuf {
    project::root().join("ui/src/bridge/generated")
}

/// Writes the types into the frontend.
pub(crate) fn write() -> Outcome {
    let folder = committed();
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    process::run(project::cargo().args(["test", "--package", "aniworld-wire", "--lib", "export_bindings"]))
}

/// Compares the types that the tests wrote to [`scratch`] with the committed ones.
pub(crate) fn check() -> Outcome {
    let (fresh, kept) = (read_all(&scratch())?, read_all(&committed())?);
    if fresh.is_empty() {
        return Err("the tests of aniworld-wire wrote no TypeScript".into());
    }
    let differing = differences(&fresh, &kept);
    if differing.is_empty() {
        println!("{} generated files are up to date", fresh.len());
        return Ok(());
    }
    Err(format!(
        "ui/src/bridge/generated is out of date: {}. Run `cargo xtask codegen` and commit the result.",
        differing.join(", ")
    ))
}

fn differences(fresh: &BTreeMap<PathBuf, String>, kept: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let names: std::collections::BTreeSet<_> = fresh.keys().chain(kept.keys()).collect();
    names
        .into_iter()
        .filter(|name| fresh.get(*name) != kept.get(*name))
        .map(|name| name.display().to_string())
        .collect()
}

fn read_all(folder: &Path) -> Outcome<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(current) = pending.pop() {
        let Ok(entries) = fs::read_dir(&current) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
            files.insert(name, text.replace("\r\n", "\n"));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn changed_new_and_stale_files_are_named() {
        let files = |list: &[(&str, &str)]| {
            list.iter()
                .map(|(name, text)| ((*name).into(), (*text).into()))
                .collect()
        };
        let fresh = files(&[("Same.ts", "a"), ("Changed.ts", "new"), ("Added.ts", "b")]);
        let kept = files(&[("Same.ts", "a"), ("Changed.ts", "old"), ("Stale.ts", "c")]);
        assert_eq!(differences(&fresh, &kept), ["Added.ts", "Changed.ts", "Stale.ts"]);
    }
}
