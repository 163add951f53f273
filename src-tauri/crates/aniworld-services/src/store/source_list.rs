//! The configured sources: their rows, and what each of them offers in figures.

use aniworld_core::source::{Candidate, Listing, SourceConfig, SourceId};
use rusqlite::{OptionalExtension, Row, params};
use url::Url;

use super::rows::{Word, from_json_or_null, instant_or_null, parsed};
use super::{Durability, SourceView, Store, StoreFailure, ledger, listing, matching};

impl Store {
    /// All sources, oldest first.
    pub fn source_views(&self) -> Result<Vec<SourceView>, StoreFailure> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT s.*,
                    (SELECT count(*) FROM offer WHERE source_id = s.id AND gone = 0) AS episodes,
                    (SELECT count(DISTINCT series_id) FROM offer WHERE source_id = s.id AND gone = 0) AS series
                 FROM source s ORDER BY s.id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(SourceView {
                    config: config(row)?,
                    episodes: row.get("episodes")?,
                    series: row.get("series")?,
                    completeness: from_json_or_null(row, "completeness")?,
                    last_read_at: instant_or_null(row, "last_read_at")?,
                    error: from_json_or_null(row, "error")?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// One source.
    pub fn source(&self, id: SourceId) -> Result<Option<SourceConfig>, StoreFailure> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT id, kind, name, url FROM source WHERE id = ?1")?;
            Ok(statement.query_row([id.0], config).optional()?)
        })
    }

    /// The source with this address.
    pub(crate) fn source_with_url(&self, url: &Url) -> Result<Option<SourceConfig>, StoreFailure> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT id, kind, name, url FROM source WHERE url = ?1")?;
            Ok(statement.query_row([url.as_str()], config).optional()?)
        })
    }

    pub(super) fn source_configs(&self) -> Result<Vec<SourceConfig>, StoreFailure> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT id, kind, name, url FROM source ORDER BY id")?;
            let rows = statement.query_map([], config)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps a new source together with its first reading. `Err` holds the source that has this address already.
    pub(crate) fn add_source(
        &self,
        found: &Candidate,
        first_reading: &Listing,
    ) -> Result<Result<SourceConfig, SourceConfig>, StoreFailure> {
        self.write(Durability::Power, |tx| {
            let url = found.url.as_str();
            let known = tx
                .query_row(
                    "SELECT id, kind, name, url FROM source WHERE url = ?1",
                    [url],
                    config,
                )
                .optional()?;
            if let Some(known) = known {
                return Ok(Err(known));
            }
            tx.execute(
                "INSERT INTO source (kind, name, url) VALUES (?1, ?2, ?3)",
                params![found.kind.word(), found.name, url],
            )?;
            let id = SourceId(tx.last_insert_rowid());
            listing::store(tx, id, first_reading)?;
            Ok(Ok(SourceConfig {
                id,
                kind: found.kind,
                name: found.name.clone(),
                url: found.url.clone(),
            }))
        })
    }

    /// Forgets a source and what only it offered. `false` if there was none.
    pub(crate) fn remove_source(&self, id: SourceId) -> Result<bool, StoreFailure> {
        self.write(Durability::Power, |tx| {
            let affected: Vec<i64> = tx
                .prepare("SELECT DISTINCT series_id FROM offer WHERE source_id = ?1")?
                .query_map([id.0], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let removed = tx.execute("DELETE FROM source WHERE id = ?1", [id.0])? > 0;
            ledger::recompute(tx, affected)?;
            matching::prune(tx)?;
            Ok(removed)
        })
    }
}

fn config(row: &Row<'_>) -> rusqlite::Result<SourceConfig> {
    Ok(SourceConfig {
        id: SourceId(row.get("id")?),
        kind: Word::of(row, "kind")?,
        name: row.get("name")?,
        url: parsed(row, "url")?,
    })
}
