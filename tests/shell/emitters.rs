//! A window hears of progress from the relay only: nowhere else in the shell is anything sent to a page.

use std::collections::BTreeMap;
use std::path::Path;

/// Every way to send something to a page: events, channels, and scripts.
const WAYS: [&str; 8] = [
    ".emit(",
    ".emit_to(",
    ".emit_str",
    ".emit_filter",
    "Emitter",
    "Channel<",
    ".eval(",
    "initialization_script",
];

/// Calls `with` for each source file of the shell.
fn each_source(folder: &Path, with: &mut impl FnMut(&str, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_source(&path, with);
        } else {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            with(&name, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn frames_leave_by_one_door_and_notices_by_another() {
    let mut found = BTreeMap::new();
    let mut files = 0;
    let shell = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/src");
    each_source(&shell, &mut |name, text| {
        files += 1;
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with("use "))
        {
            if WAYS.iter().any(|way| line.contains(way)) {
                found
                    .entry(name.to_owned())
                    .or_insert_with(Vec::new)
                    .push(line.to_owned());
            }
        }
    });
    assert!(files > 20, "only {files} files were read");
    let doors: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(doors, ["bootstrap.rs", "notice.rs"], "{found:?}");
    for (door, event) in [("bootstrap.rs", "FRAME_EVENT"), ("notice.rs", "NOTICE_EVENT")] {
        let lines = &found[door];
        assert!(
            lines.len() == 1 && lines[0].contains(".emit_to(") && lines[0].contains(event),
            "{door}: {lines:?}"
        );
    }
}
