//! The store as core sees it: the library folder, walks, listings, files that took their place.

use std::path::Path;

use aniworld_core::events::EpisodeLabel;
use aniworld_core::library::{LibraryRoot, WalkReport};
use aniworld_core::source::{Listing, SourceConfig, SourceError, SourceId};
use aniworld_core::store::{LibraryStore, LibraryTotals, StoreError};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::rows::{instant_or_null, json, signed, unsigned};
use super::{Durability, Store, StoreFailure, ledger, listing, matching, walk};

impl LibraryStore for Store {
    fn root(&self) -> Result<Option<LibraryRoot>, StoreError> {
        Ok(self.library()?.map(|(root, _)| root))
    }

    fn sources(&self) -> Result<Vec<SourceConfig>, StoreError> {
        Ok(self.source_configs()?)
    }

    fn store_walk(&self, report: &WalkReport) -> Result<LibraryTotals, StoreError> {
        Ok(self.write(Durability::Process, |tx| {
            walk::store(tx, active_root(tx)?, report)?;
            ledger::totals(tx)
        })?)
    }

    fn store_listing(&self, source: SourceId, listing: &Listing) -> Result<LibraryTotals, StoreError> {
        Ok(self.write(Durability::Process, |tx| {
            // a source that was removed while it was read stays removed
            let known = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?1)",
                [source.0],
                |row| row.get(0),
            )?;
            if known {
                listing::store(tx, source, listing)?;
            }
            ledger::totals(tx)
        })?)
    }

    fn source_failed(&self, source: SourceId, error: &SourceError) -> Result<(), StoreError> {
        Ok(self.write(Durability::Process, |tx| {
            tx.execute(
                "UPDATE source SET error = ?2 WHERE id = ?1",
                params![source.0, json(error)?],
            )?;
            Ok(())
        })?)
    }

    fn add_file(
        &self,
        relative: &str,
        label: &EpisodeLabel,
        bytes: u64,
    ) -> Result<LibraryTotals, StoreError> {
        Ok(self.write(Durability::Process, |tx| {
            add_file(tx, relative, label, bytes)?;
            ledger::totals(tx)
        })?)
    }
}

impl Store {
    /// The library folder with its figures and the end of the last scan.
    pub fn library(&self) -> Result<Option<(LibraryRoot, Option<Timestamp>)>, StoreFailure> {
        self.read(|tx| {
            let row = tx.query_row(
                "SELECT path, known_files, last_scan_at FROM root WHERE active = 1",
                [],
                |row| {
                    let root = LibraryRoot {
                        path: row.get::<_, String>("path")?.into(),
                        known_files: unsigned(row, "known_files")?,
                    };
                    Ok((root, instant_or_null(row, "last_scan_at")?))
                },
            );
            Ok(row.optional()?)
        })
    }

    /// Makes this folder the library. What was on disk in another one no longer counts as on disk.
    /// The path is text: a folder whose name is not Unicode is refused.
    pub fn set_root(&self, path: &Path) -> Result<(), StoreFailure> {
        let Some(path) = path.to_str() else {
            return Err(StoreFailure(format!(
                "the path {} is not Unicode",
                path.display()
            )));
        };
        self.write(Durability::Power, |tx| set_root(tx, path))
    }

    /// Whether the last walk of the library saw this series folder.
    pub(crate) fn knows_serie_folder(&self, serie_folder: &str) -> Result<bool, StoreFailure> {
        self.read(|tx| {
            let sql = "SELECT EXISTS (SELECT 1 FROM root_folder JOIN root ON root.id = root_id
                WHERE active = 1 AND folder = ?1)";
            Ok(tx.query_row(sql, [serie_folder], |row| row.get(0))?)
        })
    }
}

fn set_root(tx: &Transaction<'_>, path: &str) -> Result<(), StoreFailure> {
    let is_active = "SELECT EXISTS (SELECT 1 FROM root WHERE active = 1 AND path = ?1)";
    if tx.query_row(is_active, [path], |row| row.get(0))? {
        return Ok(());
    }
    tx.execute("UPDATE root SET active = 0 WHERE active = 1", [])?;
    tx.execute(
        "INSERT INTO root (path, active) VALUES (?1, 1) ON CONFLICT (path) DO UPDATE SET active = 1",
        [path],
    )?;
    let others = "root_id NOT IN (SELECT id FROM root WHERE active = 1)";
    let affected: Vec<i64> = tx
        .prepare(&format!("SELECT DISTINCT series_id FROM file WHERE {others}"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    tx.execute(&format!("DELETE FROM file WHERE {others}"), [])?;
    tx.execute(&format!("DELETE FROM root_folder WHERE {others}"), [])?;
    ledger::recompute(tx, affected)?;
    matching::prune(tx)
}

fn active_root(tx: &Transaction<'_>) -> Result<i64, StoreFailure> {
    tx.query_row("SELECT id FROM root WHERE active = 1", [], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StoreFailure("no library folder is chosen".to_owned()))
}

fn add_file(
    tx: &Transaction<'_>,
    relative: &str,
    label: &EpisodeLabel,
    bytes: u64,
) -> Result<(), StoreFailure> {
    let root = active_root(tx)?;
    let series = matching::for_file(tx, &label.serie_folder, &label.series)?;
    let is_new = tx.execute(
        "INSERT INTO file (root_id, relative, series_id, season, number, version, title, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (root_id, relative) DO NOTHING",
        params![
            root,
            relative,
            series,
            label.season,
            label.number.to_string(),
            label.version,
            label.title,
            signed(bytes)
        ],
    )? > 0;
    if is_new {
        tx.execute(
            "UPDATE root SET known_files = known_files + 1 WHERE id = ?1",
            [root],
        )?;
    } else {
        tx.execute(
            "UPDATE file SET bytes = ?3 WHERE root_id = ?1 AND relative = ?2",
            params![root, relative, signed(bytes)],
        )?;
    }
    ledger::recompute(tx, [series])
}
