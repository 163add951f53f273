//! Days and what they add up to.

use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::Date;
use rusqlite::{Row, Transaction};

use super::rows::{parsed, unsigned};
use super::{Store, StoreFailure};
use crate::history::{Day, Figures, Metrics};

const SUM: &str = "SELECT coalesce(sum(bytes), 0) AS bytes, coalesce(sum(episodes), 0) AS episodes,
    coalesce(sum(failures), 0) AS failures, coalesce(sum(busy_ms), 0) AS busy_ms FROM day";

impl Store {
    /// The days in this range that brought anything, both ends included, in order.
    pub fn days(&self, first: Date, last: Date) -> Result<Vec<Day>, StoreFailure> {
        self.read(|tx| {
            let mut statement =
                tx.prepare_cached("SELECT * FROM day WHERE day BETWEEN ?1 AND ?2 ORDER BY day")?;
            let rows = statement.query_map([first.to_string(), last.to_string()], day)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Everything that is counted; `today` is the last day of the last 7 and 30.
    pub fn metrics(&self, today: Date) -> Result<Metrics, StoreFailure> {
        let queue = self.queue_status()?;
        self.read(|tx| {
            Ok(Metrics {
                total: sum(tx, "", [])?,
                last_7_days: last(tx, today, 7)?,
                last_30_days: last(tx, today, 30)?,
                busiest_day: busiest(tx)?,
                history_rows: count(tx)?,
                queue,
                active_operations: None,
                late_updates: None,
                listeners: None,
            })
        })
    }
}

fn last(tx: &Transaction<'_>, today: Date, days: i64) -> Result<Figures, StoreFailure> {
    let first = today.saturating_sub((days - 1).days());
    let range = [first.to_string(), today.to_string()];
    sum(tx, " WHERE day BETWEEN ?1 AND ?2", range)
}

fn sum<const N: usize>(
    tx: &Transaction<'_>,
    condition: &str,
    values: [String; N],
) -> Result<Figures, StoreFailure> {
    let mut statement = tx.prepare_cached(&format!("{SUM}{condition}"))?;
    Ok(statement.query_row(rusqlite::params_from_iter(values), figures)?)
}

fn busiest(tx: &Transaction<'_>) -> Result<Option<Day>, StoreFailure> {
    let mut statement =
        tx.prepare_cached("SELECT * FROM day WHERE bytes > 0 ORDER BY bytes DESC, day DESC LIMIT 1")?;
    let mut rows = statement.query_map([], day)?;
    Ok(rows.next().transpose()?)
}

fn count(tx: &Transaction<'_>) -> Result<u64, StoreFailure> {
    let rows: i64 = tx.query_row("SELECT count(*) FROM outcome", [], |row| row.get(0))?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

fn day(row: &Row<'_>) -> rusqlite::Result<Day> {
    Ok(Day {
        day: parsed(row, "day")?,
        figures: figures(row)?,
    })
}

fn figures(row: &Row<'_>) -> rusqlite::Result<Figures> {
    Ok(Figures {
        bytes: unsigned(row, "bytes")?,
        episodes: unsigned(row, "episodes")?,
        failures: unsigned(row, "failures")?,
        busy: Duration::from_millis(unsigned(row, "busy_ms")?),
    })
}
