//! Reads the history: pages, and everything that matches one row after the other.

use std::time::Duration;

use rusqlite::{Row, Transaction, named_params};

use super::rows::{
    Word, from_json_or_null, instant, instant_or_null, label, millis, unsigned, unsigned_or_null,
};
use super::text::fold;
use super::{Store, StoreFailure};
use crate::history::{HistoryQuery, HistoryRow, HistorySubject};

/// The condition of a query, and the index that finds and orders it: that of the narrowest filter.
fn condition_and_index(query: &HistoryQuery) -> (String, &'static str) {
    let mut conditions = vec!["TRUE"];
    let mut index = "outcome_ended";
    if query.kind.is_some() {
        conditions.push("kind = :kind");
        index = "outcome_kind";
    }
    if query.outcome.is_some() {
        conditions.push("state = :state");
        index = "outcome_state";
    }
    if query.series.is_some() {
        conditions.push("serie_folder = :series");
        index = "outcome_series";
    }
    if has_text(query) {
        conditions.push("serie_folder IN (SELECT value FROM json_each(:folders))");
        index = "outcome_series";
    }
    if query.since.is_some() {
        conditions.push("ended_at >= :since");
    }
    if query.until.is_some() {
        conditions.push("ended_at < :until");
    }
    (conditions.join(" AND "), index)
}

/// The query of a page, newest first.
pub(super) fn page_sql(query: &HistoryQuery) -> String {
    let (condition, index) = condition_and_index(query);
    format!(
        "SELECT * FROM outcome INDEXED BY {index} WHERE {condition}
         ORDER BY ended_at DESC, id DESC LIMIT :limit OFFSET :offset"
    )
}

/// The query of how many match in all.
pub(super) fn count_sql(query: &HistoryQuery) -> String {
    let (condition, index) = condition_and_index(query);
    format!("SELECT count(*) FROM outcome INDEXED BY {index} WHERE {condition}")
}

fn has_text(query: &HistoryQuery) -> bool {
    query.text.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Each folder once, by a jump from one to the next in its index, with the newest title under which it is kept.
pub(super) const FOLDERS: &str = "WITH RECURSIVE known (folder) AS (
        SELECT min(serie_folder) FROM outcome
        UNION ALL SELECT (SELECT min(serie_folder) FROM outcome WHERE serie_folder > folder) FROM known
                  WHERE folder IS NOT NULL)
    SELECT folder, (SELECT series FROM outcome WHERE serie_folder = folder ORDER BY ended_at DESC LIMIT 1)
    FROM known WHERE folder IS NOT NULL";

/// The folders of series that a text is looked for in, as JSON.
fn folders_with(tx: &Transaction<'_>, query: &HistoryQuery) -> Result<Option<String>, StoreFailure> {
    let Some(text) = query.text.as_deref().filter(|_| has_text(query)) else {
        return Ok(None);
    };
    let wanted = fold(text);
    let mut found: Vec<String> = Vec::new();
    let mut statement = tx.prepare_cached(FOLDERS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (folder, series): (String, String) = (row.get(0)?, row.get(1)?);
        if fold(&folder).contains(&wanted) || fold(&series).contains(&wanted) {
            found.push(folder);
        }
    }
    Ok(Some(serde_json::Value::from(found).to_string()))
}

impl Store {
    /// A page of the history, newest first, with how many rows match in all.
    pub fn history(&self, query: &HistoryQuery) -> Result<(u64, Vec<HistoryRow>), StoreFailure> {
        self.read(|tx| {
            let folders = folders_with(tx, query)?;
            let mut statement = tx.prepare_cached(&count_sql(query))?;
            bind(&mut statement, query, folders.as_deref(), false)?;
            let total = one_number(&mut statement)?;
            let mut rows = Vec::new();
            visit(tx, query, folders.as_deref(), |row| {
                rows.push(row);
                Ok::<_, StoreFailure>(())
            })?;
            Ok((total, rows))
        })
    }

    /// Hands every row of a query to `take`, newest first, one at a time and in one consistent view. Returns
    /// how many; the first error ends it.
    pub fn each_of_history<E: From<StoreFailure>>(
        &self,
        query: &HistoryQuery,
        take: impl FnMut(HistoryRow) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.read(|tx| {
            let folders = folders_with(tx, query)?;
            Ok(visit(tx, query, folders.as_deref(), take))
        })?
    }

    /// The folder by which rows keep the series that somebody calls like this: by its title or its folder,
    /// without regard to case and accents. Knows series that have left the library.
    pub fn series_in_history(&self, text: &str) -> Result<Option<String>, StoreFailure> {
        let wanted = fold(text);
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT DISTINCT serie_folder, series FROM outcome WHERE serie_folder IS NOT NULL",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (folder, series): (String, String) = (row.get(0)?, row.get(1)?);
                if fold(&folder) == wanted || fold(&series) == wanted {
                    return Ok(Some(folder));
                }
            }
            Ok(None)
        })
    }
}

/// The newest end of an operation.
pub(super) fn newest_of(tx: &Transaction<'_>, operation: &str) -> Result<Option<HistoryRow>, StoreFailure> {
    let mut statement =
        tx.prepare_cached("SELECT * FROM outcome WHERE operation = ?1 ORDER BY id DESC LIMIT 1")?;
    let mut rows = statement.query_map([operation], history_row)?;
    Ok(rows.next().transpose()?)
}

fn visit<E: From<StoreFailure>>(
    tx: &Transaction<'_>,
    query: &HistoryQuery,
    folders: Option<&str>,
    mut take: impl FnMut(HistoryRow) -> Result<(), E>,
) -> Result<u64, E> {
    let sql = |error: rusqlite::Error| E::from(StoreFailure::from(error));
    let mut statement = tx.prepare_cached(&page_sql(query)).map_err(sql)?;
    bind(&mut statement, query, folders, true)?;
    let mut rows = statement.raw_query();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(sql)? {
        take(history_row(row).map_err(sql)?)?;
        count += 1;
    }
    Ok(count)
}

fn one_number(statement: &mut rusqlite::Statement<'_>) -> Result<u64, StoreFailure> {
    let mut rows = statement.raw_query();
    let number: i64 = match rows.next()? {
        Some(row) => row.get(0)?,
        None => 0,
    };
    Ok(u64::try_from(number).unwrap_or(0))
}

/// Only what a query names is bound: each filter that is left out is no part of the text either.
fn bind(
    statement: &mut rusqlite::Statement<'_>,
    query: &HistoryQuery,
    folders: Option<&str>,
    is_page: bool,
) -> Result<(), StoreFailure> {
    let limit = query.limit.map_or(-1, i64::from);
    let values = named_params! {
        ":kind": query.kind.map(Word::word),
        ":state": query.outcome.map(Word::word),
        ":series": query.series,
        ":folders": folders,
        ":since": query.since.map(millis),
        ":until": query.until.map(millis),
    };
    for (name, value) in values {
        if let Some(at) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(at, value)?;
        }
    }
    if is_page {
        let page = named_params! {":limit": limit, ":offset": query.offset};
        for (name, value) in page {
            if let Some(at) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(at, value)?;
            }
        }
    }
    Ok(())
}

fn history_row(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    let is_episode = row.get_ref("serie_folder")? != rusqlite::types::ValueRef::Null;
    let subject = if is_episode {
        HistorySubject::Episode(label(row)?)
    } else {
        HistorySubject::Operation {
            title: row.get::<_, Option<String>>("title")?.unwrap_or_default(),
            message: row.get::<_, Option<String>>("message")?.unwrap_or_default(),
        }
    };
    Ok(HistoryRow {
        id: row.get("id")?,
        operation: row.get("operation")?,
        kind: Word::of(row, "kind")?,
        attempt: row.get("attempt")?,
        outcome: Word::of(row, "state")?,
        subject,
        source: row.get("source")?,
        bytes: unsigned(row, "bytes")?,
        transferred: unsigned(row, "transferred")?,
        failure: from_json_or_null(row, "failure")?,
        started_at: instant_or_null(row, "started_at")?,
        ended_at: instant(row, "ended_at")?,
        took: unsigned_or_null(row, "took_ms")?.map(Duration::from_millis),
    })
}
