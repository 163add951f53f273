//! The TypeScript of the window is the Rust of the wire: one file per type, none too many, and an index.
//!
//! What is committed is compared with what `ts-rs` writes now; `cargo xtask codegen` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aniworld_wire::app::{AppState, SettingsPatch};
use aniworld_wire::history::{ExportForm, HistoryExported, HistoryFigures, HistoryPage, HistoryQuery};
use aniworld_wire::library::{SeriesDetail, SeriesPage, SeriesQuery};
use aniworld_wire::queue::{JobAction, QueueAdded, QueuePage, QueueQuery, Selection};
use aniworld_wire::source::{SourceAdd, SourceRow};
use aniworld_wire::story::OperationReport;
use aniworld_wire::{CommandError, Frame, JoinAnswer, JoinRequest, Message};
use ts_rs::{Config, TS};

const INDEX: &str = "index.ts";

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/bridge/generated")
}

/// Writes what requests and answers consist of; types inside them come along.
fn write_all(folder: &Path) {
    let config = Config::from_env().with_out_dir(folder);
    AppState::export_all(&config).unwrap();
    SettingsPatch::export_all(&config).unwrap();
    SeriesQuery::export_all(&config).unwrap();
    SeriesPage::export_all(&config).unwrap();
    SeriesDetail::export_all(&config).unwrap();
    QueueQuery::export_all(&config).unwrap();
    QueuePage::export_all(&config).unwrap();
    QueueAdded::export_all(&config).unwrap();
    Selection::export_all(&config).unwrap();
    JobAction::export_all(&config).unwrap();
    OperationReport::export_all(&config).unwrap();
    SourceAdd::export_all(&config).unwrap();
    SourceRow::export_all(&config).unwrap();
    HistoryQuery::export_all(&config).unwrap();
    HistoryPage::export_all(&config).unwrap();
    HistoryFigures::export_all(&config).unwrap();
    HistoryExported::export_all(&config).unwrap();
    ExportForm::export_all(&config).unwrap();
    CommandError::export_all(&config).unwrap();
    JoinRequest::export_all(&config).unwrap();
    JoinAnswer::export_all(&config).unwrap();
    Frame::export_all(&config).unwrap();
    Message::export_all(&config).unwrap();
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn index_of(files: &BTreeSet<String>) -> String {
    let names = files
        .iter()
        .filter(|name| *name != INDEX)
        .map(|name| name.trim_end_matches(".ts"));
    let lines = names.map(|name| format!("export type {{ {name} }} from \"./{name}\";\n"));
    format!(
        "// Written by the tests of aniworld-wire. Do not edit.\n{}",
        lines.collect::<String>()
    )
}

#[test]
fn the_committed_types_are_those_of_the_wire() {
    let fresh = tempfile::tempdir().unwrap();
    write_all(fresh.path());
    let written = files(fresh.path());
    std::fs::write(fresh.path().join(INDEX), index_of(&written)).unwrap();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::create_dir_all(committed()).unwrap();
        for name in files(&committed()).difference(&files(fresh.path())) {
            std::fs::remove_file(committed().join(name)).unwrap();
        }
        for name in files(fresh.path()) {
            std::fs::copy(fresh.path().join(&name), committed().join(&name)).unwrap();
        }
    }
    let help = "run `cargo xtask codegen`, then commit";
    assert_eq!(files(&committed()), files(fresh.path()), "{help}");
    for name in files(fresh.path()) {
        let text = |folder: &Path| std::fs::read_to_string(folder.join(&name)).unwrap();
        assert_eq!(text(&committed()), text(fresh.path()), "{name}: {help}");
    }
}
