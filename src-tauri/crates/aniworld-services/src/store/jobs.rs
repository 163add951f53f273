//! The queue on disk: jobs that come, change and end, each change committed before anything else happens.

use aniworld_core::events::EpisodeLabel;
use aniworld_core::source::Asset;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::job_changes::{Ending, JobChange, apply, end};
use super::rows::{Word, asset, json, label, now, signed, unsigned, unsigned_or_null};
use super::{Durability, NewJob, Store, StoreFailure};
use crate::downloads::{JobFailure, JobId, JobState, QueueStatus};

/// A job that has not ended, as the queue orders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenJob {
    pub(crate) id: JobId,
    pub(crate) position: i64,
    pub(crate) state: JobState,
    pub(crate) label: EpisodeLabel,
    /// The size, as far as the source says it.
    pub(crate) total: Option<u64>,
}

/// A job with everything that running it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredJob {
    pub(crate) id: JobId,
    pub(crate) state: JobState,
    pub(crate) label: EpisodeLabel,
    pub(crate) asset: Asset,
    pub(crate) bytes: u64,
    pub(crate) total: Option<u64>,
    pub(crate) failure: Option<JobFailure>,
    /// Whether it ever ran, so that a part file may be there; before it failed and was queued again counts.
    pub(crate) ran: bool,
    /// Which attempt this is, or will be once it runs: a pause or a crash begins no other one.
    pub(crate) attempt: u32,
}

const STORED: &str =
    "SELECT id, state, serie_folder, series, season, number, version, title, url, mime, size,
    extension, sha256, bytes, total, failure, attempts > 0 AS ran,
    attempts + (started_at IS NULL) AS attempt FROM job";

impl Store {
    /// Puts new jobs at the end of the queue. An episode with an open job gets no second one; one that
    /// failed or was cancelled is replaced: its outcome stays in the history, and the new job counts its tries on.
    pub(crate) fn add_jobs(&self, jobs: &[NewJob]) -> Result<(Vec<OpenJob>, QueueStatus), StoreFailure> {
        self.write(Durability::Power, |tx| {
            let mut position: i64 =
                tx.query_row("SELECT coalesce(max(position), 0) FROM job", [], |row| row.get(0))?;
            let mut added = Vec::new();
            for job in jobs {
                if let Some(id) = insert(tx, job, position + 1)? {
                    position += 1;
                    added.push(OpenJob {
                        id,
                        position,
                        state: JobState::Queued,
                        label: job.label.clone(),
                        total: job.bytes(),
                    });
                }
            }
            Ok((added, status(tx)?))
        })
    }

    /// Commits changes together: all of them or none. Returns the figures afterwards.
    pub(crate) fn change_jobs(
        &self,
        durability: Durability,
        changes: &[JobChange],
    ) -> Result<QueueStatus, StoreFailure> {
        self.write(durability, |tx| {
            for change in changes {
                apply(tx, change)?;
            }
            status(tx)
        })
    }

    /// Takes all ended jobs off the list. Returns how many, and the figures afterwards.
    pub(crate) fn remove_ended_jobs(&self) -> Result<(usize, QueueStatus), StoreFailure> {
        self.write(Durability::Process, |tx| {
            let removed = tx.execute("DELETE FROM job WHERE section = 2 AND cleanup = 0", [])?;
            Ok((removed, status(tx)?))
        })
    }

    /// Jobs that have not ended, in order.
    pub(crate) fn open_jobs(&self) -> Result<Vec<OpenJob>, StoreFailure> {
        self.read(|tx| {
            let mut statement = tx.prepare(
                "SELECT id, position, state, total, serie_folder, series, season, number, version, title
                 FROM job WHERE section < 2 ORDER BY position, id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(OpenJob {
                    id: JobId(row.get("id")?),
                    position: row.get("position")?,
                    state: Word::of(row, "state")?,
                    label: label(row)?,
                    total: unsigned_or_null(row, "total")?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// One job.
    pub(crate) fn stored_job(&self, id: JobId) -> Result<Option<StoredJob>, StoreFailure> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached(&format!("{STORED} WHERE id = ?1"))?;
            Ok(statement.query_row([id.0], stored).optional()?)
        })
    }

    /// Jobs whose operation must be visible though nothing runs: paused ones, and those that ran before.
    pub(crate) fn stopped_jobs(&self) -> Result<Vec<StoredJob>, StoreFailure> {
        self.stored_jobs("section = 1 AND (state = 'paused' OR started_at IS NOT NULL)")
    }

    /// Cancelled jobs of which something may still be on disk.
    pub(crate) fn jobs_to_clean(&self) -> Result<Vec<StoredJob>, StoreFailure> {
        // what lies there now may be the part of a newer job of the same episode
        self.stored_jobs(
            "cleanup = 1 AND NOT EXISTS (
                 SELECT 1 FROM job open WHERE open.episode_id = job.episode_id AND open.section < 2)",
        )
    }

    fn stored_jobs(&self, condition: &str) -> Result<Vec<StoredJob>, StoreFailure> {
        self.read(|tx| select(tx, condition))
    }

    /// How many jobs are in each group.
    pub fn queue_status(&self) -> Result<QueueStatus, StoreFailure> {
        self.read(status)
    }

    /// Puts an ended job at the end of the queue as if it were new, with what a source offers now: the file may
    /// have moved since. `None` if the episode has another open job.
    pub(crate) fn requeue_job(&self, id: JobId) -> Result<Option<(i64, QueueStatus)>, StoreFailure> {
        self.write(Durability::Power, |tx| {
            tx.execute(
                "UPDATE job SET (url, mime, size, extension, sha256) = (
                     SELECT o.url, o.mime, o.size, o.extension, o.sha256
                     FROM episode e JOIN offer o ON o.id = e.offer_id WHERE e.id = job.episode_id)
                 WHERE id = ?1 AND section = 2 AND EXISTS (
                     SELECT 1 FROM episode e JOIN offer o ON o.id = e.offer_id WHERE e.id = job.episode_id)",
                [id.0],
            )?;
            let requeued = tx.query_row(
                "UPDATE job SET state = 'queued', position = 1 + (SELECT max(position) FROM job), crash_count = 0,
                                failure = NULL, bytes = 0, cleanup = 0, started_at = NULL, finished_at = NULL,
                                received = 0, run_received = 0, busy_ms = 0, run_at = NULL
                 WHERE id = ?1 AND section = 2 AND NOT EXISTS (
                     SELECT 1 FROM job open WHERE open.episode_id = job.episode_id AND open.section < 2)
                 RETURNING position",
                [id.0],
                |row| row.get(0),
            );
            match requeued.optional()? {
                Some(position) => Ok(Some((position, status(tx)?))),
                None => Ok(None),
            }
        })
    }

    /// After a crash: what ran goes back to its place, what was being cancelled is cancelled, and what ran
    /// in as many crashes as `limit` says fails with `quarantine`. Returns the last of these.
    pub(crate) fn recover_jobs(
        &self,
        limit: u32,
        quarantine: &JobFailure,
    ) -> Result<Vec<StoredJob>, StoreFailure> {
        self.write(Durability::Process, |tx| {
            // how long it had run since the last look died with the program
            let crashed = "UPDATE job SET crash_count = crash_count + 1, run_at = NULL WHERE section = 0";
            tx.execute(crashed, [])?;
            for job in select(tx, "section < 2 AND cleanup = 1")? {
                end(tx, &Ending::of(job.id, JobState::Cancelled, None, true))?;
            }
            let suspects = select(tx, &format!("section = 0 AND crash_count >= {limit}"))?;
            for job in &suspects {
                end(
                    tx,
                    &Ending::of(job.id, JobState::Failed, Some(quarantine.clone()), false),
                )?;
            }
            tx.execute("UPDATE job SET state = 'queued' WHERE section = 0", [])?;
            Ok(suspects)
        })
    }

    /// The number of the newest outcome; 0 without any.
    pub(crate) fn last_outcome(&self) -> Result<i64, StoreFailure> {
        self.read(|tx| {
            let sql = "SELECT coalesce(max(id), 0) FROM outcome";
            Ok(tx.query_row(sql, [], |row| row.get(0))?)
        })
    }

    /// Whether "pause all" is in force.
    pub fn queue_paused(&self) -> Result<bool, StoreFailure> {
        self.read(|tx| {
            let row = tx.query_row("SELECT value FROM queue_flag WHERE name = 'paused'", [], |row| {
                row.get(0)
            });
            Ok(row.optional()?.unwrap_or(false))
        })
    }

    /// Keeps whether "pause all" is in force, together with what it does to jobs.
    pub(crate) fn set_queue_paused(
        &self,
        paused: bool,
        changes: &[JobChange],
    ) -> Result<QueueStatus, StoreFailure> {
        self.write(Durability::Power, |tx| {
            tx.execute(
                "INSERT INTO queue_flag (name, value) VALUES ('paused', ?1)
                 ON CONFLICT (name) DO UPDATE SET value = ?1",
                [paused],
            )?;
            for change in changes {
                apply(tx, change)?;
            }
            status(tx)
        })
    }
}

fn status(tx: &Transaction<'_>) -> Result<QueueStatus, StoreFailure> {
    let mut status = QueueStatus::default();
    let mut statement =
        tx.prepare_cached("SELECT bucket, count(*) FROM job INDEXED BY job_past GROUP BY bucket")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count = row.get(1)?;
        match row.get::<_, u8>(0)? {
            0 => status.active = count,
            1 => status.pending = count,
            2 => status.completed = count,
            _ => status.failed = count,
        }
    }
    Ok(status)
}

fn insert(tx: &Transaction<'_>, job: &NewJob, position: i64) -> Result<Option<JobId>, StoreFailure> {
    // what the replaced job left on disk for the next try is the new one's to use or to remove
    let attempts = tx
        .prepare_cached(
            "DELETE FROM job WHERE episode_id = ?1 AND bucket = 3 AND cleanup = 0 RETURNING attempts",
        )?
        .query_map([job.episode.0], |row| row.get::<_, i64>(0))?
        .sum::<rusqlite::Result<i64>>()?;
    let (label, asset) = (&job.label, &job.asset);
    let added = tx
        .prepare_cached(
            "INSERT INTO job (position, state, series_id, episode_id, serie_folder, series, season, number, version,
                              title, source, url, mime, size, extension, sha256, total, attempts, added_at)
             VALUES (:position, 'queued', :series_id, :episode, :serie_folder, :series, :season, :number, :version,
                     :title, :source, :url, :mime, :size, :extension, :sha256, :total, :attempts, :now)
             ON CONFLICT (episode_id) WHERE state NOT IN ('completed', 'skipped', 'failed', 'cancelled') DO NOTHING",
        )?
        .execute(named_params! {
            ":position": position,
            ":series_id": job.series.0,
            ":episode": job.episode.0,
            ":serie_folder": label.serie_folder,
            ":series": label.series,
            ":season": label.season,
            ":number": label.number.to_string(),
            ":version": label.version,
            ":title": label.title,
            ":source": job.source,
            ":url": asset.url.as_str(),
            ":mime": asset.mime,
            ":size": json(&asset.size)?,
            ":extension": asset.extension,
            ":sha256": asset.sha256,
            ":total": job.bytes().map(signed),
            ":attempts": attempts,
            ":now": now(),
        })?;
    Ok((added > 0).then(|| JobId(tx.last_insert_rowid())))
}

fn select(tx: &Transaction<'_>, condition: &str) -> Result<Vec<StoredJob>, StoreFailure> {
    let mut statement = tx.prepare(&format!("{STORED} WHERE {condition} ORDER BY position, id"))?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredJob> {
    Ok(StoredJob {
        id: JobId(row.get("id")?),
        state: Word::of(row, "state")?,
        label: label(row)?,
        asset: asset(row)?,
        bytes: unsigned(row, "bytes")?,
        total: unsigned_or_null(row, "total")?,
        failure: super::rows::from_json_or_null(row, "failure")?,
        ran: row.get("ran")?,
        attempt: row.get("attempt")?,
    })
}
