//! Exit statuses and errors, as the contract says.

use std::io::Write;
use std::process::Stdio;

use crate::program::{program, ran, run};

#[test]
fn wrong_usage_ends_with_2_and_prints_nothing_on_stdout() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["fetch"][..],
        &["get"],
        &["download"],
        &["get", "http://h/f", "-o", "f", "--tries", "0"],
    ] {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code, ran.lines.len()), (Some(2), 0), "{arguments:?}");
        assert!(!ran.errors.is_empty());
    }
}

#[test]
fn an_error_is_a_line_for_scripts_and_a_sentence_for_people() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let ran = run(
        &folder.path().join("data"),
        &["scan".as_ref(), nowhere.as_os_str()],
    );
    assert_eq!(ran.code, Some(1));
    let error = ran.lines.last().unwrap();
    assert_eq!(
        (&error["type"], &error["code"]),
        (&"error".into(), &"library_missing".into())
    );
    let (message, hint) = (
        error["message"].as_str().unwrap(),
        error["hint"].as_str().unwrap(),
    );
    assert!(message.contains("nowhere"), "{message}");
    assert!(
        ran.errors.contains(message) && ran.errors.contains(hint),
        "{}",
        ran.errors
    );
}

#[test]
fn lists_of_a_folder_without_data_are_empty_and_make_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for arguments in [
        &["missing"][..],
        &["queue", "list"],
        &["source", "list"],
        &["history"],
        &["stats"],
    ] {
        let ran = run(&data, arguments).well();
        assert!(ran.lines.is_empty(), "{arguments:?}");
    }
    assert!(!data.exists());
}

#[test]
fn watch_without_a_running_program_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["watch"]);
    assert_eq!(
        (ran.code, &ran.lines[0]["code"]),
        (Some(1), &"not_running".into())
    );
}

#[test]
fn parse_reads_paths_from_its_input() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program(folder.path())
        .arg("parse")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all(b"Night Trains/Season 01/Night Trains - S01E02 - Snow.mkv\nholiday.mkv\n")
        .unwrap();
    drop(input);
    let ran = ran(&child.wait_with_output().unwrap()).well();
    let codes: Vec<_> = ran
        .lines
        .iter()
        .map(|line| (&line["season"], &line["episodes"][0]))
        .collect();
    assert_eq!(
        codes,
        [
            (&1.into(), &2.into()),
            (&serde_json::Value::Null, &serde_json::Value::Null)
        ]
    );
}
