//! Jobs as lists show them, and what became of those of one run.

use rusqlite::{Row, Transaction, params};

use super::rows::{Word, from_json_or_null, instant, instant_or_null, label, unsigned, unsigned_or_null};
use super::{JobView, Outcome, SeriesId, Store, StoreFailure};
use crate::anime::progress_id;
use crate::downloads::{JobId, QueueFilter};

/// The condition and the order of a filter. The order is that of an index, see the test of the query plans.
fn condition_and_order(filter: QueueFilter) -> (&'static str, &'static str) {
    const BY_SECTION: &str = "section, ordering, id";
    const BY_END: &str = "ordering, id";
    match filter {
        QueueFilter::All => ("TRUE", BY_SECTION),
        QueueFilter::Active => ("section < 2", BY_SECTION),
        QueueFilter::Completed => ("bucket = 2", BY_END),
        QueueFilter::Failed => ("bucket = 3", BY_END),
    }
}

/// The query of a page.
pub(super) fn page_sql(filter: QueueFilter) -> String {
    let (condition, order) = condition_and_order(filter);
    format!("SELECT * FROM job WHERE {condition} ORDER BY {order} LIMIT ?1 OFFSET ?2")
}

impl Store {
    /// A page of jobs, with how many match in all.
    pub fn jobs(
        &self,
        filter: QueueFilter,
        offset: u32,
        limit: u32,
    ) -> Result<(u32, Vec<JobView>), StoreFailure> {
        let (condition, _) = condition_and_order(filter);
        self.read(|tx| {
            let count = format!("SELECT count(*) FROM job WHERE {condition}");
            let total = tx.prepare_cached(&count)?.query_row([], |row| row.get(0))?;
            let mut statement = tx.prepare_cached(&page_sql(filter))?;
            let rows = statement.query_map(params![limit, offset], view)?;
            Ok((total, rows.collect::<Result<_, _>>()?))
        })
    }

    /// One job.
    pub fn job(&self, id: JobId) -> Result<Option<JobView>, StoreFailure> {
        self.read(|tx| one(tx, id))
    }
}

/// One job.
pub(super) fn one(tx: &Transaction<'_>, id: JobId) -> Result<Option<JobView>, StoreFailure> {
    let mut statement = tx.prepare_cached("SELECT * FROM job WHERE id = ?1")?;
    let mut rows = statement.query_map([id.0], view)?;
    Ok(rows.next().transpose()?)
}

impl Store {
    /// Jobs that ended after this outcome, in order.
    pub(crate) fn outcomes_after(&self, id: i64) -> Result<Vec<Outcome>, StoreFailure> {
        self.read(|tx| {
            let mut statement =
                tx.prepare("SELECT * FROM outcome WHERE id > ?1 AND kind = 'download' ORDER BY id")?;
            let rows = statement.query_map([id], outcome)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn view(row: &Row<'_>) -> rusqlite::Result<JobView> {
    let label = label(row)?;
    Ok(JobView {
        id: JobId(row.get("id")?),
        progress_id: progress_id(&label),
        state: Word::of(row, "state")?,
        series: row.get::<_, Option<i64>>("series_id")?.map(SeriesId),
        label,
        source: row.get("source")?,
        bytes: unsigned(row, "bytes")?,
        total: unsigned_or_null(row, "total")?,
        attempts: row.get("attempts")?,
        failure: from_json_or_null(row, "failure")?,
        added_at: instant(row, "added_at")?,
        finished_at: instant_or_null(row, "finished_at")?,
    })
}

fn outcome(row: &Row<'_>) -> rusqlite::Result<Outcome> {
    Ok(Outcome {
        job: JobId(row.get("job_id")?),
        state: Word::of(row, "state")?,
        label: label(row)?,
        source: row.get("source")?,
        bytes: unsigned(row, "bytes")?,
        attempts: row.get("attempt")?,
        failure: from_json_or_null(row, "failure")?,
        ended_at: instant(row, "ended_at")?,
    })
}
