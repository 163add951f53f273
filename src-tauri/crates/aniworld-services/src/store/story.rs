//! What the store knows for "why?": the job or its end, its place in the queue, the journal.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Transaction, params};

use super::journal::{OPERATION, journal};
use super::rows::Word;
use super::{JobView, Store, StoreFailure, history, job_list};
use crate::downloads::{JobId, JobState, Selection};
use crate::story::{Standing, Story, StoryOf};

/// Jobs that a question without a name is about, at most.
const MOST: u32 = 200;

impl Store {
    /// The story of an operation, as far as it is written down. An operation that nobody ever heard of has an empty
    /// one.
    pub fn story(&self, of: &StoryOf) -> Result<Story, StoreFailure> {
        self.read(|tx| {
            let job = match of.job {
                Some(id) => job_list::one(tx, id)?,
                None => newest_job(tx, &of.operation)?,
            };
            let ended = match job {
                Some(_) => None,
                None => history::newest_of(tx, &of.operation)?,
            };
            Ok(Story {
                operation: of.operation.clone(),
                standing: job.as_ref().map(|job| standing(tx, job)).transpose()?,
                journal: journal(tx, &of.operation)?.unwrap_or_default(),
                library: library(tx)?,
                ended,
                job,
                unattended: false,
                progress: None,
            })
        })
    }

    /// Whose stories a selection is about: its jobs in the order of the list, and an episode without one by its
    /// operation. `None`: whatever has not ended well.
    pub fn stories_of(&self, selection: Option<Selection>) -> Result<Vec<StoryOf>, StoreFailure> {
        self.read(|tx| {
            let condition = match selection {
                None | Some(Selection::All) => "section < 2 OR bucket = 3".to_owned(),
                Some(Selection::Series(id)) => format!("series_id = {}", id.0),
                Some(Selection::Season(id, season)) => format!("series_id = {} AND season = {season}", id.0),
                Some(Selection::Episode(id)) => format!("episode_id = {}", id.0),
            };
            let mut statement = tx.prepare(&format!(
                "SELECT id, {OPERATION} AS operation FROM job WHERE {condition}
                 ORDER BY section, ordering, id LIMIT {MOST}"
            ))?;
            let rows = statement.query_map([], |row| {
                Ok(StoryOf {
                    job: Some(JobId(row.get("id")?)),
                    operation: row.get("operation")?,
                })
            })?;
            let mut found: Vec<StoryOf> = rows.collect::<Result<_, _>>()?;
            if let Some(Selection::Episode(episode)) = selection.filter(|_| found.is_empty()) {
                found.extend(of_episode(tx, episode.0)?);
            }
            Ok(found)
        })
    }
}

/// An episode without a job, by the operation that downloads it.
fn of_episode(tx: &Transaction<'_>, episode: i64) -> Result<Option<StoryOf>, StoreFailure> {
    let sql = "SELECT s.folder AS serie_folder, e.season AS season, e.number AS number, e.version AS version
        FROM episode e JOIN series s ON s.id = e.series_id WHERE e.id = ?1";
    let sql = format!("SELECT {OPERATION} FROM ({sql})");
    let operation: Option<String> = tx.query_row(&sql, [episode], |row| row.get(0)).optional()?;
    Ok(operation.map(|operation| StoryOf { operation, job: None }))
}

fn newest_job(tx: &Transaction<'_>, operation: &str) -> Result<Option<JobView>, StoreFailure> {
    let sql = format!("SELECT id FROM job WHERE {OPERATION} = ?1 ORDER BY id DESC LIMIT 1");
    let id: Option<i64> = tx.query_row(&sql, [operation], |row| row.get(0)).optional()?;
    match id {
        Some(id) => job_list::one(tx, JobId(id)),
        None => Ok(None),
    }
}

/// Where a job stands among the others.
fn standing(tx: &Transaction<'_>, job: &JobView) -> Result<Standing, StoreFailure> {
    let ahead = "SELECT count(*) FROM job other, job own WHERE own.id = ?1 AND other.state = ?2
        AND (other.position, other.id) < (own.position, own.id)";
    let ahead = tx.query_row(ahead, params![job.id.0, JobState::Queued.word()], |row| {
        row.get(0)
    })?;
    let running = "SELECT count(*) FROM job WHERE section = 0";
    let paused = "SELECT coalesce((SELECT value FROM queue_flag WHERE name = 'paused'), 0)";
    Ok(Standing {
        ahead,
        running: tx.query_row(running, [], |row| row.get(0))?,
        parallel: None,
        all_paused: tx.query_row(paused, [], |row| row.get(0))?,
    })
}

fn library(tx: &Transaction<'_>) -> Result<Option<PathBuf>, StoreFailure> {
    let path = tx.query_row("SELECT path FROM root WHERE active = 1", [], |row| {
        row.get::<_, String>(0)
    });
    Ok(path.optional()?.map(PathBuf::from))
}
