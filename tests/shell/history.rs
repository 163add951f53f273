//! The history by commands: what ended is listed, added up and never asked for in vain.

use serde_json::json;

use crate::program::Program;

#[test]
fn a_fresh_history_is_empty_and_has_its_days_all_the_same() {
    let program = Program::start();
    let query = json!({ "query": { "offset": 0, "limit": 100 } });
    assert_eq!(
        program.ask("history_list", &query),
        json!({ "total": 0, "rows": [] })
    );
    let figures = program.ask("history_figures", &json!({ "days": 30 }));
    let days = figures["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[29]["day"]), (30, &figures["today"]));
    assert!(days.iter().all(|day| day["bytes"] == 0), "{figures}");
    assert_eq!(figures["busiest_day"], json!(null));
}

#[test]
fn a_scan_is_listed_by_its_kind_and_its_day() {
    let program = Program::start();
    program.take_library();
    program.ask("library_rescan", &json!({}));
    let today = program.ask("history_figures", &json!({ "days": 1 }))["today"].clone();
    let count = |filter: &serde_json::Value| {
        let mut query = json!({ "offset": 0, "limit": 100, "kind": "scan" });
        query
            .as_object_mut()
            .unwrap()
            .extend(filter.as_object().unwrap().clone());
        program.ask("history_list", &json!({ "query": query }))["total"].clone()
    };
    // the recorder is one more subscriber: it writes when it has heard of the end
    let deadline = std::time::Instant::now() + crate::program::PATIENCE;
    while count(&json!({})) == 0 {
        assert!(std::time::Instant::now() < deadline, "the scan never came");
        std::thread::yield_now();
    }
    assert_eq!(count(&json!({ "outcome": "completed", "since": today })), 1);
    assert_eq!(count(&json!({ "outcome": "failed" })), 0);
    assert_eq!(count(&json!({ "text": "scan" })), 0, "a scan is of no series");
}

#[test]
fn a_day_that_is_none_is_no_question() {
    let program = Program::start();
    let query = json!({ "query": { "offset": 0, "limit": 1, "since": "2026-02-30" } });
    let answer = crate::program::invoke(&program.main, "history_list", &query);
    assert!(answer.unwrap_err().to_string().contains("query"));
}
