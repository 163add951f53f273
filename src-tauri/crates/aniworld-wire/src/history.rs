//! The history: as scripts and files hold it, one flat row per ended attempt; in pages for the window; in files.

mod export;
mod file;
mod page;

use aniworld_services::anime::episode_code;
use aniworld_services::history::{Day, Figures, HistoryRow, HistorySubject, Metrics};
use jiff::Timestamp;
use serde::Serialize;

pub use export::{ExportForm, HistoryExport};
pub use file::{Existing, HistoryExported, write};
pub use page::{
    FiguresRow, HistoryDay, HistoryEntry, HistoryFigures, HistoryOutcome, HistoryPage, HistoryQuery, figures,
    page,
};

use crate::queue::QueueCounts;

/// One ended attempt. Fields that do not apply are null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryLine {
    /// Its number; rises with every row.
    pub id: i64,
    /// The id of its operation.
    pub operation: String,
    /// `download`, `scan`, `system` or `error`.
    pub kind: &'static str,
    /// `completed`, `skipped`, `failed` or `cancelled`.
    pub outcome: &'static str,
    /// Which attempt of the operation; 0 for a download that never ran.
    pub attempt: u32,
    /// The title of the series.
    pub series: Option<String>,
    /// The folder of the series.
    pub folder: Option<String>,
    /// The season; 0 for specials.
    pub season: Option<u32>,
    /// The number of the episode.
    pub number: Option<String>,
    /// `S01E02`.
    pub code: Option<String>,
    /// The title of the episode or operation.
    pub title: Option<String>,
    /// What an operation said at its end.
    pub message: Option<String>,
    /// The name of the source.
    pub source: Option<String>,
    /// The size of the file, or what there was of it.
    pub bytes: u64,
    /// Bytes that arrived in this attempt.
    pub transferred: u64,
    /// When it first ran, RFC 3339.
    pub started_at: Option<Timestamp>,
    /// When it ended, RFC 3339.
    pub ended_at: Timestamp,
    /// Seconds for which it ran.
    pub took_s: Option<f64>,
    /// A stable code of why it failed.
    pub failure_code: Option<String>,
    /// Why it failed, in English.
    pub failure: Option<String>,
}

impl From<&HistoryRow> for HistoryLine {
    fn from(row: &HistoryRow) -> Self {
        let (label, words) = match &row.subject {
            HistorySubject::Episode(label) => (Some(label), None),
            HistorySubject::Operation { title, message } => (None, Some((title, message))),
        };
        Self {
            id: row.id,
            operation: row.operation.clone(),
            kind: row.kind.as_str(),
            outcome: row.outcome.name(),
            attempt: row.attempt,
            series: label.map(|label| label.series.clone()),
            folder: label.map(|label| label.serie_folder.clone()),
            season: label.map(|label| label.season),
            number: label.map(|label| label.number.to_string()),
            code: label.map(episode_code),
            title: match words {
                Some((title, _)) => Some(title.clone()),
                None => label.and_then(|label| label.title.clone()),
            },
            message: words.map(|(_, message)| message.clone()),
            source: row.source.clone(),
            bytes: row.bytes,
            transferred: row.transferred,
            started_at: row.started_at,
            ended_at: row.ended_at,
            took_s: row.took.map(|took| took.as_secs_f64()),
            failure_code: row.failure.as_ref().map(|failure| failure.code.clone()),
            failure: row.failure.as_ref().map(|failure| failure.message.clone()),
        }
    }
}

/// Downloads added up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FiguresLine {
    /// Bytes that arrived.
    pub bytes: u64,
    /// Episodes that were downloaded.
    pub episodes: u64,
    /// Downloads that failed.
    pub failures: u64,
    /// Seconds for which downloads ran; two at a time count twice.
    pub busy_s: f64,
    /// Bytes per second of one download while it ran.
    pub bytes_per_s: Option<u64>,
}

impl From<Figures> for FiguresLine {
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

/// One day of the user's own calendar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DayLine {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// What it brought.
    #[serde(flatten)]
    pub figures: FiguresLine,
}

impl From<Day> for DayLine {
    fn from(day: Day) -> Self {
        Self {
            day: day.day.to_string(),
            figures: day.figures.into(),
        }
    }
}

/// Everything that is counted, at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatsLine {
    /// Since the first day.
    pub total: FiguresLine,
    /// Today and the six days before.
    pub last_7_days: FiguresLine,
    /// Today and the 29 days before.
    pub last_30_days: FiguresLine,
    /// The day with the most bytes.
    pub busiest_day: Option<DayLine>,
    /// Rows in the history.
    pub history_rows: u64,
    /// Jobs per group.
    pub queue: QueueCounts,
    /// Operations that have not ended; null where only the program that runs them knows.
    pub active_operations: Option<u64>,
    /// Updates that came for operations that had ended; null where only another program knows.
    pub late_updates: Option<u64>,
    /// Subscriptions to progress; null where only another program knows, as with the next two.
    pub subscribers: Option<u64>,
    /// Subscribers that were detached because they kept failing, since that program started.
    pub detached_subscribers: Option<u64>,
    /// Snapshots handed out in place of a backlog, since that program started.
    pub resyncs: Option<u64>,
}

impl From<&Metrics> for StatsLine {
    fn from(metrics: &Metrics) -> Self {
        Self {
            total: metrics.total.into(),
            last_7_days: metrics.last_7_days.into(),
            last_30_days: metrics.last_30_days.into(),
            busiest_day: metrics.busiest_day.map(Into::into),
            history_rows: metrics.history_rows,
            queue: metrics.queue.into(),
            active_operations: metrics.active_operations,
            late_updates: metrics.late_updates,
            subscribers: metrics.listeners.map(|it| it.subscribers),
            detached_subscribers: metrics.listeners.map(|it| it.detached),
            resyncs: metrics.listeners.map(|it| it.resyncs),
        }
    }
}
