//! Progress as pages hear it: by commands, and by one event at the one window that asked.

use aniworld_shell::FRAME_EVENT;
use aniworld_wire::message::ProgressState;
use aniworld_wire::{Frame, JoinAnswer};
use serde_json::{Value, json};

use crate::program::{Ears, Program};

fn join(program: &Program, name: &str, rooms: &[&str]) -> JoinAnswer {
    let request = json!({ "request": { "rooms": rooms, "name": name } });
    serde_json::from_value(program.ask("progress_join", &request)).unwrap()
}

fn frame(payload: Value) -> Frame {
    serde_json::from_value(payload).unwrap()
}

/// Hears frames up to the one that says how the scan ended. Their numbers follow each other.
#[track_caller]
fn hear_scan(ears: &Ears, joined: &JoinAnswer) {
    for number in joined.frame + 1.. {
        let heard = frame(ears.next());
        assert_eq!((heard.epoch, heard.frame), (joined.epoch, number));
        let messages = heard.messages.iter().map(|it| &it.message);
        for message in messages.filter(|message| message.event_type == "scan_progress") {
            if message.data.status == ProgressState::Completed {
                return;
            }
        }
    }
}

#[test]
fn a_page_that_joined_hears_a_scan_to_its_end_and_no_other_window_does() {
    let program = Program::start();
    program.take_library();
    let other = program.other_window();
    let (ears, others) = (
        Ears::of(&program.main, FRAME_EVENT),
        Ears::of(&other, FRAME_EVENT),
    );

    let joined = join(&program, "main", &["scan", "queue"]);
    let known: Vec<&str> = joined
        .messages
        .iter()
        .map(|it| it.message.data.id.as_str())
        .collect();
    assert_eq!(known, ["download_queue"]);
    program.ask("library_rescan", &json!({}));
    hear_scan(&ears, &joined);
    assert!(others.so_far().is_empty());

    let again = join(&program, "main", &["scan"]);
    assert_eq!(again.messages.len(), 1, "what is past is in the snapshot");
    assert_eq!(again.epoch, joined.epoch);
}

#[test]
fn a_page_that_did_not_join_or_has_left_hears_nothing() {
    let program = Program::start();
    program.take_library();
    let ears = Ears::of(&program.main, FRAME_EVENT);
    program.ask("library_rescan", &json!({}));

    join(&program, "scans", &["scan"]);
    let left = join(&program, "queue", &["queue"]);
    assert_eq!(
        program.ask("progress_rooms", &json!({})),
        json!([{ "rooms": ["queue"], "name": "queue" }, { "rooms": ["scan"], "name": "scans" }])
    );
    for _ in 0..2 {
        assert_eq!(
            program.ask("progress_leave", &json!({ "name": "scans" })),
            Value::Null
        );
    }
    program.ask("library_rescan", &json!({}));
    // the first thing heard is of the room that is left to it
    program.ask("queue_pause_all", &json!({}));
    let heard = frame(ears.next());
    assert_eq!(heard.frame, left.frame + 1);
    assert!(heard.messages.iter().all(|it| it.room == "queue"), "{heard:?}");
}

#[test]
fn one_union_in_place_of_all_is_the_only_one_then() {
    let program = Program::start();
    for name in ["main", "series", "detail"] {
        join(&program, name, &["queue", "series:Night Trains"]);
    }
    let alone = json!({ "request": { "rooms": ["scan"], "name": "main", "replace": true } });
    program.ask("progress_join", &alone);
    let listed = json!([{ "rooms": ["scan"], "name": "main" }]);
    // a page may report whatever came, and more than that
    program.ask("progress_heard", &json!({ "frames": 64 }));
    assert_eq!(program.ask("progress_rooms", &json!({})), listed);
    join(&program, "series", &["series:Night Trains"]);
    let names = program.ask("progress_rooms", &json!({}));
    assert_eq!(names.as_array().unwrap().len(), 2, "{names}");
}

#[test]
fn the_demo_begins_a_new_epoch_and_its_end_another() {
    let program = Program::start();
    let ears = Ears::of(&program.main, FRAME_EVENT);
    let mut joined = join(
        &program,
        "main",
        &["downloads", "scan", "queue", "system", "errors"],
    );
    for command in ["demo_start", "demo_stop"] {
        program.ask(command, &json!({}));
        // what came before the change may still be on its way
        let announced = loop {
            let heard = frame(ears.next());
            if heard.epoch != joined.epoch {
                break heard;
            }
        };
        assert_eq!((announced.frame, announced.messages.len()), (1, 0), "{command}");
        joined = join(&program, "main", &["scan", "queue"]);
        assert_eq!(joined.epoch, announced.epoch, "{command}");
    }
    let scans = joined.messages.iter().filter(|it| it.room == "scan").count();
    assert_eq!(
        scans, 0,
        "the scan was the demo's, and the own library was never scanned"
    );
}

#[test]
fn rows_out_of_sight_are_a_question_of_downloads_only() {
    let program = Program::start();
    program.take_library();
    let ears = Ears::of(&program.main, FRAME_EVENT);
    let joined = join(&program, "main", &["downloads", "scan"]);
    for rows in [json!([]), json!(["download_naruto_1_1"])] {
        let answer = program.ask("progress_visible_rows", &json!({ "ids": rows }));
        assert_eq!(answer, Value::Null);
    }
    program.ask("library_rescan", &json!({}));
    hear_scan(&ears, &joined);
}
