//! `history` and `stats`: what ended, by filters, in files, and added up; also beside a running program.

use std::fs;

use serde_json::Value;

use crate::library::Place;
use crate::program::Running;

/// A scan, a download that failed and the same one done.
fn lived() -> Place {
    let place = Place::prepared();
    let library = place.data().with_file_name("library");
    let second = place.second_served();
    let bytes = fs::read(&second).unwrap();
    place.lose_second();
    assert_eq!(place.run(&["download", "--all"]).code, Some(1));
    fs::write(&second, bytes).unwrap();
    place.run(&["scan", library.to_str().unwrap()]).well();
    place.run(&["download", "--all"]).well();
    place
}

fn outcomes(lines: &[Value]) -> Vec<(&str, &str)> {
    lines
        .iter()
        .map(|line| (line["kind"].as_str().unwrap(), line["outcome"].as_str().unwrap()))
        .collect()
}

#[test]
fn the_history_tells_what_ended_and_the_stats_add_it_up() {
    let place = lived();
    let all = place.run(&["history"]).well();
    insta::assert_json_snapshot!("history", all.all());
    insta::assert_json_snapshot!("stats", place.run(&["stats"]).well().all());
}

#[test]
fn filters_choose_rows() {
    let place = lived();
    let of = |arguments: &[&str]| {
        let words: Vec<&str> = std::iter::once(&"history").chain(arguments).copied().collect();
        place.run(&words).well().lines
    };
    let downloads = of(&["--type", "download"]);
    assert_eq!(
        outcomes(&downloads),
        [("download", "completed"), ("download", "failed")]
    );
    assert_eq!(of(&["--series", "night trains"]), downloads);
    assert_eq!(of(&["--series", "Day Trains"]).len(), 0);
    assert_eq!(outcomes(&of(&["--outcome", "failed"])), [("download", "failed")]);
    assert_eq!(of(&["--limit", "1"]).len(), 1);
    let all = of(&[]).len();
    assert_eq!(of(&["--since", "2020-01-01", "--until", "9999-12-30"]).len(), all);
    assert_eq!(of(&["--until", "2020-01-01"]).len(), 0);
    assert_eq!(of(&["--since", "9999-12-30"]).len(), 0);
}

#[test]
fn a_file_holds_every_row_once_and_an_existing_one_is_left_alone() {
    let place = lived();
    let rows = place.run(&["history"]).well().lines.len();
    for (name, lines) in [("out.jsonl", rows), ("out.csv", rows + 1)] {
        let path = place.data().with_file_name(name);
        let export = ["history", "--export", path.to_str().unwrap()];
        let exported = place.run(&export).well();
        assert_eq!(exported.lines[0]["rows"], rows, "{name}");
        insta::assert_json_snapshot!("history_export", exported.all());
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), lines, "{text}");
        let again = place.run(&export);
        assert_eq!(
            (again.code, &again.of("error")[0]["code"]),
            (Some(1), &"disk".into())
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn reading_goes_on_while_another_program_holds_the_folder() {
    let place = lived();
    let before = place.run(&["history"]).well().lines;
    let mut holder = Running::start(&place.data(), &["source", "refresh"]);
    // it holds the folder when it speaks
    holder.until(|_| true);
    assert!(place.run(&["history"]).well().lines.len() >= before.len());
    place.run(&["stats"]).well();
    assert_eq!(holder.end(), Some(0));
}
