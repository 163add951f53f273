//! Random runs through the real service with a clock that is told: a crowd of subscribers that fail, sleep,
//! leave and come back ([`crowd`]), and the same run again from its log ([`replay`]).

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod crowd;
mod replay;
mod view;

use aniworld_services::progress::{Action, DOWNLOAD_QUEUE, ProgressStatus, ProgressType, ProgressUpdate};
use proptest::prelude::*;

/// How many operations take part; the first is the queue.
const OPERATIONS: usize = 50;

/// What happens to an operation.
#[derive(Debug, Clone)]
enum Deed {
    Start(Option<u64>),
    Advance(u64, Option<u64>),
    State(ProgressStatus),
    Phase(&'static str),
    Force(u64),
    End(u8),
}

fn deed() -> impl Strategy<Value = Deed> {
    let total = || prop_oneof![Just(None), (0..2_000_u64).prop_map(Some), Just(Some(1_000))];
    let status = prop_oneof![
        Just(ProgressStatus::InProgress),
        Just(ProgressStatus::Paused),
        Just(ProgressStatus::Waiting)
    ];
    let phase = prop_oneof![Just("downloading"), Just("verifying"), Just("moving")];
    prop_oneof![
        8 => total().prop_map(Deed::Start),
        6 => (0..2_500_u64, total()).prop_map(|(current, total)| Deed::Advance(current, total)),
        2 => status.prop_map(Deed::State),
        1 => phase.prop_map(Deed::Phase),
        1 => (0..2_500_u64).prop_map(Deed::Force),
        1 => (0..3_u8).prop_map(Deed::End),
    ]
}

fn id(operation: usize) -> String {
    if operation == 0 {
        DOWNLOAD_QUEUE.to_owned()
    } else {
        format!("operation_{operation}")
    }
}

fn kind(operation: usize) -> ProgressType {
    match operation {
        0 => ProgressType::Queue,
        _ if operation.is_multiple_of(5) => ProgressType::Scan,
        _ => ProgressType::Download,
    }
}

impl Deed {
    fn on(&self, operation: usize) -> ProgressUpdate {
        let message = String::new();
        let state = |status| Action::State {
            status,
            message: None,
        };
        let advance = |current, total| Action::Advance {
            current,
            total,
            message: None,
        };
        let action = match *self {
            Self::Start(total) => Action::Start {
                kind: kind(operation),
                title: format!("Operation {operation}"),
                message,
                current: 0,
                total,
            },
            Self::Advance(current, total) => advance(current, total),
            Self::Force(current) => advance(current, Some(2_500)),
            Self::State(status) => state(status),
            Self::Phase(_) => state(ProgressStatus::InProgress),
            Self::End(0) => Action::Complete { message },
            Self::End(1) => Action::Fail { message },
            Self::End(_) => Action::Cancel { message },
        };
        let update = ProgressUpdate::new(id(operation), action);
        match *self {
            Self::Start(_) if kind(operation) == ProgressType::Download => update
                .with("job", operation)
                .with("serie_folder", format!("Series {}", operation % 3)),
            Self::Phase(phase) => update.with("phase", phase),
            Self::Force(_) => update.forced(),
            _ => update,
        }
    }
}
