//! `why`: the sentence and the story, of what ended in an earlier process; also beside a running program.

use serde_json::Value;

use crate::library::Place;
use crate::program::{Ran, Running};

/// The port of the server differs from run to run, and so does every time.
fn stable(ran: &Ran) -> Vec<Value> {
    let text = serde_json::to_string(&ran.all()).unwrap();
    let mut clean = String::new();
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once("127.0.0.1:") {
        clean.push_str(before);
        clean.push_str("[host]");
        rest = behind.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    clean.push_str(rest);
    let mut lines: Vec<Value> = serde_json::from_str(&clean).unwrap();
    for line in &mut lines {
        for entry in line["entries"].as_array_mut().unwrap() {
            entry["at"] = "[at]".into();
        }
    }
    lines
}

#[test]
fn a_failure_of_an_earlier_run_is_explained() {
    let place = Place::prepared();
    place.lose_second();
    assert_eq!(place.run(&["download", "--all"]).code, Some(1));
    let why = place.run(&["why", "Night Trains", "S01E02"]).well();
    insta::assert_json_snapshot!("why_failed", stable(&why));
    assert_eq!(
        place.run(&["why"]).well().lines,
        why.lines,
        "it is all that went wrong"
    );
}

#[test]
fn what_went_well_has_a_story_too() {
    let place = Place::prepared();
    place.run(&["download", "--all"]).well();
    let why = place.run(&["why", "night trains"]).well();
    insta::assert_json_snapshot!("why_completed", stable(&why));
    assert!(
        place.run(&["why"]).well().lines.is_empty(),
        "nothing waits or failed"
    );
}

#[test]
fn what_never_ran_is_said_to_be_unknown() {
    let place = Place::prepared();
    let why = place.run(&["why", "Night Trains", "S01E02"]).well();
    assert_eq!(why.lines[0]["explanation"]["code"], "unknown");
    let nobody = place.run(&["why", "Day Trains"]);
    assert_eq!(nobody.of("error")[0]["code"], "selection_unknown");
}

#[test]
fn a_report_is_whole_and_tells_nothing_private() {
    let place = Place::prepared();
    place.lose_second();
    assert_eq!(place.run(&["download", "--all"]).code, Some(1));
    let why = place.run(&["why", "--report"]).well();
    let report = why.lines[0]["report"].as_str().unwrap();
    for part in [
        "Program: Aniworld ",
        "Episode: Night Trains S01E02",
        "Why: It failed",
        "answered 404",
    ] {
        assert!(report.contains(part), "{report}");
    }
    let library = place.data().with_file_name("library");
    assert!(!report.contains(library.to_str().unwrap()), "{report}");
}

#[test]
fn it_answers_while_another_program_holds_the_folder() {
    let place = Place::prepared();
    place.run(&["download", "--all"]).well();
    let mut holder = Running::start(&place.data(), &["source", "refresh"]);
    // it holds the folder when it speaks
    holder.until(|_| true);
    let why = place.run(&["why", "Night Trains"]).well();
    assert_eq!(why.lines[0]["explanation"]["code"], "completed");
    assert_eq!(holder.end(), Some(0));
}
