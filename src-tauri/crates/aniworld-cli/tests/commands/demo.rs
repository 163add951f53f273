//! The demo, and a second process that watches it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Running, run, stable};

#[test]
fn the_demo_does_the_whole_job_while_another_program_watches() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let mut demo = Running::start(folder.path(), &["demo", "--keep", kept.to_str().unwrap()]);
    let place = demo.next().unwrap();
    insta::assert_json_snapshot!("demo", stable(place.clone()));
    let data = PathBuf::from(place["data_dir"].as_str().unwrap());

    // its first download runs: the folder is held and the socket is there
    demo.until(|line| line["data"]["status"] == "in_progress" && line["type"] == "download_progress");
    let mut watch = Running::start(&data, &["watch"]);
    let known = watch.next().unwrap();
    assert!(known["type"].as_str().unwrap().ends_with("_progress"), "{known}");
    let second = run(&data, &["source", "refresh"]);
    assert_eq!(
        (second.code, &second.of("error")[0]["code"]),
        (Some(1), &"already_running".into())
    );
    assert!(second.errors.contains("aniworld-cli demo") || second.errors.contains(&demo.id().to_string()));

    let completed =
        watch.until(|line| line["type"] == "download_progress" && line["data"]["status"] == "completed");
    insta::assert_json_snapshot!("watch", shape(&completed));
    let summary = demo.until(|line| line["type"] == "summary");
    assert_eq!(
        (&summary["failed"], summary["completed"].as_u64() > Some(1)),
        (&0.into(), true),
        "{summary}"
    );
    assert_eq!(demo.end(), Some(0));
    assert_eq!(
        watch.end(),
        Some(0),
        "the end of the demo is the end of the watch"
    );
    assert!(files(&kept) > 0, "the kept copy has the films");
    assert!(!data.exists(), "the rest is gone");
}

/// The kinds of the fields, because which film ends first is not fixed.
fn shape(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .map(|(key, field)| (key.clone(), shape(field)))
            .collect(),
        serde_json::Value::Number(_) => "number".into(),
        serde_json::Value::String(_) => "text".into(),
        other => other.clone(),
    }
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}
