//! `history`: what became of everything that ran, as a list or into a file; also while another program works.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use aniworld_services::history::{HistoryQuery, HistoryRow, HistorySubject};
use aniworld_services::store::{Store, StoreFailure};
use aniworld_wire::history::{HistoryExport, HistoryLine};
use aniworld_wire::{CommandError, ErrorCode};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::arguments::{Export, History};
use crate::failure::Outcome;
use crate::output::Output;
use crate::session::{self, Folders};
use crate::units;

/// Rows of a list, unless more are asked for. A file gets them all.
const LISTED: u32 = 100;

/// What was written, for scripts.
#[derive(Debug, Serialize)]
struct Exported {
    path: PathBuf,
    rows: u64,
}

pub(super) async fn run(folders: &Folders, command: History, output: Output) -> Outcome {
    let Some(store) = folders.read()? else {
        output.note("The history is empty: there is no library yet.");
        return Ok(());
    };
    let Some(query) = query(&store, &command).await? else {
        output.note("Nothing of this series is in the history.");
        return Ok(());
    };
    match command.export {
        Some(export) => write(&store, query, export, output).await,
        None => list(&store, query, output).await,
    }
}

/// `None` for a series that the history does not know.
async fn query(store: &Store, command: &History) -> Outcome<Option<HistoryQuery>> {
    let mut query = HistoryQuery {
        kind: command.kind.map(Into::into),
        outcome: command.outcome.map(Into::into),
        since: command.since.and_then(start_of),
        // the day itself is meant too
        until: command
            .until
            .and_then(|day| start_of(day.saturating_add(1.day()))),
        limit: command.limit,
        ..HistoryQuery::default()
    };
    if let Some(typed) = command.series.clone() {
        query.series = session::ask(store, move |store| store.series_in_history(&typed)).await?;
        if query.series.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(query))
}

/// The first instant of a day on the user's own clock; `None` where time does not reach.
fn start_of(day: jiff::civil::Date) -> Option<Timestamp> {
    let start = day.to_zoned(TimeZone::system()).ok()?;
    Some(start.timestamp())
}

async fn list(store: &Store, mut query: HistoryQuery, output: Output) -> Outcome {
    query.limit = query.limit.or(Some(LISTED));
    let (total, rows) = session::ask(store, move |store| store.history(&query)).await?;
    for row in &rows {
        output.row("history", &HistoryLine::from(row), || text(row));
    }
    match (total, rows.len() as u64) {
        (0, _) => output.text("Nothing in the history matches."),
        (total, shown) if shown < total => output.text(&format!(
            "{shown} of {total}; --limit shows more, --export FILE.csv writes all."
        )),
        _ => {}
    }
    Ok(())
}

async fn write(store: &Store, query: HistoryQuery, export: Export, output: Output) -> Outcome {
    let exported = session::ask(store, move |store| {
        let rows = write_to(store, &query, &export);
        rows.map(|rows| Exported {
            path: export.path.clone(),
            rows,
        })
        .map_err(|failure| failure.at(&export.path))
    })
    .await?;
    output.row("exported", &exported, || {
        format!("{} rows in {}.", exported.rows, exported.path.display())
    });
    Ok(())
}

/// An existing file is not replaced, and half a file does not stay.
fn write_to(store: &Store, query: &HistoryQuery, export: &Export) -> Result<u64, ExportFailure> {
    let file = BufWriter::new(File::create_new(&export.path)?);
    let written = fill(store, query, export, file);
    if written.is_err() {
        // the first failure is the one to tell
        let _ = fs::remove_file(&export.path);
    }
    written
}

fn fill(
    store: &Store,
    query: &HistoryQuery,
    export: &Export,
    file: BufWriter<File>,
) -> Result<u64, ExportFailure> {
    let mut out = HistoryExport::new(export.form, file)?;
    let rows = store.each_of_history(query, |row| Ok::<_, ExportFailure>(out.row(&row)?))?;
    out.finish()?.get_ref().sync_all()?;
    Ok(rows)
}

/// Why there is no file.
#[derive(Debug)]
enum ExportFailure {
    Store(StoreFailure),
    File(io::Error),
}

impl From<StoreFailure> for ExportFailure {
    fn from(failure: StoreFailure) -> Self {
        Self::Store(failure)
    }
}

impl From<io::Error> for ExportFailure {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl ExportFailure {
    fn at(self, path: &Path) -> CommandError {
        let error = match self {
            Self::Store(failure) => return failure.into(),
            Self::File(error) => error,
        };
        let detail = match error.kind() {
            io::ErrorKind::AlreadyExists => "there is a file of this name already".to_owned(),
            _ => error.to_string(),
        };
        CommandError::new(
            ErrorCode::Disk,
            [("path", path.display().to_string()), ("detail", detail)],
        )
    }
}

fn text(row: &HistoryRow) -> String {
    let line = HistoryLine::from(row);
    let (name, remark) = match &row.subject {
        HistorySubject::Episode(_) => (
            format!(
                "{}  {}",
                line.series.unwrap_or_default(),
                line.code.unwrap_or_default()
            ),
            units::bytes(row.transferred),
        ),
        HistorySubject::Operation { title, message } => (title.clone(), message.clone()),
    };
    let remark = line.failure.unwrap_or(remark);
    let ended = row.ended_at.to_zoned(TimeZone::system());
    format!(
        "{}  {:<9}  {name}  {remark}",
        ended.strftime("%Y-%m-%d %H:%M"),
        line.outcome
    )
}
