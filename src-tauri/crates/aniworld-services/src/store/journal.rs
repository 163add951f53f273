//! Journals on disk: written in batches, read again at the next start, forgotten with the history.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, named_params, params};

use super::rows::{from_json, instant, json, millis, now, signed, unsigned};
use super::{Durability, Store, StoreFailure};
use crate::progress::journal::{FIRST, LAST, Unwritten};
use crate::progress::{Journal, JournalEntry};

/// Journals kept at most, whatever else says how long they stay; those that were touched last.
pub(super) const JOURNALS: u32 = 10_000;

/// The operation of a row of `job`.
pub(super) const OPERATION: &str = "'download_' || serie_folder || '_' || season || '_' || number
    || CASE WHEN version > 1 THEN '~' || version ELSE '' END";

/// Of jobs that have ended, and of what is no job: the story of an open one goes on.
fn not_open() -> String {
    format!("operation NOT IN (SELECT {OPERATION} FROM job WHERE section < 2)")
}

impl Store {
    /// Writes what is new of some journals, all in one commit. Written twice, it is the same.
    pub(crate) fn write_journals(&self, journals: &[Unwritten]) -> Result<(), StoreFailure> {
        self.write(Durability::Process, |tx| {
            journals.iter().try_for_each(|journal| write(tx, journal))
        })
    }

    /// The journal of one operation.
    pub(crate) fn journal(&self, operation: &str) -> Result<Option<Journal>, StoreFailure> {
        self.read(|tx| journal(tx, operation))
    }

    /// The journals of jobs that have not ended.
    pub(crate) fn journals_of_open_jobs(&self) -> Result<Vec<(String, Journal)>, StoreFailure> {
        self.read(|tx| {
            let sql = format!(
                "SELECT operation FROM journal WHERE operation IN (SELECT {OPERATION} FROM job WHERE section < 2)"
            );
            let mut statement = tx.prepare(&sql)?;
            let found = statement.query_map([], |row| row.get::<_, String>(0))?;
            let mut journals = Vec::new();
            for operation in found {
                let operation = operation?;
                if let Some(journal) = journal(tx, &operation)? {
                    journals.push((operation, journal));
                }
            }
            Ok(journals)
        })
    }

    /// Forgets journals that were last touched before this instant, and the oldest beyond a fixed number; so many at
    /// most, and none of a job that is still open. Returns how many.
    pub(crate) fn forget_journals(
        &self,
        before: Option<Timestamp>,
        most: u32,
    ) -> Result<usize, StoreFailure> {
        self.write(Durability::Process, |tx| {
            let count = format!("SELECT count(*) FROM journal WHERE {}", not_open());
            let count: u32 = tx.query_row(&count, [], |row| row.get(0))?;
            let surplus = count.saturating_sub(JOURNALS).min(most);
            let too_old = match before {
                Some(before) => forget(tx, millis(before), most)?,
                None => 0,
            };
            let left = usize::try_from(surplus)
                .unwrap_or(usize::MAX)
                .saturating_sub(too_old);
            Ok(too_old + forget(tx, i64::MAX, u32::try_from(left).unwrap_or(u32::MAX))?)
        })
    }
}

/// The oldest first.
fn forget(tx: &Transaction<'_>, before: i64, most: u32) -> Result<usize, StoreFailure> {
    let forgotten = tx
        .prepare_cached(&format!(
            "DELETE FROM journal WHERE operation IN (
                 SELECT operation FROM journal INDEXED BY journal_touched
                 WHERE touched_at < ?1 AND {} ORDER BY touched_at LIMIT ?2)",
            not_open()
        ))?
        .execute(params![before, most])?;
    Ok(forgotten)
}

fn write(tx: &Transaction<'_>, journal: &Unwritten) -> Result<(), StoreFailure> {
    let operation = &journal.operation;
    if journal.from == 0 {
        // an operation that was forgotten here and begins anew: its old story is over
        tx.prepare_cached("DELETE FROM journal WHERE operation = ?1")?
            .execute([operation])?;
    }
    let touched = journal
        .entries
        .last()
        .map_or_else(now, |(_, entry)| millis(entry.at));
    tx.prepare_cached(
        "INSERT INTO journal (operation, total, touched_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (operation) DO UPDATE SET total = excluded.total, touched_at = excluded.touched_at",
    )?
    .execute(params![operation, signed(journal.total), touched])?;
    let mut insert = tx.prepare_cached(
        "INSERT OR REPLACE INTO journal_entry (operation, number, at, attempt, note)
         VALUES (:operation, :number, :at, :attempt, :note)",
    )?;
    for (number, entry) in &journal.entries {
        insert.execute(named_params! {
            ":operation": operation,
            ":number": signed(*number),
            ":at": millis(entry.at),
            ":attempt": entry.attempt,
            ":note": json(&entry.note)?,
        })?;
    }
    let last = signed(journal.total).saturating_sub_unsigned(LAST as u64);
    tx.prepare_cached("DELETE FROM journal_entry WHERE operation = ?1 AND number >= ?2 AND number < ?3")?
        .execute(params![operation, signed(FIRST as u64), last])?;
    Ok(())
}

pub(super) fn journal(tx: &Transaction<'_>, operation: &str) -> Result<Option<Journal>, StoreFailure> {
    let total = tx
        .prepare_cached("SELECT total FROM journal WHERE operation = ?1")?
        .query_row([operation], |row| unsigned(row, "total"))
        .optional()?;
    let Some(total) = total else { return Ok(None) };
    let mut statement = tx.prepare_cached(
        "SELECT number, at, attempt, note FROM journal_entry WHERE operation = ?1 ORDER BY number",
    )?;
    let entries = statement.query_map([operation], |row| {
        let entry = JournalEntry {
            at: instant(row, "at")?,
            attempt: row.get("attempt")?,
            note: from_json(row, "note")?,
        };
        Ok((unsigned(row, "number")?, entry))
    })?;
    let entries: Vec<(u64, JournalEntry)> = entries.collect::<Result<_, _>>()?;
    Ok(Some(Journal::restored(entries, total)))
}
