//! What the program is busy with, in a few figures read from progress. Pure.

use aniworld_services::ProgressService;
use aniworld_services::progress::{DOWNLOAD_QUEUE, LIBRARY_SCAN, Progress, keys};
use serde_json::Value;

use super::menu::whole;

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
        for operation in [DOWNLOAD_QUEUE, LIBRARY_SCAN]
            .into_iter()
            .filter_map(|id| progress.get(id))
        {
            facts.take(&operation);
        }
        facts
    }

    /// Takes one operation in; those that matter here are the queue and the scan.
    fn take(&mut self, progress: &Progress) {
        match progress.id.as_str() {
            LIBRARY_SCAN => self.scanning = !progress.status.is_terminal(),
            DOWNLOAD_QUEUE => self.take_queue(progress),
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
            speed: queue
                .metadata
                .get(keys::SPEED)
                .and_then(Value::as_u64)
                .unwrap_or(0),
        };
    }

    /// The whole percentage for title and taskbar; `None` while nothing is downloaded.
    pub fn percent_to_show(&self) -> Option<u64> {
        let is_downloading = self.active > 0 && !self.paused;
        let percent = self.percent.filter(|_| is_downloading)?;
        whole(percent).parse().ok()
    }

    /// The title of the window, which is called `name`.
    pub fn title(&self, name: &str) -> String {
        match self.percent_to_show() {
            Some(percent) => format!("{percent} % – {name}"),
            None => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Facts;

    #[test]
    fn the_title_begins_with_the_percentage_of_what_runs() {
        let title = |facts: Facts| facts.title("Aniworld");
        let running = Facts {
            active: 1,
            percent: Some(99.97),
            ..Facts::default()
        };
        assert_eq!(title(running), "99 % – Aniworld");
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
}
