//! Which series of ours a folder or an offer belongs to. A series keeps its number when its folder appears later.

use std::collections::HashSet;

use aniworld_core::names::target::serie_folder;
use aniworld_core::names::{same_series, title_key, title_year};
use aniworld_core::source::{OfferedSeries, SourceId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::StoreFailure;
use super::text::fold;

/// Folders on disk right now, to tell a folder that exists from one that was only planned.
pub(super) struct Folders<'a>(HashSet<&'a str>);

impl<'a> Folders<'a> {
    pub(super) fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().collect())
    }

    fn exists(&self, folder: &str) -> bool {
        self.0.contains(folder)
    }
}

struct Candidate {
    id: i64,
    title: String,
    folder: String,
}

/// The series of a folder on disk: the one with this folder, else one that only sources know so far and
/// that means the same; it takes the folder over. Else a new one.
pub(super) fn for_folder(
    tx: &Transaction<'_>,
    folder: &str,
    title: &str,
    folders: &Folders<'_>,
) -> Result<i64, StoreFailure> {
    if let Some(id) = with_folder(tx, folder)? {
        return Ok(id);
    }
    let candidates = with_title(tx, title)?;
    match candidates.iter().find(|known| !folders.exists(&known.folder)) {
        Some(known) => {
            move_to(tx, known.id, folder)?;
            Ok(known.id)
        }
        None => insert(tx, folder, title),
    }
}

/// The series of a file that a job put into this folder: the one with the folder, else a new one.
pub(super) fn for_file(tx: &Transaction<'_>, folder: &str, title: &str) -> Result<i64, StoreFailure> {
    match with_folder(tx, folder)? {
        Some(id) => Ok(id),
        None => insert(tx, folder, title),
    }
}

/// The series that a source offers: as bound earlier, else by title, else a new one.
pub(super) fn for_offer(
    tx: &Transaction<'_>,
    source: SourceId,
    offered: &OfferedSeries,
) -> Result<i64, StoreFailure> {
    let bound = tx
        .prepare_cached("SELECT series_id FROM source_series WHERE source_id = ?1 AND key = ?2")?
        .query_row(params![source.0, offered.key], |row| row.get(0))
        .optional()?;
    if let Some(id) = bound {
        return Ok(id);
    }
    if let Some(known) = with_title(tx, &offered.title)?.first() {
        return Ok(known.id);
    }
    let folder = match empty_folder(tx, &offered.title)? {
        Some(folder) => folder,
        None => free_folder(tx, &serie_folder(&offered.title))?,
    };
    insert(tx, &folder, &offered.title)
}

/// The series with exactly this folder.
fn with_folder(tx: &Transaction<'_>, folder: &str) -> Result<Option<i64>, StoreFailure> {
    Ok(tx
        .prepare_cached("SELECT id FROM series WHERE folder = ?1")?
        .query_row([folder], |row| row.get(0))
        .optional()?)
}

/// Series that mean the same title; those of the same year first, then the oldest.
fn with_title(tx: &Transaction<'_>, title: &str) -> Result<Vec<Candidate>, StoreFailure> {
    let mut statement =
        tx.prepare_cached("SELECT id, title, folder FROM series WHERE title_key = ?1 ORDER BY id")?;
    let rows = statement.query_map([title_key(title)], |row| {
        Ok(Candidate {
            id: row.get(0)?,
            title: row.get(1)?,
            folder: row.get(2)?,
        })
    })?;
    let mut candidates = rows.collect::<Result<Vec<_>, _>>()?;
    candidates.retain(|known| same_series(&known.title, title) && same_series(&known.folder, title));
    candidates.sort_by_key(|known| title_year(&known.title) != title_year(title));
    Ok(candidates)
}

/// A folder that the user made for this title and that no series uses.
fn empty_folder(tx: &Transaction<'_>, title: &str) -> Result<Option<String>, StoreFailure> {
    let mut statement = tx.prepare_cached(
        "SELECT folder FROM root_folder
         WHERE root_id = (SELECT id FROM root WHERE active = 1) AND title_key = ?1
           AND folder NOT IN (SELECT folder FROM series)
         ORDER BY folder",
    )?;
    let folders = statement.query_map([title_key(title)], |row| row.get::<_, String>(0))?;
    for folder in folders {
        let folder = folder?;
        if same_series(&folder, title) {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The wanted folder, with ` (2)` and so on where another series has it. File systems of Windows and macOS
/// take `A` and `a` for one folder, so does this.
fn free_folder(tx: &Transaction<'_>, wanted: &str) -> Result<String, StoreFailure> {
    let mut taken =
        tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM series WHERE lower(folder) = lower(?1))")?;
    let mut folder = wanted.to_owned();
    let mut copy = 2_u32;
    while taken.query_row([&folder], |row| row.get(0))? {
        folder = format!("{wanted} ({copy})");
        copy += 1;
    }
    Ok(folder)
}

fn insert(tx: &Transaction<'_>, folder: &str, title: &str) -> Result<i64, StoreFailure> {
    tx.prepare_cached("INSERT INTO series (folder, title, title_key, folded) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![folder, title, title_key(title), fold(title)])?;
    Ok(tx.last_insert_rowid())
}

/// Jobs that left nothing on disk yet follow to the new folder; a part file keeps its job where it is.
fn move_to(tx: &Transaction<'_>, series: i64, folder: &str) -> Result<(), StoreFailure> {
    tx.execute(
        "UPDATE series SET folder = ?2 WHERE id = ?1",
        params![series, folder],
    )?;
    tx.execute(
        "UPDATE job SET serie_folder = ?2 WHERE series_id = ?1 AND state = 'queued' AND started_at IS NULL",
        params![series, folder],
    )?;
    Ok(())
}

/// Forgets series of which nothing is left: no file, no offer, not even one that is gone.
pub(super) fn prune(tx: &Transaction<'_>) -> Result<(), StoreFailure> {
    tx.execute(
        "DELETE FROM series WHERE have = 0 AND missing = 0
           AND NOT EXISTS (SELECT 1 FROM file WHERE file.series_id = series.id)
           AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.series_id = series.id)",
        [],
    )?;
    Ok(())
}
