//! The commands stand in four places: the handler, the build script, the capability, the page's bridge.
//! All four name the same ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What Tauri hands to a command by itself.
const GIVEN_BY_TAURI: [&str; 3] = ["State<", "AppHandle<", "WebviewWindow<"];

const HANDLER: &str = include_str!("../../src-tauri/src/commands.rs");
const BUILD: &str = include_str!("../../src-tauri/build.rs");
const CAPABILITY: &str = include_str!("../../src-tauri/capabilities/main.json");
const BRIDGE: &str = include_str!("../../ui/src/bridge/bridge.ts");
const COMMANDS: [&str; 9] = [
    include_str!("../../src-tauri/src/commands/app_state.rs"),
    include_str!("../../src-tauri/src/commands/demo.rs"),
    include_str!("../../src-tauri/src/commands/history.rs"),
    include_str!("../../src-tauri/src/commands/library.rs"),
    include_str!("../../src-tauri/src/commands/progress.rs"),
    include_str!("../../src-tauri/src/commands/queue.rs"),
    include_str!("../../src-tauri/src/commands/series.rs"),
    include_str!("../../src-tauri/src/commands/settings.rs"),
    include_str!("../../src-tauri/src/commands/source.rs"),
];

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

/// The names in order, each once.
#[track_caller]
fn once(names: impl Iterator<Item = String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(!seen.contains(&name), "{name} stands there twice");
        seen.insert(name);
    }
    assert!(seen.len() > 20, "only {seen:?} were found");
    seen
}

/// The commands that the program answers.
pub(crate) fn handled() -> BTreeSet<String> {
    let list = between(HANDLER, "generate_handler![", "]")
        .split(',')
        .map(str::trim);
    let paths = list.filter(|path| !path.is_empty());
    once(paths.map(|path| path.rsplit("::").next().unwrap().to_owned()))
}

/// Each command of the page's bridge with what stands behind its name.
fn of_the_page() -> BTreeMap<String, String> {
    let lines = between(BRIDGE, "export interface Commands {", "\n}").lines();
    let entries = lines.filter_map(|line| line.trim().split_once(": {"));
    entries
        .map(|(name, shape)| (name.to_owned(), shape.to_owned()))
        .collect()
}

#[test]
fn the_build_script_knows_every_command() {
    let quoted = between(BUILD, "const COMMANDS: &[&str] = &[", "];").split('"');
    let built = once(quoted.skip(1).step_by(2).map(str::to_owned));
    assert_eq!(built, handled());
}

#[test]
fn the_main_window_may_give_every_command_and_hear_its_events_and_nothing_else() {
    let capability: Value = serde_json::from_str(CAPABILITY).unwrap();
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    let listed = capability["permissions"].as_array().unwrap();
    let permissions = once(listed.iter().map(|it| it.as_str().unwrap().to_owned()));
    let expected: BTreeSet<String> = handled()
        .iter()
        .map(|command| format!("allow-{}", command.replace('_', "-")))
        .chain(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned))
        .collect();
    assert_eq!(permissions, expected);
}

#[test]
fn the_page_knows_every_command() {
    assert_eq!(once(of_the_page().into_keys()), handled());
}

#[test]
fn the_page_gives_each_command_what_it_takes() {
    let page = of_the_page();
    let mut seen = 0;
    for function in COMMANDS
        .iter()
        .flat_map(|text| text.split("#[tauri::command]").skip(1))
    {
        let (name, rest) = function.split_once("fn ").unwrap().1.split_once('(').unwrap();
        let name = name.split('<').next().unwrap();
        let taken = rest.split_once(") ").unwrap().0.split([',', '\n']);
        let shape = &page[name];
        seen += 1;
        let given = shape.split_once("; answer").unwrap().0;
        for parameter in taken.filter_map(|parameter| parameter.trim().split_once(": ")) {
            let (parameter, kind) = parameter;
            let by_tauri = GIVEN_BY_TAURI.iter().any(|given| kind.contains(given));
            assert!(
                by_tauri || given.contains(&format!("{parameter}: ")),
                "{name} takes {parameter}, and the page gives {given}"
            );
        }
    }
    assert_eq!(seen, page.len(), "every command of the page was looked at");
}
