//! What the program is busy with, in a few figures read from progress. Pure.

use aniworld_services::ProgressService;
use aniworld_services::progress::{DOWNLOAD_QUEUE, LIBRARY_SCAN, Progress, SYSTEM_APP, keys};
use serde_json::Value;

use super::menu::{percent_text, whole};
use crate::app::Language;

/// What tray, title and taskbar say something about.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Facts {
    /// "Pause all" is in force.
    pub paused: bool,
    /// A scan runs.
    pub scanning: bool,
    /// Downloads that run or wait for something.
    pub active: u64,
    /// Downloads that have not begun.
    pub pending: u64,
    /// Downloads that failed.
    pub failed: u64,
    /// Items done, of how many, in the current run of the queue.
    pub done: Option<(u64, u64)>,
    /// Of the current run of the queue, 0 to 100.
    pub percent: Option<f64>,
    /// Bytes per second of all downloads.
    pub speed: u64,
}

impl Facts {
    /// What a service knows now.
    pub fn of(progress: &ProgressService) -> Self {
        let mut facts = Self::default();
        // the figures of the program come last: they are what every other surface shows
        for operation in [DOWNLOAD_QUEUE, LIBRARY_SCAN, SYSTEM_APP]
            .into_iter()
            .filter_map(|id| progress.get(id))
        {
            facts.take(&operation);
        }
        facts
    }

    /// Takes one operation in; those that matter here are the queue, the scan and their sum.
    fn take(&mut self, progress: &Progress) {
        match progress.id.as_str() {
            LIBRARY_SCAN => self.scanning = !progress.status.is_terminal(),
            DOWNLOAD_QUEUE => self.take_queue(progress),
            SYSTEM_APP if self.active > 0 => {
                self.percent = progress.percent;
                self.speed = speed(progress);
            }
            _ => {}
        }
    }

    fn take_queue(&mut self, queue: &Progress) {
        let count = |name: &str| {
            let counts = queue.metadata.get(keys::QUEUE_STATUS);
            counts
                .and_then(|counts| counts.get(name))
                .and_then(Value::as_u64)
                .unwrap_or(0)
        };
        *self = Self {
            // its status says what runs: the last downloads may still be stopping
            paused: queue
                .metadata
                .get("paused")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            scanning: self.scanning,
            active: count("active"),
            pending: count("pending"),
            failed: count("failed"),
            done: queue.total.map(|total| (queue.current, total)),
            percent: queue.percent,
            speed: speed(queue),
        };
    }

    /// The whole percentage for title and taskbar; `None` while nothing is downloaded.
    pub fn percent_to_show(&self) -> Option<u64> {
        let is_downloading = self.active > 0 && !self.paused;
        let percent = self.percent.filter(|_| is_downloading)?;
        whole(percent).parse().ok()
    }

    /// What the window, which is called `name`, says in its title and on the taskbar.
    pub fn heading(&self, name: &str, language: Language) -> Heading {
        let percent = self.percent_to_show();
        let title = match percent {
            Some(percent) => format!("{} – {name}", percent_text(&percent.to_string(), language)),
            None => name.to_owned(),
        };
        Heading { title, percent }
    }
}

/// The title of the window and its progress on the taskbar. Differs from the last one with each whole percent only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// The percentage, 0 to 100; `None` while nothing is downloaded.
    pub percent: Option<u64>,
}

fn speed(progress: &Progress) -> u64 {
    let speed = progress.metadata.get(keys::SPEED);
    speed.and_then(Value::as_u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aniworld_services::progress::{
        Action, Board, Clock, ManualClock, ProgressStatus, ProgressType, ProgressUpdate,
    };

    use super::*;

    #[test]
    fn the_title_begins_with_the_percentage_of_what_runs() {
        let title = |facts: Facts| facts.heading("Aniworld", Language::En).title;
        let running = Facts {
            active: 1,
            percent: Some(99.97),
            ..Facts::default()
        };
        assert_eq!(title(running), "99% – Aniworld");
        assert_eq!(
            running.heading("Aniworld", Language::De).title,
            "99\u{a0}% – Aniworld",
            "as the page writes it"
        );
        for quiet in [
            Facts { active: 0, ..running },
            Facts {
                paused: true,
                ..running
            },
            Facts {
                percent: None,
                ..running
            },
        ] {
            assert_eq!(title(quiet), "Aniworld", "{quiet:?}");
            assert_eq!(quiet.percent_to_show(), None);
        }
    }

    /// A queue whose figures are older than those of the program.
    fn board() -> (Board, ManualClock) {
        let (mut board, clock) = (Board::new(), ManualClock::new());
        let start = |id: &str, kind, total| {
            let (title, message) = (String::new(), String::new());
            let action = Action::Start {
                kind,
                title,
                message,
                current: 0,
                total,
            };
            ProgressUpdate::new(id, action)
        };
        let queue = start(DOWNLOAD_QUEUE, ProgressType::Queue, Some(1))
            .with(keys::QUEUE_STATUS, serde_json::json!({ "active": 1 }));
        let download = start("download_a_1_1", ProgressType::Download, Some(100)).with(keys::JOB, 1);
        for update in [queue, download] {
            board.apply(update, clock.now()).unwrap();
        }
        (board, clock)
    }

    #[test]
    fn percent_and_speed_are_those_of_the_program_while_something_is_downloaded() {
        let (mut board, clock) = board();
        let advance = Action::Advance {
            current: 45,
            total: Some(100),
            message: None,
        };
        let update = ProgressUpdate::new("download_a_1_1", advance);
        board.apply(update, clock.now()).unwrap();
        board.tick(clock.now());
        let app = Arc::clone(board.get(SYSTEM_APP).unwrap());
        assert_eq!(
            (app.status, app.percent),
            (ProgressStatus::InProgress, Some(45.0))
        );
        let queue = Arc::clone(board.get(DOWNLOAD_QUEUE).unwrap());
        let mut facts = Facts::default();
        facts.take(&queue);
        let of_the_queue = facts;
        facts.take(&app);
        assert_eq!(facts, of_the_queue, "one figure for one thing");
        let mut quiet = Facts {
            active: 0,
            ..Facts::default()
        };
        quiet.take(&app);
        assert_eq!(quiet, Facts::default(), "a scan alone has no place in the title");
    }
}
