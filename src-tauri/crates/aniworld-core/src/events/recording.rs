//! A sink that remembers what it was told. For tests.

use std::sync::{Mutex, PoisonError};

use super::{DownloadStatus, ScanStatus, SeriesEvent, SeriesEventSink};

/// Remembers every event in order.
#[derive(Debug, Default)]
pub struct RecordingSink {
    events: Mutex<Vec<SeriesEvent>>,
}

impl RecordingSink {
    /// Everything so far.
    pub fn events(&self) -> Vec<SeriesEvent> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The scan events so far.
    pub fn scans(&self) -> Vec<ScanStatus> {
        let scans = self.events().into_iter().filter_map(|event| match event {
            SeriesEvent::Scan(status) => Some(status),
            SeriesEvent::Download { .. } => None,
        });
        scans.collect()
    }

    /// The download events so far, of all episodes, without what was only noted.
    pub fn downloads(&self) -> Vec<DownloadStatus> {
        let downloads = self.events().into_iter().filter_map(|event| match event {
            SeriesEvent::Download {
                status: DownloadStatus::Noted(_),
                ..
            }
            | SeriesEvent::Scan(_) => None,
            SeriesEvent::Download { status, .. } => Some(status),
        });
        downloads.collect()
    }
}

impl SeriesEventSink for RecordingSink {
    fn emit(&self, event: SeriesEvent) {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event);
    }
}
