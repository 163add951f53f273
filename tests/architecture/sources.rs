//! Rules for every line of source text.

use crate::tree::{Source, none, sources};

/// Words that mark unfinished work, pieced together so that this file passes its own rule.
fn unfinished() -> [String; 4] {
    [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["to", "do!("],
        ["unimplemen", "ted!("],
    ]
    .map(|parts| parts.concat())
}

#[test]
fn nothing_is_left_unfinished() {
    let words = unfinished();
    let findings = lines_where(
        |_| true,
        |line| words.iter().any(|word| line.contains(word.as_str())),
    );
    none(&findings, "finish these, or open an issue and take the mark out:");
}

#[test]
fn lints_are_obeyed_or_excused_with_a_reason() {
    let silenced = ["#[al", "low("].concat();
    let silenced_crate = ["#![al", "low("].concat();
    let findings = lines_where(Source::is_rust, |line| {
        line.contains(&silenced) || line.contains(&silenced_crate)
    });
    none(&findings, "use #[expect(lint, reason = \"...\")] instead:");
}

#[test]
fn no_test_is_skipped() {
    let skipped = ["#[ig", "nore"].concat();
    let focused = ["it.on", "ly("].concat();
    let left_out = ["it.sk", "ip("].concat();
    let findings = lines_where(
        |_| true,
        |line| {
            [&skipped, &focused, &left_out]
                .iter()
                .any(|mark| line.contains(mark.as_str()))
        },
    );
    none(&findings, "a test that does not run proves nothing:");
}

#[test]
fn differences_between_systems_stay_in_platform_modules() {
    let findings = lines_where(
        |source| {
            source.is_rust()
                && !source.path.contains("platform")
                && !source.path.starts_with("src-tauri/xtask/")
                && !source.path.ends_with("build.rs")
                && !source.path.starts_with("tests/")
                // tests and examples show what holds on one system only
                && !source.path.contains("/tests/")
                && !source.path.ends_with("/tests.rs")
                && !source.path.contains("/examples/")
        },
        asks_for_a_system,
    );
    none(&findings, "move this into the `platform` module of its crate:");
}

fn asks_for_a_system(line: &str) -> bool {
    // an attribute of the whole program, which can stand nowhere else
    if line.contains("windows_subsystem") {
        return false;
    }
    let conditions = ["cfg(", "cfg!(", "cfg_attr("];
    let systems = ["unix", "windows", "target_os", "target_family"];
    conditions.iter().any(|condition| {
        line.split_once(condition)
            .is_some_and(|(_, asked)| systems.iter().any(|system| asked.contains(system)))
    })
}

#[test]
fn every_module_says_what_it_is() {
    let findings: Vec<String> = sources()
        .iter()
        .filter(|source| source.is_rust() && !source.text.starts_with("//!"))
        .map(|source| source.path.clone())
        .collect();
    none(
        &findings,
        "begin these with `//!`, what the file is for and what it must not know:",
    );
}

fn lines_where(file: impl Fn(&Source) -> bool, line: impl Fn(&str) -> bool) -> Vec<String> {
    let in_file = |source: &Source| -> Vec<String> {
        let numbered = source.text.lines().enumerate();
        numbered
            .filter(|(_, text)| line(text))
            .map(|(index, text)| format!("{}:{}: {}", source.path, index + 1, text.trim()))
            .collect()
    };
    sources()
        .iter()
        .filter(|source| file(source))
        .flat_map(in_file)
        .collect()
}

#[test]
fn the_rule_for_systems_knows_a_condition_from_a_word() {
    assert!(asks_for_a_system("#[cfg(unix)]"));
    assert!(asks_for_a_system("if cfg!(target_os = \"linux\") {"));
    assert!(!asks_for_a_system("#[cfg(test)]"));
    assert!(!asks_for_a_system(
        "#![cfg_attr(not(debug_assertions), windows_subsystem = \"windows\")]"
    ));
    assert!(!asks_for_a_system("let windows = list.windows(2);"));
}
