//! The settings by command: what is valid is in force at once, what is not changes nothing.

use aniworld_services::downloads::PARALLEL_DEFAULT;
use serde_json::{Value, json};

use crate::program::{Program, params_of};

fn set(program: &Program, patch: &Value) -> Value {
    program.ask("settings_set", &json!({ "patch": patch }))
}

#[test]
fn a_change_is_answered_shown_and_written_and_the_rest_stays() {
    let program = Program::start();
    for parallel in [1, 16, 5] {
        let answer = set(&program, &json!({ "parallel_downloads": parallel }));
        assert_eq!(answer["parallel_downloads"], parallel);
    }
    let transfers = program.state()["settings"]["transfers"].take();
    let expected = json!({ "parallel_downloads": 5, "transfers": transfers, "notifications": false, "history_days": 365, "theme": "dark", "language": null });
    set(&program, &json!({ "notifications": false }));
    assert_eq!(set(&program, &json!({ "theme": "dark" })), expected);
    assert_eq!(program.state()["settings"], expected);
    let file = std::fs::read_to_string(program.data_dir().join("settings.toml")).unwrap();
    assert!(
        file.contains("parallel_downloads = 5") && file.contains("dark"),
        "{file}"
    );
    assert_eq!(set(&program, &json!({})), expected, "no change is one too");
}

#[test]
fn transfers_are_changed_one_by_one_and_no_password_comes_back() {
    let program = Program::start();
    let change = |transfers: Value| set(&program, &json!({ "transfers": transfers }))["transfers"].take();
    let changed = change(json!({ "speed_limit": 2_000_000, "tries": 7 }));
    assert_eq!(
        (&changed["speed_limit"], &changed["tries"]),
        (&json!(2_000_000), &json!(7))
    );
    let changed = change(json!({ "limit_speed": false, "proxy": "http://ann:s3cret@proxy.example:3128" }));
    assert_eq!(
        (&changed["speed_limit"], &changed["limit_speed"]),
        (&json!(2_000_000), &json!(false))
    );
    assert_eq!(changed["proxy"], "http://proxy.example:3128");
    assert_eq!(program.state()["settings"]["transfers"], changed);
    for wrong in [
        json!({ "connections_per_file": 17 }),
        json!({ "tries": 0 }),
        json!({ "stall_timeout_s": 1 }),
        json!({ "proxy": "ftp://proxy" }),
    ] {
        let field = wrong.as_object().unwrap().keys().next().unwrap().clone();
        let error = program.ask_in_vain("settings_set", &json!({ "patch": { "transfers": wrong } }));
        assert_eq!(params_of(&error, "setting_invalid")["field"], field);
    }
    assert_eq!(program.state()["settings"]["transfers"], changed);
}

#[test]
fn the_history_is_kept_for_some_days_or_for_ever_and_for_no_others() {
    let program = Program::start();
    for days in [0, 1, 36_500] {
        assert_eq!(
            set(&program, &json!({ "history_days": days }))["history_days"],
            days
        );
        assert_eq!(program.state()["settings"]["history_days"], days);
    }
    let patch = json!({ "patch": { "history_days": 36_501 } });
    let error = program.ask_in_vain("settings_set", &patch);
    let params = params_of(&error, "setting_invalid");
    assert_eq!(
        (&params["field"], &params["value"]),
        (&json!("history_days"), &json!("36501"))
    );
    assert_eq!(program.state()["settings"]["history_days"], 36_500);
}

#[test]
fn the_language_is_chosen_and_left_to_the_system_again() {
    let program = Program::start();
    let of_the_system = program.state()["language"].clone();
    for language in ["de", "en"] {
        assert_eq!(
            set(&program, &json!({ "language": language }))["language"],
            language
        );
        assert_eq!(program.state()["language"], language);
    }
    assert_eq!(
        set(&program, &json!({ "language": "system" }))["language"],
        Value::Null
    );
    assert_eq!(program.state()["language"], of_the_system);
}

#[test]
fn a_number_out_of_range_is_refused_by_name_and_nothing_changes() {
    let program = Program::start();
    let before = program.state();
    for parallel in [0, 17] {
        // the theme beside it is valid, and is not taken either
        let patch = json!({ "parallel_downloads": parallel, "theme": "dark" });
        let error = program.ask_in_vain("settings_set", &json!({ "patch": patch }));
        let params = params_of(&error, "setting_invalid");
        assert_eq!(params["field"], "parallel_downloads");
        assert_eq!(params["value"], parallel.to_string());
    }
    assert_eq!(program.state(), before);
    assert_eq!(before["settings"]["parallel_downloads"], PARALLEL_DEFAULT);
}
