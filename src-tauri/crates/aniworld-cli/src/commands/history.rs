//! `history`: what became of everything that ran, as a list or into a file; also while another program works.

use aniworld_services::history::{HistoryQuery, HistoryRow, HistorySubject, start_of};
use aniworld_services::store::Store;
use aniworld_wire::history::{self, Existing, HistoryExported, HistoryLine};
use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::arguments::{Export, History};
use crate::failure::Outcome;
use crate::output::Output;
use crate::session::{self, Folders};
use crate::units;

/// Rows of a list, unless more are asked for. A file gets them all.
const LISTED: u32 = 100;

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
        since: command.since.map(start_of),
        // the day itself is meant too
        until: command.until.map(|day| start_of(day.saturating_add(1.day()))),
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

/// An existing file is not replaced.
async fn write(store: &Store, query: HistoryQuery, Export { path, form }: Export, output: Output) -> Outcome {
    let file = move |store: &Store| history::write(store, &query, form, &path, Existing::Keep);
    let exported: HistoryExported = session::ask(store, file).await?;
    output.row("exported", &exported, || {
        format!("{} rows in {}.", exported.rows, exported.path)
    });
    Ok(())
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
