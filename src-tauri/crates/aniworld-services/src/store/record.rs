//! Writes the history: one row per ended attempt, and in the same transaction the figures of its day.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension, Transaction, named_params, params};

use super::rows::{Word, instant, json, millis, now};
use super::{Durability, Store, StoreFailure};
use crate::downloads::{JobFailure, JobId};
use crate::history::{HistoryOutcome, civil_day};
use crate::progress::ProgressType;

/// An operation without an owner that began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenOperation {
    pub(crate) operation: String,
    pub(crate) kind: ProgressType,
    pub(crate) attempt: u32,
    pub(crate) title: String,
    pub(crate) started_at: Timestamp,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EndedOperation {
    pub(crate) begun: OpenOperation,
    pub(crate) outcome: HistoryOutcome,
    pub(crate) message: String,
    pub(crate) failure: Option<JobFailure>,
    pub(crate) ended_at: Timestamp,
}

/// An attempt that is there already is left as it is.
const ONCE: &str = "ON CONFLICT (operation, attempt, started_at) WHERE started_at IS NOT NULL DO NOTHING";

/// Whether an attempt is there already.
const KNOWN: &str = "SELECT 1 FROM outcome
    WHERE operation = :operation AND attempt = :attempt AND started_at = :started_at";

/// The row of a job that has just ended, by what the job says itself.
pub(super) fn job(tx: &Transaction<'_>, id: JobId) -> Result<(), StoreFailure> {
    let written = tx
        .prepare_cached(&format!(
            "INSERT INTO outcome (operation, kind, attempt, state, job_id, serie_folder, series, season, number,
                                  version, title, source, bytes, transferred, failure, started_at, ended_at, took_ms)
             SELECT 'download_' || serie_folder || '_' || season || '_' || number
                        || CASE WHEN version > 1 THEN '~' || version ELSE '' END,
                    'download', attempts, state, id, serie_folder, series, season, number, version, title, source,
                    bytes, received + run_received, failure, started_at, finished_at,
                    iif(started_at IS NULL, NULL, busy_ms)
             FROM job WHERE id = ?1 {ONCE} RETURNING id, ended_at"
        ))?
        .query_row([id.0], |row| Ok((row.get("id")?, instant(row, "ended_at")?)))
        .optional()?;
    match written {
        Some((row, ended_at)) => add_to_day(tx, row, ended_at),
        None => Ok(()),
    }
}

/// A day is that of the user's calendar on which the download ended, by the clock of the system.
fn add_to_day(tx: &Transaction<'_>, row: i64, ended_at: Timestamp) -> Result<(), StoreFailure> {
    tx.prepare_cached(
        "INSERT INTO day (day, bytes, episodes, failures, busy_ms)
         SELECT ?2, transferred, state = 'completed', state = 'failed', coalesce(took_ms, 0) FROM outcome WHERE id = ?1
         ON CONFLICT (day) DO UPDATE SET bytes = bytes + excluded.bytes, episodes = episodes + excluded.episodes,
             failures = failures + excluded.failures, busy_ms = busy_ms + excluded.busy_ms",
    )?
    .execute(params![
        row,
        civil_day(ended_at, &TimeZone::system()).to_string()
    ])?;
    Ok(())
}

impl Store {
    /// Keeps that an operation without an owner began, so that a crash cannot swallow it. Twice is once.
    pub(crate) fn operation_began(&self, begun: &OpenOperation) -> Result<(), StoreFailure> {
        self.write(Durability::Process, |tx| {
            tx.prepare_cached(&format!(
                "INSERT INTO open_operation (operation, kind, attempt, title, started_at)
                 SELECT :operation, :kind, :attempt, :title, :started_at WHERE NOT EXISTS ({KNOWN})
                 ON CONFLICT DO NOTHING"
            ))?
            .execute(named_params! {
                ":operation": begun.operation,
                ":kind": begun.kind.word(),
                ":attempt": begun.attempt,
                ":title": begun.title,
                ":started_at": millis(begun.started_at),
            })?;
            Ok(())
        })
    }

    /// Writes how an operation without an owner ended. Twice is once.
    pub(crate) fn operation_ended(&self, ended: &EndedOperation) -> Result<(), StoreFailure> {
        self.write(Durability::Process, |tx| operation(tx, ended))
    }

    /// After a crash: whatever began and has not ended did so with the program, and failed.
    pub(crate) fn end_open_operations(&self, failure: &JobFailure) -> Result<usize, StoreFailure> {
        let failure = json(failure)?;
        self.write(Durability::Process, |tx| {
            let ended = tx.execute(
                &format!(
                    "INSERT INTO outcome (operation, kind, attempt, state, title, message, failure, started_at, ended_at)
                     SELECT operation, kind, attempt, 'failed', title, '', ?1, started_at, max(started_at, ?2)
                     FROM open_operation WHERE true ORDER BY started_at {ONCE}"
                ),
                params![failure, now()],
            )?;
            tx.execute("DELETE FROM open_operation", [])?;
            Ok(ended)
        })
    }

    /// Forgets rows that ended before this instant, so many at most. Returns how many. Days stay.
    pub(crate) fn forget_history(&self, before: Timestamp, most: u32) -> Result<usize, StoreFailure> {
        self.write(Durability::Process, |tx| {
            let forgotten = tx
                .prepare_cached(FORGET)?
                .execute(params![millis(before), most])?;
            Ok(forgotten)
        })
    }
}

/// The oldest first, found by the index.
pub(super) const FORGET: &str = "DELETE FROM outcome WHERE id IN (
    SELECT id FROM outcome INDEXED BY outcome_ended WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)";

fn operation(tx: &Transaction<'_>, ended: &EndedOperation) -> Result<(), StoreFailure> {
    let begun = &ended.begun;
    let failure = ended.failure.as_ref().map(json).transpose()?;
    let took = millis(ended.ended_at)
        .saturating_sub(millis(begun.started_at))
        .max(0);
    // not by the conflict: that would use up a number, and numbers with gaps look as if rows were lost
    tx.prepare_cached(&format!(
        "INSERT INTO outcome (operation, kind, attempt, state, title, message, failure, started_at, ended_at, took_ms)
         SELECT :operation, :kind, :attempt, :state, :title, :message, :failure, :started_at, :ended_at, :took
         WHERE NOT EXISTS ({KNOWN})"
    ))?
    .execute(named_params! {
        ":operation": begun.operation,
        ":kind": begun.kind.word(),
        ":attempt": begun.attempt,
        ":state": ended.outcome.word(),
        ":title": begun.title,
        ":message": ended.message,
        ":failure": failure,
        ":started_at": millis(begun.started_at),
        ":ended_at": millis(ended.ended_at),
        ":took": took,
    })?;
    tx.prepare_cached(
        "DELETE FROM open_operation WHERE operation = ?1 AND attempt = ?2 AND started_at = ?3",
    )?
    .execute(params![begun.operation, begun.attempt, millis(begun.started_at)])?;
    Ok(())
}
