//! What a download says while it runs: transfer events as `download_status`, in a fixed order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aniworld_transfer::{Observer, TransferError, TransferEvent, TransferPhase};

use super::{DownloadFailure, Downloaded, SeriesApp};
use crate::events::{DownloadPhase, DownloadStatus, EpisodeLabel, SeriesEvent, WaitReason};

/// Fires the events of one download: `Started` first and once, whatever happens; then how it goes; and
/// one ending. Only an interruption by the end of the program has no ending.
pub(super) struct Reporter<'a> {
    app: &'a SeriesApp,
    label: Arc<EpisodeLabel>,
    /// The size that the source promised.
    total: Option<u64>,
    /// Whether it goes on after a pause.
    resumes: bool,
    begun: AtomicBool,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(
        app: &'a SeriesApp,
        label: Arc<EpisodeLabel>,
        total: Option<u64>,
        resumes: bool,
    ) -> Self {
        Self {
            app,
            label,
            total,
            resumes,
            begun: AtomicBool::new(false),
        }
    }

    /// The end of the download.
    pub(super) fn end(&self, outcome: &Result<Downloaded, DownloadFailure>) {
        let status = match outcome {
            Ok(done) => DownloadStatus::Completed {
                bytes: done.bytes,
                took: done.took,
                skipped_existing: done.skipped_existing,
            },
            Err(DownloadFailure::Transfer(TransferError::Paused)) => DownloadStatus::Paused,
            Err(DownloadFailure::Transfer(TransferError::Cancelled)) => DownloadStatus::Cancelled,
            Err(DownloadFailure::Transfer(TransferError::Interrupted)) => return,
            Err(failure) => DownloadStatus::Failed(failure.clone()),
        };
        self.tell(status);
    }

    fn begin(&self, resumed_from: u64, total: Option<u64>) -> bool {
        let first = !self.begun.swap(true, Ordering::Relaxed);
        if first {
            self.emit(DownloadStatus::Started { resumed_from, total });
            if self.resumes {
                self.emit(DownloadStatus::Resumed);
            }
        }
        first
    }

    fn tell(&self, status: DownloadStatus) {
        self.begin(0, self.total);
        self.emit(status);
    }

    fn emit(&self, status: DownloadStatus) {
        self.app.emit(SeriesEvent::Download {
            label: Arc::clone(&self.label),
            status,
        });
    }
}

impl Observer for Reporter<'_> {
    fn event(&self, event: TransferEvent) {
        match event {
            TransferEvent::Started { resumed_from, total } => {
                // a later attempt is no new start, but may have to begin before where it was
                if !self.begin(resumed_from, total) {
                    self.emit(DownloadStatus::Progress {
                        bytes: resumed_from,
                        total,
                        limit: None,
                    });
                }
            }
            TransferEvent::Progress { bytes, total, limit } => {
                self.tell(DownloadStatus::Progress { bytes, total, limit });
            }
            TransferEvent::Phase(phase) => self.tell(DownloadStatus::Phase(match phase {
                TransferPhase::Verifying => DownloadPhase::Verifying,
                TransferPhase::Processing => DownloadPhase::Processing,
                TransferPhase::Moving => DownloadPhase::Moving,
            })),
            // a phase has no numbers of its own here
            TransferEvent::Processed { .. } => {}
            // the answer comes before the start, which knows how much was there already
            TransferEvent::Noted(note) => self.emit(DownloadStatus::Noted(note)),
            TransferEvent::Waiting { until, tries, cause } => self.tell(DownloadStatus::Waiting {
                reason: wait_reason(&cause),
                until,
                tries,
                cause: cause.into(),
            }),
        }
    }
}

fn wait_reason(cause: &TransferError) -> WaitReason {
    match cause {
        TransferError::HttpStatus {
            retry_after: Some(_), ..
        } => WaitReason::ServerBusy,
        _ => WaitReason::Retry,
    }
}
