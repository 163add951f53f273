//! The spans as a listener of `tracing` gets them.

mod listener;

use std::collections::BTreeSet;

use proptest::prelude::*;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;

use self::listener::Listener;
use super::spans::Spans;
use super::{TARGET, Tracer};
use crate::ProgressService;
use crate::progress::{
    Action, Board, Clock, Delivery, LIBRARY_SCAN, ManualClock, Metadata, ProgressStatus, ProgressType,
    ProgressUpdate, keys,
};

const ID: &str = "download_Night Trains_1_2";

fn start(id: &str) -> ProgressUpdate {
    let kind = ProgressType::Download;
    let (title, message) = ("Downloading Night Trains".to_owned(), "S01E02".to_owned());
    let start = Action::Start {
        kind,
        title,
        message,
        current: 0,
        total: Some(4_000),
    };
    ProgressUpdate::new(id, start)
        .with(keys::SERIE_FOLDER, "Night Trains")
        .with(keys::SERIES, "Night Trains")
        .with(keys::SEASON, 1)
        .with(keys::EPISODE, "2")
}

fn advance(id: &str, current: u64) -> ProgressUpdate {
    let advance = Action::Advance {
        current,
        total: Some(4_000),
        message: None,
    };
    ProgressUpdate::new(id, advance).with(keys::PHASE, keys::PHASE_DOWNLOADING)
}

fn state(id: &str, status: ProgressStatus) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::State {
            status,
            message: None,
        },
    )
}

fn complete(id: &str) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Complete {
            message: "S01E02".to_owned(),
        },
    )
}

fn fail(id: &str) -> ProgressUpdate {
    let message = "the folder /home/somebody/Videos cannot be written: https://user:word@host/".to_owned();
    ProgressUpdate::new(id, Action::Fail { message }).with(keys::ERROR_CODE, "read_only")
}

/// A board and the spans of what happens on it, without a service between them.
struct Stage {
    board: Board,
    clock: ManualClock,
    spans: Spans,
}

impl Stage {
    fn new() -> Self {
        let (board, clock, spans) = (Board::new(), ManualClock::new(), Spans::default());
        Self { board, clock, spans }
    }

    fn apply(&mut self, update: ProgressUpdate, is_heard: bool) {
        // an update that is refused changes nothing
        if let Ok(applied) = self.board.apply(update, self.clock.now())
            && is_heard
        {
            self.spans.take(Delivery::Event(applied.event));
        }
    }

    fn overflow(&mut self) {
        self.spans.take(Delivery::Resync(self.board.snapshot()));
    }

    fn active(&self) -> Vec<String> {
        let ids: BTreeSet<String> = self.board.active().iter().map(|it| it.id.clone()).collect();
        ids.into_iter().collect()
    }
}

#[tokio::test]
async fn a_download_is_one_span_for_each_attempt() {
    let listener = Listener::default();
    let filter = EnvFilter::new("aniworld::progress=info");
    let subscriber = tracing_subscriber::registry().with(filter).with(listener.clone());
    let _scope = tracing::subscriber::set_default(subscriber);
    let clock = ManualClock::new();
    let progress = ProgressService::with_clock(std::sync::Arc::new(clock.clone()));
    let tracer = Tracer::start(&progress).expect("somebody listens");
    let waiting = state(ID, ProgressStatus::Waiting)
        .with(keys::REASON, "retry")
        .with(keys::ERROR_CODE, "connect");
    for update in [
        start(ID),
        advance(ID, 0),
        // samples write nothing
        advance(ID, 1_000),
        advance(ID, 2_000),
        state(ID, ProgressStatus::Paused),
        state(ID, ProgressStatus::InProgress).with(keys::PHASE, keys::PHASE_DOWNLOADING),
        waiting,
        advance(ID, 2_500),
        fail(ID),
        start(ID),
        advance(ID, 4_000),
        complete(ID),
    ] {
        progress.apply(update).unwrap();
        clock.advance(std::time::Duration::from_millis(500));
        progress.settled().await;
    }
    insta::assert_snapshot!(listener.story());
    assert_eq!(listener.open(), Vec::<String>::new());
    drop(tracer);
}

#[tokio::test]
async fn spans_that_are_open_close_with_the_tracer_and_nobody_writes_without_a_listener() {
    let listener = Listener::default();
    let progress = ProgressService::new();
    progress.apply(start(ID)).unwrap();
    let deaf = tracing_subscriber::registry()
        .with(EnvFilter::new("warn"))
        .with(listener.clone());
    {
        let _scope = tracing::subscriber::set_default(deaf);
        assert!(Tracer::start(&progress).is_none());
    }
    let hearing = tracing_subscriber::registry().with(listener.clone());
    let _scope = tracing::subscriber::set_default(hearing);
    let tracer = Tracer::start(&progress).unwrap();
    assert_eq!(listener.open(), [ID], "what began before is there as well");
    drop(tracer);
    // the task of the subscriber ends, and with it what it held
    while !listener.open().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn an_overflow_leaves_no_span_behind() {
    let listener = Listener::default();
    let subscriber = tracing_subscriber::registry().with(listener.clone());
    tracing::subscriber::with_default(subscriber, || {
        let mut stage = Stage::new();
        for id in ["ended", "again", "stays"] {
            stage.apply(start(id), true);
        }
        for update in [
            complete("ended"),
            fail("again"),
            start("again"),
            start("new"),
            start("short"),
        ] {
            stage.apply(update, false);
        }
        stage.apply(complete("short"), false);
        stage.overflow();
        assert_eq!(listener.open(), ["again", "new", "stays"]);
        assert_eq!(listener.open(), stage.active());
        let story = listener.story();
        assert_eq!(
            story.matches("outcome=completed").count(),
            1,
            "the end is told late: {story}"
        );
        assert!(story.contains("id=again kind=download attempt=2"), "{story}");
    });
}

#[test]
fn sums_over_other_operations_have_no_span() {
    let listener = Listener::default();
    let subscriber = tracing_subscriber::registry().with(listener.clone());
    tracing::subscriber::with_default(subscriber, || {
        let mut stage = Stage::new();
        stage.apply(start("season").with(keys::SCOPE, "season"), true);
        let message = String::new();
        let scan = Action::Start {
            kind: ProgressType::Scan,
            title: message.clone(),
            message,
            current: 0,
            total: None,
        };
        stage.apply(ProgressUpdate::new(LIBRARY_SCAN, scan), true);
        assert_eq!(listener.open(), [LIBRARY_SCAN]);
    });
    assert!(TARGET.starts_with("aniworld::"));
}

/// Something that happens to one of a few operations.
fn step() -> impl Strategy<Value = (ProgressUpdate, bool, bool)> {
    let id = (0..4_u8).prop_map(|number| format!("op{number}"));
    let update = (id, 0..8_u8).prop_map(|(id, what)| match what {
        0 | 1 => start(&id),
        2 => advance(&id, 10),
        3 => state(&id, ProgressStatus::Paused),
        4 => state(&id, ProgressStatus::Waiting).with(keys::REASON, "retry"),
        5 => complete(&id),
        6 => fail(&id),
        _ => ProgressUpdate {
            id,
            action: Action::Cancel {
                message: String::new(),
            },
            metadata: Metadata::new(),
            force_broadcast: true,
        },
    });
    (update, prop::bool::weighted(0.8), prop::bool::weighted(0.1))
}

proptest! {
    #[test]
    fn the_open_spans_are_the_active_attempts(steps in prop::collection::vec(step(), 0..80)) {
        let listener = Listener::default();
        let subscriber = tracing_subscriber::registry().with(listener.clone());
        tracing::subscriber::with_default(subscriber, || {
            let mut stage = Stage::new();
            let mut missed = false;
            for (update, is_heard, overflows) in steps {
                missed |= !is_heard;
                stage.apply(update, is_heard);
                // whatever was missed, the mailbox says so by a snapshot
                if overflows {
                    stage.overflow();
                    missed = false;
                }
                if !missed {
                    assert_eq!(listener.open(), stage.active());
                    assert_eq!(stage.spans.ids(), stage.active());
                }
            }
            stage.overflow();
            assert_eq!(listener.open(), stage.active());
            drop(stage);
            assert_eq!(listener.open(), Vec::<String>::new());
        });
    }
}
