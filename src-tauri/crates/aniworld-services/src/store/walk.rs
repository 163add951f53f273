//! Takes the result of a walk: files that came, changed and went, and the ledger of the series they belong to.

use std::collections::{BTreeSet, HashMap};

use aniworld_core::library::{LibraryFile, WalkReport};
use aniworld_core::names::title_key;
use rusqlite::{Transaction, params};

use super::matching::{self, Folders};
use super::rows::now;
use super::{StoreFailure, ledger};

/// A file as stored: its row, its series, and what its name said.
struct Known {
    id: i64,
    series: i64,
    numbering: (u32, String, u32),
    title: Option<String>,
}

/// Series without a changed file keep their ledger, which depends on nothing else that a walk could change.
pub(super) fn store(tx: &Transaction<'_>, root: i64, report: &WalkReport) -> Result<(), StoreFailure> {
    let on_disk = report.serie_folders.iter().map(String::as_str);
    let folders = Folders::new(on_disk.chain(report.files.iter().map(|file| file.serie_folder.as_str())));
    let mut known = known_files(tx, root)?;
    let mut touched = BTreeSet::new();
    let mut series_of: HashMap<&str, i64> = HashMap::new();
    for file in &report.files {
        let series = if let Some(series) = series_of.get(file.serie_folder.as_str()) {
            *series
        } else {
            let series = matching::for_folder(tx, &file.serie_folder, &file.series, &folders)?;
            *series_of.entry(&file.serie_folder).or_insert(series)
        };
        let before = known.remove(&file.relative);
        if before.as_ref().is_some_and(|before| same(before, file, series)) {
            continue;
        }
        touched.extend(before.as_ref().map(|before| before.series));
        touched.insert(series);
        put(tx, root, before.map(|before| before.id), series, file)?;
    }
    known.retain(|relative, _| !is_below_any(relative, &report.unreadable));
    let mut delete = tx.prepare_cached("DELETE FROM file WHERE id = ?1")?;
    for gone in known.into_values() {
        delete.execute([gone.id])?;
        touched.insert(gone.series);
    }
    store_folders(tx, root, &report.serie_folders)?;
    ledger::recompute(tx, touched)?;
    matching::prune(tx)?;
    finish(tx, root)
}

fn known_files(tx: &Transaction<'_>, root: i64) -> Result<HashMap<String, Known>, StoreFailure> {
    let mut statement = tx.prepare(
        "SELECT id, relative, series_id, season, number, version, title FROM file WHERE root_id = ?1",
    )?;
    let rows = statement.query_map([root], |row| {
        let known = Known {
            id: row.get("id")?,
            series: row.get("series_id")?,
            numbering: (row.get("season")?, row.get("number")?, row.get("version")?),
            title: row.get("title")?,
        };
        Ok((row.get("relative")?, known))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn same(known: &Known, file: &LibraryFile, series: i64) -> bool {
    let (season, number, version) = &known.numbering;
    known.series == series
        && *season == file.season
        && *version == file.version
        && known.title == file.title
        && *number == file.number.to_string()
}

fn put(
    tx: &Transaction<'_>,
    root: i64,
    id: Option<i64>,
    series: i64,
    file: &LibraryFile,
) -> Result<(), StoreFailure> {
    tx.prepare_cached(
        "INSERT INTO file (id, root_id, relative, series_id, season, number, version, title)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET series_id = ?4, season = ?5, number = ?6, version = ?7, title = ?8",
    )?
    .execute(params![
        id,
        root,
        file.relative,
        series,
        file.season,
        file.number.to_string(),
        file.version,
        file.title
    ])?;
    Ok(())
}

/// Whether a path lies below one of these folders. The empty folder is the root: everything lies below it.
fn is_below_any(relative: &str, folders: &[String]) -> bool {
    folders.iter().any(|folder| {
        folder.is_empty()
            || relative
                .strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
    })
}

fn store_folders(tx: &Transaction<'_>, root: i64, folders: &[String]) -> Result<(), StoreFailure> {
    tx.execute("DELETE FROM root_folder WHERE root_id = ?1", [root])?;
    let mut insert = tx.prepare_cached(
        "INSERT OR IGNORE INTO root_folder (root_id, folder, title_key) VALUES (?1, ?2, ?3)",
    )?;
    for folder in folders {
        insert.execute(params![root, folder, title_key(folder)])?;
    }
    Ok(())
}

fn finish(tx: &Transaction<'_>, root: i64) -> Result<(), StoreFailure> {
    tx.execute(
        "UPDATE root SET last_scan_at = ?2, known_files = (SELECT count(*) FROM file WHERE root_id = ?1)
         WHERE id = ?1",
        params![root, now()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_means_inside_and_not_beside() {
        let unreadable = ["Night Trains/Season 01".to_owned()];
        assert!(is_below_any("Night Trains/Season 01/a.mkv", &unreadable));
        assert!(!is_below_any("Night Trains/Season 010/a.mkv", &unreadable));
        assert!(is_below_any("anything.mkv", &[String::new()]));
        assert!(!is_below_any("anything.mkv", &[]));
    }
}
