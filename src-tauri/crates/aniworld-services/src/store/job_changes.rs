//! One change of a job on disk. The end of a job and its row in the history are one change.

use rusqlite::{Transaction, named_params, params};

use super::rows::{Word, json, now, signed};
use super::{StoreFailure, record};
use crate::downloads::{JobFailure, JobId, JobState};

/// What happens to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JobChange {
    /// It begins to run.
    Start(JobId),
    /// Figures and phase of a running job, for lists and for the time after a crash.
    Live {
        id: JobId,
        state: JobState,
        bytes: u64,
        total: Option<u64>,
    },
    /// Stopped by the user, to go on later.
    Pause(JobId),
    /// Ready to run, at its old place: resumed, or stopped with the program.
    Queue(JobId),
    /// Bytes that arrived in the run that goes on or has just ended.
    Received(JobId, u64),
    /// How much a stopped job has on disk.
    Stopped {
        id: JobId,
        bytes: u64,
        total: Option<u64>,
    },
    /// Given up while it runs: from now on nothing of it may stay, whatever happens.
    GiveUp(JobId),
    /// It ended.
    End(Ending),
    /// Nothing of a cancelled job is left on disk.
    Cleaned(JobId),
    /// It leaves the list.
    Remove(JobId),
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) id: JobId,
    /// A terminal state.
    pub(crate) state: JobState,
    /// The size of the file, where there is one.
    pub(crate) bytes: Option<u64>,
    pub(crate) failure: Option<JobFailure>,
    /// Whether something of it may still be on disk that must go.
    pub(crate) cleanup: bool,
}

impl Ending {
    /// An ending without a file.
    pub(crate) fn of(id: JobId, state: JobState, failure: Option<JobFailure>, cleanup: bool) -> Self {
        Self {
            id,
            state,
            bytes: None,
            failure,
            cleanup,
        }
    }
}

/// What a run lasted so far goes into the sum; `:now` is when it was counted.
const BUSY: &str = "busy_ms = busy_ms + max(0, coalesce(:now - run_at, 0))";

/// Makes one change.
pub(super) fn apply(tx: &Transaction<'_>, change: &JobChange) -> Result<(), StoreFailure> {
    let simple = |sql: &str, id: &JobId| -> Result<(), StoreFailure> {
        tx.prepare_cached(sql)?.execute([id.0])?;
        Ok(())
    };
    match change {
        JobChange::Start(id) => simple_at(
            tx,
            "state = 'starting', attempts = attempts + (started_at IS NULL), failure = NULL, started_at = coalesce(started_at, :now),
             received = received + run_received, run_received = 0, run_at = :now",
            *id,
        ),
        JobChange::Live {
            id,
            state,
            bytes,
            total,
        } => live(tx, *id, *state, *bytes, *total),
        // a stop in good order: whatever crashed earlier, it was not this job
        JobChange::Pause(id) => stop(tx, *id, JobState::Paused),
        JobChange::Queue(id) => stop(tx, *id, JobState::Queued),
        JobChange::Received(id, bytes) => {
            tx.prepare_cached("UPDATE job SET run_received = ?2 WHERE id = ?1")?
                .execute(params![id.0, signed(*bytes)])?;
            Ok(())
        }
        JobChange::Stopped { id, bytes, total } => {
            tx.prepare_cached("UPDATE job SET bytes = ?2, total = coalesce(?3, total) WHERE id = ?1")?
                .execute(params![id.0, signed(*bytes), total.map(signed)])?;
            Ok(())
        }
        JobChange::GiveUp(id) => simple("UPDATE job SET cleanup = 1 WHERE id = ?1", id),
        JobChange::End(ending) => end(tx, ending),
        JobChange::Cleaned(id) => simple("UPDATE job SET cleanup = 0 WHERE id = ?1", id),
        JobChange::Remove(id) => simple("DELETE FROM job WHERE id = ?1", id),
    }
}

/// An assignment that needs to know the time.
fn simple_at(tx: &Transaction<'_>, assignment: &str, id: JobId) -> Result<(), StoreFailure> {
    tx.prepare_cached(&format!("UPDATE job SET {assignment} WHERE id = :id"))?
        .execute(named_params! {":id": id.0, ":now": now()})?;
    Ok(())
}

fn stop(tx: &Transaction<'_>, id: JobId, state: JobState) -> Result<(), StoreFailure> {
    let assignment = format!(
        "state = '{}', crash_count = 0, {BUSY}, run_at = NULL",
        state.word()
    );
    simple_at(tx, &assignment, id)
}

fn live(
    tx: &Transaction<'_>,
    id: JobId,
    state: JobState,
    bytes: u64,
    total: Option<u64>,
) -> Result<(), StoreFailure> {
    tx.prepare_cached(&format!(
        "UPDATE job SET state = :state, bytes = :bytes, total = coalesce(:total, total), {BUSY}, run_at = :now
         WHERE id = :id"
    ))?
    .execute(named_params! {
        ":id": id.0,
        ":state": state.word(),
        ":bytes": signed(bytes),
        ":total": total.map(signed),
        ":now": now(),
    })?;
    Ok(())
}

/// The state and the row of the history belong together. A job that has ended cannot end again.
pub(super) fn end(tx: &Transaction<'_>, ending: &Ending) -> Result<(), StoreFailure> {
    let failure = ending.failure.as_ref().map(json).transpose()?;
    let ended = tx
        .prepare_cached(&format!(
            "UPDATE job SET state = :state, bytes = coalesce(:bytes, bytes), total = coalesce(:bytes, total),
                            failure = :failure, cleanup = :cleanup, finished_at = :now, {BUSY}, run_at = NULL
             WHERE id = :id AND section < 2"
        ))?
        .execute(named_params! {
            ":id": ending.id.0,
            ":state": ending.state.word(),
            ":bytes": ending.bytes.map(signed),
            ":failure": failure,
            ":cleanup": ending.cleanup,
            ":now": now(),
        })?;
    if ended > 0 {
        record::job(tx, ending.id)?;
    }
    Ok(())
}
