//! The library by commands: a fresh folder, the choice of one, a scan, and what is shown then.

use aniworld_services::OpenError;
use aniworld_services::downloads::PARALLEL_DEFAULT;
use serde_json::{Value, json};

use crate::program::{Program, params_of};

fn all_series(program: &Program) -> Value {
    program.ask("series_list", &json!({ "query": { "offset": 0, "limit": 200 } }))
}

#[test]
fn a_fresh_folder_has_nothing_and_the_defaults() {
    let program = Program::start();
    let mut state = program.state();
    // the system's, and nobody has set one
    let language = state["language"].take();
    assert!(["en", "de"].contains(&language.as_str().unwrap()), "{language}");
    assert_eq!(
        state,
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "data_dir": program.data_dir(),
            "library": null,
            "demo": false,
            "sources": 0,
            "tray": "absent",
            "settings": {
                "parallel_downloads": PARALLEL_DEFAULT,
                "transfers": {
                    "speed_limit": 0,
                    "limit_speed": true,
                    "speed_limit_per_host": 0,
                    "connections_per_file": 8,
                    "connections_per_host": 8,
                    "tries": 5,
                    "stall_timeout_s": 30,
                    "proxy": "system"
                },
                "notifications": true,
                "history_days": 365,
                "theme": "system",
                "language": null
            },
            "language": null,
        })
    );
}

#[test]
fn what_is_no_folder_is_not_taken_and_nothing_changes() {
    let program = Program::start();
    let before = program.state();

    let missing = program.path("missing");
    let error = program.ask_in_vain("library_set", &json!({ "path": missing }));
    assert_eq!(params_of(&error, "library_missing"), &json!({ "path": missing }));
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains(missing.to_str().unwrap()),
        "{error}"
    );

    let file = program.path("file");
    std::fs::write(&file, "no folder").unwrap();
    let error = program.ask_in_vain("library_set", &json!({ "path": file }));
    params_of(&error, "library_not_a_folder");

    assert_eq!(program.state(), before);
    assert!(!missing.exists());
}

#[test]
fn a_failed_choice_keeps_the_library_there_was() {
    let program = Program::start();
    let library = program.take_library();
    program.ask_in_vain("library_set", &json!({ "path": program.path("missing") }));
    assert_eq!(program.state()["library"]["path"], json!(library));
}

#[test]
fn a_folder_is_taken_and_may_be_taken_again() {
    let program = Program::start();
    let library = program.make_folder("library");
    let first = program.ask("library_set", &json!({ "path": library }));
    assert_eq!(first["library"]["path"], json!(library));
    assert_eq!(first["library"]["reachable"], json!(true));
    assert_eq!(first["library"]["last_scan_at"], Value::Null);
    let again = program.ask("library_set", &json!({ "path": library }));
    assert_eq!(again["library"]["path"], json!(library));
    assert_eq!(
        std::fs::read_dir(&library).unwrap().count(),
        0,
        "nothing is left in it"
    );
}

#[test]
fn without_a_library_there_is_nothing_to_scan_or_to_open() {
    let program = Program::start();
    for (command, arguments) in [
        ("library_rescan", json!({})),
        ("open_folder", json!({ "series": null })),
        ("open_folder", json!({ "series": 1 })),
    ] {
        let error = program.ask_in_vain(command, &arguments);
        assert_eq!(params_of(&error, "no_library"), &json!({}), "{command}");
    }
}

#[test]
fn a_scan_shows_the_series_of_the_library() {
    let program = Program::start();
    let empty = json!({
        "total": 0,
        "counts": { "all": 0, "incomplete": 0, "complete": 0, "missing_episodes": 0 },
        "rows": [],
    });
    assert_eq!(all_series(&program), empty, "before a library was chosen");

    let season = program.take_library().join("Naruto").join("Season 01");
    assert_eq!(all_series(&program), empty, "before it was scanned");
    std::fs::create_dir_all(&season).unwrap();
    for name in ["Naruto - S01E01.mkv", "Naruto - S01E02 - Clash.mkv"] {
        std::fs::write(season.join(name), "a film").unwrap();
    }
    assert_eq!(program.ask("library_rescan", &json!({})), Value::Null);

    assert!(program.state()["library"]["last_scan_at"].is_string());
    let page = all_series(&program);
    assert_eq!((&page["total"], &page["counts"]["all"]), (&json!(1), &json!(1)));
    let row = &page["rows"][0];
    assert_eq!(
        (&row["title"], &row["folder"], &row["have"], &row["missing"]),
        (&json!("Naruto"), &json!("Naruto"), &json!(2), &json!(0))
    );
    let detail = program.ask("series_detail", &json!({ "id": row["id"] }));
    let episodes = detail["seasons"][0]["episodes"].as_array().unwrap();
    let numbers: Vec<&Value> = episodes.iter().map(|episode| &episode["number"]).collect();
    assert_eq!(numbers, ["1", "2"]);
    assert!(
        episodes.iter().all(|episode| episode["state"] == "have"),
        "{episodes:?}"
    );

    let none = program.ask(
        "series_list",
        &json!({ "query": { "text": "bleach", "offset": 0, "limit": 9 } }),
    );
    assert_eq!((&none["total"], &none["counts"]["all"]), (&json!(0), &json!(1)));
}

#[test]
fn a_series_that_is_not_there_is_nothing_and_no_error() {
    let program = Program::start();
    for id in [1, 0, -1, i64::MAX] {
        assert_eq!(program.ask("series_detail", &json!({ "id": id })), Value::Null);
    }
}

#[test]
fn a_second_program_learns_who_has_the_data_folder() {
    let program = Program::start();
    let refused = program.opened_again();
    assert_eq!(
        refused,
        Some(OpenError::Locked {
            data_dir: program.data_dir(),
            holder: "Aniworld".to_owned(),
            pid: std::process::id(),
        })
    );
}
