//! The history as the window lists it, and the figures of days for its chart.

use aniworld_services::history::{self, Day, Figures};
use aniworld_services::progress::ProgressType;
use aniworld_services::store::{Store, StoreFailure};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::CommandError;
use crate::message::ProgressKind;

/// The most rows in one answer.
const ROWS: u32 = 200;
/// The most days in one answer: a leap year.
const DAYS: u32 = 366;

/// Which ended attempts to list, newest first. What is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryQuery {
    /// Somewhere in the title or folder of a series, without regard to case and accents.
    #[serde(default)]
    pub text: String,
    /// The kind of operation; of the queue there are none.
    #[serde(default)]
    pub kind: Option<ProgressKind>,
    /// How it ended.
    #[serde(default)]
    pub outcome: Option<HistoryOutcome>,
    /// Ended on this day of the user's calendar or later, `YYYY-MM-DD`.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub since: Option<Date>,
    /// Ended on this day or earlier, `YYYY-MM-DD`.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub until: Option<Date>,
    /// The first row wanted; a file takes all.
    #[serde(default)]
    pub offset: u32,
    /// Rows wanted, at most 200; a file takes all.
    #[serde(default)]
    pub limit: u32,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum HistoryOutcome {
    Completed,
    Skipped,
    Failed,
    Cancelled,
}

/// A page of ended attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryPage {
    /// Rows that match in all.
    pub total: u64,
    /// The rows from `offset` on.
    pub rows: Vec<HistoryEntry>,
}

/// One ended attempt. Fields that do not apply are null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryEntry {
    /// Its number; rises with every row.
    pub id: i64,
    /// The kind of operation.
    pub kind: ProgressKind,
    /// How it ended.
    pub outcome: HistoryOutcome,
    /// Which attempt of the operation, as `metadata.attempt` says while it runs; 0 for a download that never ran.
    pub attempt: u32,
    /// The title of the series, of a download.
    pub series: Option<String>,
    /// The season; 0 for specials.
    pub season: Option<u32>,
    /// `7`, `9.5`, `2-3`, `2024-02-29`.
    pub number: Option<String>,
    /// The title of the episode; of anything else that of its operation, in English.
    pub title: Option<String>,
    /// What an operation that is no download said at its end, in English.
    pub message: Option<String>,
    /// The name of the source.
    pub source: Option<String>,
    /// The size of the file in bytes, or what there was of it.
    pub bytes: u64,
    /// Bytes that arrived in this attempt.
    pub transferred: u64,
    /// When it first ran, RFC 3339.
    pub started_at: Option<String>,
    /// When it ended, RFC 3339.
    pub ended_at: String,
    /// Seconds for which it ran, pauses left out.
    pub took_s: Option<f64>,
    /// Why it failed.
    pub error: Option<CommandError>,
}

/// Everything that is counted, at one moment, with the newest days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryFigures {
    /// Today in the user's calendar, `YYYY-MM-DD`.
    pub today: String,
    /// Since the first day.
    pub total: FiguresRow,
    /// Today and the six days before.
    pub last_7_days: FiguresRow,
    /// Today and the 29 days before.
    pub last_30_days: FiguresRow,
    /// The day with the most bytes.
    pub busiest_day: Option<HistoryDay>,
    /// Rows in the history.
    pub rows: u64,
    /// The days that were asked for, in order and without gaps; the last one is today.
    pub days: Vec<HistoryDay>,
}

/// One day of the user's own calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryDay {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// What it brought.
    #[serde(flatten)]
    pub figures: FiguresRow,
}

/// Downloads added up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FiguresRow {
    /// Bytes that arrived.
    pub bytes: u64,
    /// Episodes that were downloaded.
    pub episodes: u64,
    /// Downloads that failed.
    pub failures: u64,
    /// Seconds for which downloads ran; two at a time count twice.
    pub busy_s: f64,
    /// Bytes per second of one download while it ran; null where nothing ran.
    pub bytes_per_s: Option<u64>,
}

/// A page of the history. Blocks.
pub fn page(store: &Store, query: &HistoryQuery) -> Result<HistoryPage, StoreFailure> {
    let mut wanted = history::HistoryQuery::from(query);
    wanted.offset = query.offset;
    wanted.limit = Some(query.limit.min(ROWS));
    let (total, rows) = store.history(&wanted)?;
    Ok(HistoryPage {
        total,
        rows: rows.iter().map(Into::into).collect(),
    })
}

/// What is counted, with the last so many days (1 to 366). Blocks.
pub fn figures(store: &Store, days: u32) -> Result<HistoryFigures, StoreFailure> {
    let today = history::today();
    let first = today.saturating_sub((i64::from(days.clamp(1, DAYS)) - 1).days());
    let known = store.days(first, today)?;
    let metrics = store.metrics(today)?;
    Ok(HistoryFigures {
        today: today.to_string(),
        total: metrics.total.into(),
        last_7_days: metrics.last_7_days.into(),
        last_30_days: metrics.last_30_days.into(),
        busiest_day: metrics.busiest_day.map(Into::into),
        rows: metrics.history_rows,
        days: history::every_day(first, today, &known)
            .into_iter()
            .map(Into::into)
            .collect(),
    })
}

/// Every row of a query, whatever page it asks for.
impl From<&HistoryQuery> for history::HistoryQuery {
    fn from(query: &HistoryQuery) -> Self {
        Self {
            text: Some(query.text.clone()),
            kind: query.kind.map(ProgressType::from),
            outcome: query.outcome.map(Into::into),
            since: query.since.map(history::start_of),
            // the day itself is meant too
            until: query
                .until
                .map(|day| history::start_of(day.saturating_add(1.day()))),
            ..Self::default()
        }
    }
}

impl From<&history::HistoryRow> for HistoryEntry {
    fn from(row: &history::HistoryRow) -> Self {
        let (label, words) = match &row.subject {
            history::HistorySubject::Episode(label) => (Some(label), None),
            history::HistorySubject::Operation { title, message } => (None, Some((title, message))),
        };
        Self {
            id: row.id,
            kind: row.kind.into(),
            outcome: row.outcome.into(),
            attempt: row.attempt,
            series: label.map(|label| label.series.clone()),
            season: label.map(|label| label.season),
            number: label.map(|label| label.number.to_string()),
            title: match words {
                Some((title, _)) => Some(title.clone()),
                None => label.and_then(|label| label.title.clone()),
            },
            message: words.map(|(_, message)| message.clone()),
            source: row.source.clone(),
            bytes: row.bytes,
            transferred: row.transferred,
            started_at: row.started_at.map(|at| at.to_string()),
            ended_at: row.ended_at.to_string(),
            took_s: row.took.map(|took| took.as_secs_f64()),
            error: row.failure.as_ref().map(Into::into),
        }
    }
}

impl From<history::HistoryOutcome> for HistoryOutcome {
    fn from(outcome: history::HistoryOutcome) -> Self {
        match outcome {
            history::HistoryOutcome::Completed => Self::Completed,
            history::HistoryOutcome::Skipped => Self::Skipped,
            history::HistoryOutcome::Failed => Self::Failed,
            history::HistoryOutcome::Cancelled => Self::Cancelled,
        }
    }
}

impl From<HistoryOutcome> for history::HistoryOutcome {
    fn from(outcome: HistoryOutcome) -> Self {
        match outcome {
            HistoryOutcome::Completed => Self::Completed,
            HistoryOutcome::Skipped => Self::Skipped,
            HistoryOutcome::Failed => Self::Failed,
            HistoryOutcome::Cancelled => Self::Cancelled,
        }
    }
}

impl From<Day> for HistoryDay {
    fn from(day: Day) -> Self {
        Self {
            day: day.day.to_string(),
            figures: day.figures.into(),
        }
    }
}

impl From<Figures> for FiguresRow {
    fn from(figures: Figures) -> Self {
        Self {
            bytes: figures.bytes,
            episodes: figures.episodes,
            failures: figures.failures,
            busy_s: figures.busy.as_secs_f64(),
            bytes_per_s: figures.bytes_per_second(),
        }
    }
}
