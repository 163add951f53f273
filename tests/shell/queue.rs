//! The queue by commands: empty, paused as a whole, and asked for what it does not hold.

use serde_json::{Value, json};

use crate::program::{Program, params_of};

fn list(program: &Program) -> Value {
    program.ask("queue_list", &json!({ "query": { "offset": 0, "limit": 200 } }))
}

#[test]
fn a_fresh_queue_is_empty_under_every_filter() {
    let program = Program::start();
    let empty = json!({
        "total": 0,
        "counts": { "pending": 0, "active": 0, "completed": 0, "failed": 0 },
        "paused": false,
        "rows": [],
    });
    assert_eq!(list(&program), empty);
    for filter in ["all", "active", "completed", "failed"] {
        let query = json!({ "filter": filter, "offset": 3, "limit": u32::MAX });
        assert_eq!(
            program.ask("queue_list", &json!({ "query": query })),
            empty,
            "{filter}"
        );
    }
}

#[test]
fn a_job_that_is_not_there_is_named_whatever_is_wanted_of_it() {
    let program = Program::start();
    for action in ["pause", "resume", "cancel", "retry", "remove"] {
        let error = program.ask_in_vain("queue_act", &json!({ "id": 42, "action": action }));
        assert_eq!(
            params_of(&error, "job_unknown"),
            &json!({ "id": "42" }),
            "{action}"
        );
    }
}

#[test]
fn with_nothing_missing_there_is_nothing_to_add() {
    let program = Program::start();
    program.take_library();
    for selection in [
        json!({ "kind": "all" }),
        json!({ "kind": "series", "series": 1 }),
        json!({ "kind": "season", "series": 1, "season": 1 }),
        json!({ "kind": "episode", "id": 1 }),
    ] {
        let error = program.ask_in_vain("queue_add", &json!({ "selection": selection }));
        params_of(&error, "nothing_missing");
    }
    assert_eq!(list(&program)["total"], 0);
}

#[test]
fn pausing_all_and_resuming_all_may_be_asked_for_twice() {
    let program = Program::start();
    for (command, paused) in [
        ("queue_pause_all", true),
        ("queue_pause_all", true),
        ("queue_resume_all", false),
        ("queue_resume_all", false),
    ] {
        assert_eq!(program.ask(command, &json!({})), Value::Null);
        assert_eq!(list(&program)["paused"], paused, "{command}");
    }
}

#[test]
fn clearing_an_empty_list_is_no_error() {
    let program = Program::start();
    assert_eq!(program.ask("queue_clear_finished", &json!({})), Value::Null);
}

#[test]
fn an_operation_tells_its_story_and_an_unknown_one_that_there_is_none() {
    let program = Program::start();
    program.take_library();
    program.ask("queue_pause_all", &json!({}));
    let ask = |operation: &str| {
        let args = json!({ "operation": operation, "job": null });
        program.ask("operation_report", &args)
    };
    let unknown = ask("download_naruto_1_1");
    assert_eq!(unknown["explanation"]["code"], "unknown");
    assert_eq!(unknown["entries"], json!([]));
    let queue = ask("download_queue");
    assert_eq!(queue["explanation"]["code"], "paused");
    assert!(
        queue["report_text"]
            .as_str()
            .unwrap()
            .starts_with("Program: Aniworld ")
    );
    assert!(!queue["entries"].as_array().unwrap().is_empty());
}
