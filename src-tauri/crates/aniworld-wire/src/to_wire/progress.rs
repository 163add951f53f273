//! Progress as messages.

use aniworld_services::progress::{Progress, ProgressEvent, ProgressStatus, ProgressType};

use super::stamp;
use crate::message::{Message, MessageData, ProgressKind, ProgressState, RoomMessage};

impl From<&Progress> for Message {
    fn from(progress: &Progress) -> Self {
        Self {
            event_type: progress.kind.event_type().to_owned(),
            data: MessageData {
                id: progress.id.clone(),
                kind: progress.kind.into(),
                status: progress.status.into(),
                title: progress.title.clone(),
                message: progress.message.clone(),
                percent: progress.percent,
                current: progress.current,
                total: progress.total,
                metadata: progress.metadata.clone(),
                started_at: stamp(progress.started_at),
                updated_at: stamp(progress.updated_at),
            },
        }
    }
}

impl From<&ProgressEvent> for RoomMessage {
    fn from(event: &ProgressEvent) -> Self {
        Self {
            room: event.room.to_owned(),
            seq: event.seq,
            message: Message::from(&*event.progress),
        }
    }
}

impl From<ProgressType> for ProgressKind {
    fn from(kind: ProgressType) -> Self {
        match kind {
            ProgressType::Download => Self::Download,
            ProgressType::Scan => Self::Scan,
            ProgressType::Queue => Self::Queue,
            ProgressType::System => Self::System,
            ProgressType::Error => Self::Error,
        }
    }
}

impl From<ProgressKind> for ProgressType {
    fn from(kind: ProgressKind) -> Self {
        match kind {
            ProgressKind::Download => Self::Download,
            ProgressKind::Scan => Self::Scan,
            ProgressKind::Queue => Self::Queue,
            ProgressKind::System => Self::System,
            ProgressKind::Error => Self::Error,
        }
    }
}

impl From<ProgressStatus> for ProgressState {
    fn from(status: ProgressStatus) -> Self {
        match status {
            ProgressStatus::Started => Self::Started,
            ProgressStatus::InProgress => Self::InProgress,
            ProgressStatus::Paused => Self::Paused,
            ProgressStatus::Waiting => Self::Waiting,
            ProgressStatus::Completed => Self::Completed,
            ProgressStatus::Failed => Self::Failed,
            ProgressStatus::Cancelled => Self::Cancelled,
        }
    }
}
