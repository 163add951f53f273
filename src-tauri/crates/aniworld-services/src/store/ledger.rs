//! Brings the stored ledger of a series in line with its files and offers. Rows keep their ids.

use std::collections::HashMap;

use aniworld_core::ledger::{EpisodeState, HaveFile, LedgerRow, Offer, compare};
use aniworld_core::source::SourceId;
use aniworld_core::store::LibraryTotals;
use rusqlite::{Row, Transaction, params};

use super::StoreFailure;
use super::rows::{Word, air_date, from_json, parsed, parsed_or_null};
use super::text::number_sort;

/// Compares these series anew and stores what changed.
pub(super) fn recompute(
    tx: &Transaction<'_>,
    series: impl IntoIterator<Item = i64>,
) -> Result<(), StoreFailure> {
    for id in series {
        recompute_one(tx, id)?;
    }
    Ok(())
}

/// The figures over all series.
pub(super) fn totals(tx: &Transaction<'_>) -> Result<LibraryTotals, StoreFailure> {
    let sql = "SELECT count(*), coalesce(sum(have), 0), coalesce(sum(missing), 0) FROM series";
    let figures: (i64, i64, i64) =
        tx.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(LibraryTotals {
        series: figures.0.unsigned_abs(),
        have: figures.1.unsigned_abs(),
        missing: figures.2.unsigned_abs(),
    })
}

fn recompute_one(tx: &Transaction<'_>, series: i64) -> Result<(), StoreFailure> {
    let rows = compare(&offers(tx, series)?, &files(tx, series)?);
    let mut stored = stored(tx, series)?;
    for row in &rows {
        match stored.remove(&Key::of(row)) {
            Some((_, known)) if known == *row => {}
            Some((id, _)) => update(tx, id, row)?,
            None => insert(tx, series, row)?,
        }
    }
    let mut delete = tx.prepare_cached("DELETE FROM episode WHERE id = ?1")?;
    for (id, _) in stored.into_values() {
        delete.execute([id])?;
    }
    let count = |state| {
        let number = rows.iter().filter(|row| row.state == state).count();
        i64::try_from(number).unwrap_or(i64::MAX)
    };
    tx.prepare_cached(
        "UPDATE series SET have = ?2, missing = ?3 WHERE id = ?1 AND (have, missing) <> (?2, ?3)",
    )?
    .execute(params![
        series,
        count(EpisodeState::Have),
        count(EpisodeState::Missing)
    ])?;
    Ok(())
}

/// What makes a row of the ledger the same row.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    season: u32,
    number: String,
    version: u32,
}

impl Key {
    fn of(row: &LedgerRow) -> Self {
        Self {
            season: row.season,
            number: row.number.to_string(),
            version: row.version,
        }
    }
}

fn offers(tx: &Transaction<'_>, series: i64) -> Result<Vec<Offer>, StoreFailure> {
    let mut statement = tx.prepare_cached(
        "SELECT id, source_id, season, number, kind, title, air_date, size, gone
         FROM offer WHERE series_id = ?1 ORDER BY source_id, id",
    )?;
    let rows = statement.query_map([series], |row| {
        Ok(Offer {
            offer_id: row.get("id")?,
            source: SourceId(row.get("source_id")?),
            season: row.get("season")?,
            number: parsed_or_null(row, "number")?,
            kind: Word::of(row, "kind")?,
            title: row.get("title")?,
            air_date: air_date(row)?,
            size: from_json(row, "size")?,
            gone: row.get("gone")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn files(tx: &Transaction<'_>, series: i64) -> Result<Vec<HaveFile>, StoreFailure> {
    let mut statement = tx.prepare_cached(
        "SELECT id, season, number, title, version FROM file WHERE series_id = ?1 ORDER BY relative",
    )?;
    let rows = statement.query_map([series], |row| {
        Ok(HaveFile {
            file_id: row.get("id")?,
            season: row.get("season")?,
            number: parsed(row, "number")?,
            title: row.get("title")?,
            version: row.get("version")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored(tx: &Transaction<'_>, series: i64) -> Result<HashMap<Key, (i64, LedgerRow)>, StoreFailure> {
    let mut statement = tx.prepare_cached(
        "SELECT id, season, number, version, title, air_date, state, file_id, offer_id
         FROM episode WHERE series_id = ?1",
    )?;
    let rows = statement.query_map([series], |row| Ok((row.get::<_, i64>("id")?, ledger_row(row)?)))?;
    let with_keys = rows.map(|found| found.map(|(id, row)| (Key::of(&row), (id, row))));
    Ok(with_keys.collect::<Result<_, _>>()?)
}

fn ledger_row(row: &Row<'_>) -> rusqlite::Result<LedgerRow> {
    Ok(LedgerRow {
        season: row.get("season")?,
        number: parsed(row, "number")?,
        version: row.get("version")?,
        title: row.get("title")?,
        air_date: air_date(row)?,
        state: Word::of(row, "state")?,
        file_id: row.get("file_id")?,
        offer_id: row.get("offer_id")?,
    })
}

fn update(tx: &Transaction<'_>, id: i64, row: &LedgerRow) -> Result<(), StoreFailure> {
    tx.prepare_cached(
        "UPDATE episode SET title = ?2, air_date = ?3, state = ?4, file_id = ?5, offer_id = ?6 WHERE id = ?1",
    )?
    .execute(params![
        id,
        row.title,
        row.air_date.map(|day| day.to_string()),
        row.state.word(),
        row.file_id,
        row.offer_id
    ])?;
    Ok(())
}

fn insert(tx: &Transaction<'_>, series: i64, row: &LedgerRow) -> Result<(), StoreFailure> {
    tx.prepare_cached(
        "INSERT INTO episode (series_id, season, number, number_sort, version, title, air_date, state,
                              file_id, offer_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        series,
        row.season,
        row.number.to_string(),
        number_sort(&row.number),
        row.version,
        row.title,
        row.air_date.map(|day| day.to_string()),
        row.state.word(),
        row.file_id,
        row.offer_id
    ])?;
    Ok(())
}
