//! What the transfer engine reports, as progress: `get` has no `SeriesApp` that would do it.

use aniworld_services::ProgressService;
use aniworld_services::progress::{Action, Metadata, ProgressStatus, ProgressType, ProgressUpdate, keys};
use aniworld_transfer::{FetchRequest, Fetched, Observer, TransferError, TransferEvent, TransferPhase};

const PROCESSING: &str = "processing";

/// Tells the service about one file.
#[derive(Debug)]
pub(super) struct Reporter {
    progress: ProgressService,
    id: String,
}

impl Reporter {
    /// Begins the operation of a file.
    pub(super) fn start(progress: &ProgressService, request: &FetchRequest) -> Self {
        let reporter = Self {
            progress: progress.clone(),
            id: format!("get_{}", request.target.display()),
        };
        let name = request.target.file_name().unwrap_or(request.target.as_os_str());
        reporter.tell(Action::Start {
            kind: ProgressType::Download,
            title: name.to_string_lossy().into_owned(),
            message: String::new(),
            current: 0,
            total: request.expected_bytes,
        });
        reporter
    }

    /// Ends it.
    pub(super) fn end(&self, outcome: &Result<Fetched, TransferError>) {
        self.tell(match outcome {
            Ok(_) => Action::Complete {
                message: String::new(),
            },
            Err(TransferError::Interrupted | TransferError::Cancelled | TransferError::Paused) => {
                Action::Cancel {
                    message: "interrupted".into(),
                }
            }
            Err(error) => Action::Fail {
                message: error.to_string(),
            },
        });
    }

    fn tell(&self, action: Action) {
        self.tell_with(action, Metadata::new());
    }

    fn tell_with(&self, action: Action, metadata: Metadata) {
        let mut update = ProgressUpdate::new(&self.id, action);
        update.metadata = metadata;
        // two files with one target are refused by the engine; the second has no progress of its own
        if let Err(error) = self.progress.apply(update) {
            tracing::debug!(%error, "progress was not taken");
        }
    }

    fn phase(&self, phase: &str, message: Option<String>) {
        let action = Action::State {
            status: ProgressStatus::InProgress,
            message,
        };
        self.tell_with(action, Metadata::from([(keys::PHASE.to_owned(), phase.into())]));
    }
}

impl Observer for Reporter {
    fn event(&self, event: TransferEvent) {
        match event {
            TransferEvent::Started {
                resumed_from: bytes,
                total,
            }
            | TransferEvent::Progress { bytes, total, .. } => {
                self.tell(Action::Advance {
                    current: bytes,
                    total,
                    message: None,
                });
            }
            // a bar has no room for the whole story
            TransferEvent::Noted(_) => {}
            TransferEvent::Phase(TransferPhase::Verifying) => self.phase("verifying", None),
            TransferEvent::Phase(TransferPhase::Processing) => self.phase(PROCESSING, None),
            TransferEvent::Processed { percent } => self.phase(PROCESSING, Some(format!("{percent} %"))),
            TransferEvent::Phase(TransferPhase::Moving) => self.phase("moving", None),
            TransferEvent::Waiting { cause, .. } => {
                let message = Some(cause.to_string());
                self.tell(Action::State {
                    status: ProgressStatus::Waiting,
                    message,
                });
            }
        }
    }
}
