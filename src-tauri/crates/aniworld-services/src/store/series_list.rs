//! The list of series: pages in the order of an index, with the counts of every filter.

use rusqlite::{Row, Transaction, named_params};

use super::text::{fold, like};
use super::{SeriesFilter, SeriesId, SeriesPage, SeriesSummary, Store, StoreFailure};

/// A job of this episode that has not ended.
const QUEUED: &str =
    "SELECT count(*) FROM job j JOIN episode e ON e.id = j.episode_id AND e.state = 'missing'
    WHERE j.series_id = s.id AND j.section < 2";

impl Store {
    /// A page of series, by title.
    pub fn series(
        &self,
        text: &str,
        filter: SeriesFilter,
        offset: u32,
        limit: u32,
    ) -> Result<SeriesPage, StoreFailure> {
        let pattern = like(&fold(text));
        self.read(|tx| {
            let (all, incomplete, missing_episodes) = counts(tx)?;
            let sql = format!("SELECT count(*) FROM series s WHERE {}", condition(filter));
            let total = tx
                .prepare_cached(&sql)?
                .query_row(named_params! {":pattern": pattern}, |row| row.get(0))?;
            let mut statement = tx.prepare_cached(&page_sql(filter))?;
            let rows = statement.query_map(
                named_params! {":pattern": pattern, ":limit": limit, ":offset": offset},
                summary,
            )?;
            Ok(SeriesPage {
                total,
                all,
                incomplete,
                missing_episodes,
                rows: rows.collect::<Result<_, _>>()?,
            })
        })
    }
}

/// One series with its figures.
pub(super) fn one(tx: &Transaction<'_>, id: SeriesId) -> Result<Option<SeriesSummary>, StoreFailure> {
    let sql = format!(
        "SELECT s.id, s.title, s.folder, s.have, s.missing, ({QUEUED}) AS queued FROM series s WHERE s.id = ?1"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query_map([id.0], summary)?;
    Ok(rows.next().transpose()?)
}

fn counts(tx: &Transaction<'_>) -> Result<(u32, u32, u32), StoreFailure> {
    let sql = "SELECT count(*), coalesce(sum(missing > 0), 0), coalesce(sum(missing), 0) FROM series";
    let mut statement = tx.prepare_cached(sql)?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

fn condition(filter: SeriesFilter) -> String {
    let state = match filter {
        SeriesFilter::All => "",
        SeriesFilter::Incomplete => " AND s.missing > 0",
        // not "= 0": the index of the title order is the right one, and not that of the figures
        SeriesFilter::Complete => " AND NOT s.missing > 0",
    };
    format!(r"s.folded LIKE :pattern ESCAPE '\'{state}")
}

/// The page is cut from the narrow index first; only its rows are looked up and counted.
pub(super) fn page_sql(filter: SeriesFilter) -> String {
    format!(
        "SELECT s.id, s.title, s.folder, s.have, s.missing, ({QUEUED}) AS queued
         FROM (SELECT id, folded FROM series s INDEXED BY series_list WHERE {}
               ORDER BY folded, id LIMIT :limit OFFSET :offset) page
         JOIN series s ON s.id = page.id ORDER BY page.folded, page.id",
        condition(filter)
    )
}

fn summary(row: &Row<'_>) -> rusqlite::Result<SeriesSummary> {
    Ok(SeriesSummary {
        id: SeriesId(row.get("id")?),
        title: row.get("title")?,
        folder: row.get("folder")?,
        have: row.get("have")?,
        missing: row.get("missing")?,
        queued: row.get("queued")?,
    })
}
