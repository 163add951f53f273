//! Who may give commands: the page of the main window, and nobody else; and only commands that exist.

use serde_json::json;

use crate::lists::handled;
use crate::program::{Program, invoke, invoke_from};

#[test]
fn a_window_without_a_capability_may_give_no_command() {
    let program = Program::start();
    let other = program.other_window();
    for command in handled() {
        let answer = invoke(&other, &command, &json!({}));
        let refusal = answer.expect_err(&command).to_string();
        assert!(refusal.contains("not allowed"), "{command}: {refusal}");
    }
}

#[test]
fn a_foreign_page_may_give_no_command_even_in_the_main_window() {
    let program = Program::start();
    for command in handled() {
        let foreign = "https://example.org/".parse().unwrap();
        let answer = invoke_from(&program.main, foreign, &command, &json!({}));
        let refusal = answer.expect_err(&command).to_string();
        assert!(refusal.contains("not allowed"), "{command}: {refusal}");
    }
}

#[test]
fn a_command_that_does_not_exist_is_refused() {
    let program = Program::start();
    for command in ["library_delete", "APP_STATE", "app_state ", ""] {
        let refusal = invoke(&program.main, command, &json!({})).expect_err(command);
        assert!(refusal.is_string(), "{command}: {refusal}");
    }
}

#[test]
fn nothing_of_tauri_itself_is_open_to_the_page_but_to_hear_events() {
    let program = Program::start();
    for command in [
        "plugin:dialog|open",
        "plugin:dialog|message",
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:window|close",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:resources|close",
    ] {
        let refusal = invoke(&program.main, command, &json!({})).expect_err(command);
        let refusal = refusal.to_string();
        assert!(refusal.contains("not allowed"), "{command}: {refusal}");
    }
}

#[test]
fn arguments_of_another_shape_are_refused_by_name() {
    let program = Program::start();
    for (command, arguments, named) in [
        ("series_detail", json!({}), "id"),
        ("series_detail", json!({ "id": "one" }), "id"),
        ("library_set", json!({ "path": null }), "path"),
        (
            "series_list",
            json!({ "query": { "offset": 0, "limit": -1 } }),
            "query",
        ),
        ("queue_act", json!({ "id": 1, "action": "explode" }), "action"),
        (
            "queue_add",
            json!({ "selection": { "kind": "everything" } }),
            "selection",
        ),
        ("settings_set", json!({ "patch": { "theme": "pink" } }), "patch"),
    ] {
        let refusal = invoke(&program.main, command, &arguments).expect_err(command);
        let refusal = refusal.to_string();
        assert!(
            refusal.contains(&format!("`{named}`")) && refusal.contains(command),
            "{command} {arguments}: {refusal}"
        );
    }
}
