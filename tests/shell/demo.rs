//! The demo by commands: a page may ask twice, and the user's own library is as it was.

use std::path::Path;
use std::thread;

use aniworld_wire::message::ProgressState;
use aniworld_wire::socket;
use serde_json::{Value, json};

use crate::program::{Program, invoke};

/// The state of the program without what changes by itself.
fn without_free_space(mut state: Value) -> Value {
    state["library"]["free_bytes"].take();
    state
}

#[test]
fn starting_twice_is_starting_once_and_stopping_twice_is_stopping_once() {
    let program = Program::start();
    let library = program.take_library();
    let own = without_free_space(program.state());

    let demo = program.ask("demo_start", &json!({}));
    assert_eq!((&demo["demo"], &demo["sources"]), (&json!(true), &json!(1)));
    assert_ne!(demo["library"]["path"], json!(library));
    let again = program.ask("demo_start", &json!({}));
    assert_eq!(again["data_dir"], demo["data_dir"], "no second demo was made");

    for _ in 0..2 {
        let stopped = program.ask("demo_stop", &json!({}));
        assert_eq!(without_free_space(stopped), own);
    }
    let folder = Path::new(demo["data_dir"].as_str().unwrap());
    assert!(!folder.exists(), "what the demo made is gone with it");
}

#[test]
fn two_starts_at_the_same_time_make_one_demo() {
    let program = Program::start();
    let start = || {
        let main = program.main.clone();
        thread::spawn(move || invoke(&main, "demo_start", &json!({})).unwrap()["data_dir"].clone())
    };
    let folders = [start(), start()].map(|started| started.join().unwrap());
    assert_eq!(folders[0], folders[1]);
}

#[test]
fn the_demo_has_a_library_and_episodes_to_download() {
    let program = Program::start();
    program.ask("demo_start", &json!({}));
    program.ask("library_rescan", &json!({}));
    let query = json!({ "query": { "filter": "incomplete", "offset": 0, "limit": 200 } });
    let page = program.ask("series_list", &query);
    assert!(page["counts"]["missing_episodes"].as_u64() > Some(0), "{page}");
    assert_eq!(page["counts"]["all"], 3, "{page}");
    let sources = program.ask("source_list", &json!({}));
    assert_eq!(sources.as_array().map(Vec::len), Some(1), "{sources}");

    program.ask("demo_stop", &json!({}));
    assert_eq!(program.ask("series_list", &query)["counts"]["all"], 0);
    assert_eq!(program.ask("source_list", &json!({})), json!([]));
}

#[test]
fn settings_are_the_users_own_in_the_demo_too() {
    let program = Program::start();
    program.ask("demo_start", &json!({}));
    program.ask("settings_set", &json!({ "patch": { "parallel_downloads": 7 } }));
    assert_eq!(program.state()["settings"]["parallel_downloads"], 7);
    program.ask("demo_stop", &json!({}));
    assert_eq!(program.state()["settings"]["parallel_downloads"], 7);
}

#[test]
fn other_programs_follow_the_demo_at_the_address_of_the_user() {
    let program = Program::start();
    program.ask("demo_start", &json!({}));
    tauri::async_runtime::block_on(async {
        let mut watch = socket::watch(&program.data_dir()).await.unwrap();
        // without a library of the user's own, only the demo can have been scanned
        loop {
            let message = watch.next().await.unwrap().expect("messages without an end");
            if message.event_type == "scan_progress" && message.data.status == ProgressState::Completed {
                break;
            }
        }
        socket::request_show(&program.data_dir()).await.unwrap();
    });
}
