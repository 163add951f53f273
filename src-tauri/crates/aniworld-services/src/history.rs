//! What became of everything that ran: one row per ended attempt, and days added up. The words of it; who
//! writes rows, and how long they stay, is in the modules below.
//!
//! A download is written by its owner, the queue, in the transaction that ends its job. Everything without an
//! owner is written by the [`recorder`]. Nothing here knows a form for other programs.

pub(crate) mod recorder;
pub(crate) mod retention;

use std::time::Duration;

use aniworld_core::events::EpisodeLabel;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::downloads::{JobFailure, QueueStatus};
use crate::progress::{Listeners, ProgressType};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryOutcome {
    /// Done.
    Completed,
    /// There was nothing to do: the file was there.
    Skipped,
    /// Ended without a result.
    Failed,
    /// Given up by the user.
    Cancelled,
}

impl HistoryOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Completed, Self::Skipped, Self::Failed, Self::Cancelled];

    /// The name in the store and on the wire: `completed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What an attempt was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistorySubject {
    /// An episode, by the names that it had then.
    Episode(EpisodeLabel),
    /// Anything else, in the words of its operation.
    Operation {
        /// Its title.
        title: String,
        /// What it said at its end.
        message: String,
    },
}

/// One ended attempt. It outlives the job or operation that it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its number; rises with every row.
    pub id: i64,
    /// The id of its operation.
    pub operation: String,
    /// Its kind; never the queue, which does not end.
    pub kind: ProgressType,
    /// Which attempt of the operation, as its metadata say while it runs. Of a download: which try; a pause or a crash
    /// begins no other one, and 0 never ran at all.
    pub attempt: u32,
    /// How it ended.
    pub outcome: HistoryOutcome,
    /// What it was about.
    pub subject: HistorySubject,
    /// The name of the source of a download.
    pub source: Option<String>,
    /// The size of the file, or what there was of it at the end.
    pub bytes: u64,
    /// Bytes that arrived in this attempt.
    pub transferred: u64,
    /// Why it failed.
    pub failure: Option<JobFailure>,
    /// When it first ran; `None` if it never did.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long it ran, pauses left out; `None` if it never did.
    pub took: Option<Duration>,
}

/// Which rows to show, newest first. What is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The folder of a series, as rows keep it.
    pub series: Option<String>,
    /// What the title or the folder of a series holds somewhere, without regard to case and accents. A blank text
    /// does not matter.
    pub text: Option<String>,
    /// A kind.
    pub kind: Option<ProgressType>,
    /// How it ended.
    pub outcome: Option<HistoryOutcome>,
    /// Ended then or later.
    pub since: Option<Timestamp>,
    /// Ended before then.
    pub until: Option<Timestamp>,
    /// Rows to leave out first.
    pub offset: u32,
    /// Rows at most.
    pub limit: Option<u32>,
}

/// Downloads added up, of a day or more. A download counts on the day on which it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Bytes that arrived.
    pub bytes: u64,
    /// Episodes that were downloaded.
    pub episodes: u64,
    /// Downloads that failed.
    pub failures: u64,
    /// How long downloads ran: two at a time for a minute are two minutes.
    pub busy: Duration,
}

impl Figures {
    /// Bytes per second of one download while it ran; `None` if nothing ran.
    pub fn bytes_per_second(&self) -> Option<u64> {
        let milliseconds = self.busy.as_millis();
        let speed = (u128::from(self.bytes) * 1000).checked_div(milliseconds)?;
        Some(u64::try_from(speed).unwrap_or(u64::MAX))
    }
}

/// One day of the user's own calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub day: Date,
    /// What it brought.
    pub figures: Figures,
}

/// Everything that is counted, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// Since the first day.
    pub total: Figures,
    /// Today and the six days before.
    pub last_7_days: Figures,
    /// Today and the 29 days before.
    pub last_30_days: Figures,
    /// The day with the most bytes.
    pub busiest_day: Option<Day>,
    /// Rows in the history.
    pub history_rows: u64,
    /// The queue.
    pub queue: QueueStatus,
    /// Operations that have not ended; `None` where only the program that runs them knows.
    pub active_operations: Option<u64>,
    /// Updates that came for operations that had ended; `None` where only another program knows.
    pub late_updates: Option<u64>,
    /// Those who listen to progress; `None` where only another program knows.
    pub listeners: Option<Listeners>,
}

/// These days in order and without gaps: what is not known of one is nothing. `known` is sorted.
pub fn every_day(first: Date, last: Date, known: &[Day]) -> Vec<Day> {
    let mut known = known.iter().skip_while(|day| day.day < first).peekable();
    let days = first.series(1.day()).take_while(|day| *day <= last);
    days.map(|day| {
        let found = known.next_if(|known| known.day == day).copied();
        found.unwrap_or(Day {
            day,
            figures: Figures::default(),
        })
    })
    .collect()
}

/// The first instant of a day on the user's own clock; beyond the end of time, that end.
pub fn start_of(day: Date) -> Timestamp {
    let start = day.to_zoned(jiff::tz::TimeZone::system());
    let end = if day.year() > 0 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    };
    start.map_or(end, |start| start.timestamp())
}

/// The day of the user's calendar on which something happened.
pub(crate) fn civil_day(at: Timestamp, zone: &jiff::tz::TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

/// Today in the user's own calendar, as the days of the history are counted.
pub fn today() -> Date {
    civil_day(Timestamp::now(), &jiff::tz::TimeZone::system())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::{TimeZone, offset};

    #[test]
    fn a_day_is_that_of_the_users_own_clock() {
        let late: Timestamp = "2025-11-07T23:30:00Z".parse().unwrap();
        let day = |hours| civil_day(late, &TimeZone::fixed(offset(hours))).to_string();
        assert_eq!(day(0), "2025-11-07");
        assert_eq!(day(1), "2025-11-08");
        assert_eq!(day(-8), "2025-11-07");
    }

    #[test]
    fn days_without_downloads_are_days_too() {
        let day = |text: &str, bytes| Day {
            day: text.parse().unwrap(),
            figures: Figures {
                bytes,
                ..Figures::default()
            },
        };
        let known = [
            day("2024-02-20", 1),
            day("2024-02-28", 2),
            day("2024-03-01", 3),
            day("2024-03-09", 4),
        ];
        let days = every_day(known[1].day, "2024-03-02".parse().unwrap(), &known);
        let told: Vec<_> = days
            .iter()
            .map(|day| (day.day.to_string(), day.figures.bytes))
            .collect();
        let expected = [
            ("2024-02-28", 2),
            ("2024-02-29", 0),
            ("2024-03-01", 3),
            ("2024-03-02", 0),
        ];
        assert_eq!(told, expected.map(|(day, bytes)| (day.to_owned(), bytes)));
        assert_eq!(
            every_day(known[3].day, known[0].day, &known),
            [],
            "backwards there are none"
        );
    }

    #[test]
    fn a_speed_needs_a_time() {
        let figures = |bytes, milliseconds| Figures {
            bytes,
            busy: Duration::from_millis(milliseconds),
            ..Figures::default()
        };
        assert_eq!(figures(3_000, 1_500).bytes_per_second(), Some(2_000));
        assert_eq!(figures(3_000, 0).bytes_per_second(), None);
        assert_eq!(figures(u64::MAX, 1).bytes_per_second(), Some(u64::MAX));
    }
}
