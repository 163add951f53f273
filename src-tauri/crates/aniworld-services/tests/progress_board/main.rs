//! The rules of the board: each by an example, and all of them under random updates.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod app;
mod examples;
mod properties;
mod scopes;

use std::time::Duration;

use aniworld_services::progress::{
    Action, Applied, Board, Clock, ManualClock, Progress, ProgressError, ProgressStatus, ProgressType,
    ProgressUpdate,
};
use serde_json::Value;

/// A board with a clock, and short words for its updates.
#[derive(Default)]
struct Desk {
    board: Board,
    clock: ManualClock,
}

impl Desk {
    fn apply(&mut self, update: ProgressUpdate) -> Result<Applied, ProgressError> {
        self.board.apply(update, self.clock.now())
    }

    fn start(&mut self, id: &str, kind: ProgressType, total: Option<u64>) -> Applied {
        self.apply(start(id, kind, total)).unwrap()
    }

    fn advance(&mut self, id: &str, current: u64, total: Option<u64>) -> Applied {
        self.apply(advance(id, current, total)).unwrap()
    }

    fn state(&mut self, id: &str, status: ProgressStatus, metadata: Value) -> Applied {
        let mut update = ProgressUpdate::new(
            id,
            Action::State {
                status,
                message: None,
            },
        );
        update.metadata = serde_json::from_value(metadata).unwrap();
        self.apply(update).unwrap()
    }

    fn wait(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    fn get(&self, id: &str) -> &Progress {
        self.board.get(id).unwrap()
    }
}

fn start(id: &str, kind: ProgressType, total: Option<u64>) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Start {
            kind,
            title: "Downloading Naruto".to_owned(),
            message: "S01E01".to_owned(),
            current: 0,
            total,
        },
    )
}

fn advance(id: &str, current: u64, total: Option<u64>) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Advance {
            current,
            total,
            message: None,
        },
    )
}

fn complete(id: &str) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Complete {
            message: "done".to_owned(),
        },
    )
}
