//! The local socket between two programs, over a real socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use aniworld_services::ProgressService;
use aniworld_services::progress::{Action, ProgressType, ProgressUpdate};
use aniworld_wire::Message;
use aniworld_wire::message::ProgressState;
use aniworld_wire::socket::{self, SocketError, SocketServer, Watch};
use tempfile::TempDir;
use tokio::sync::Notify;

/// A data folder with a server for it.
struct Running {
    folder: TempDir,
    progress: ProgressService,
    server: SocketServer,
    shown: Arc<Notify>,
}

impl Running {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let progress = ProgressService::new();
        let shown = Arc::new(Notify::new());
        let wake = Arc::clone(&shown);
        let server = SocketServer::start(folder.path(), progress.clone(), move || wake.notify_one()).unwrap();
        Self {
            folder,
            progress,
            server,
            shown,
        }
    }

    fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    fn apply(&self, action: Action) {
        let update = ProgressUpdate {
            id: "download_naruto_1_1".into(),
            action,
            metadata: BTreeMap::default(),
            force_broadcast: false,
        };
        self.progress.apply(update).unwrap();
    }

    fn begin(&self) {
        self.apply(Action::Start {
            kind: ProgressType::Download,
            title: "Downloading Naruto".into(),
            message: "S01E01".into(),
            current: 0,
            total: Some(100),
        });
    }
}

async fn next(watch: &mut Watch) -> Message {
    watch.next().await.unwrap().expect("a message, not the end")
}

#[tokio::test]
async fn a_watcher_hears_what_is_known_and_what_follows_up_to_the_end() {
    let running = Running::start();
    running.begin();

    let mut watch = socket::watch(running.data_dir()).await.unwrap();
    let known = next(&mut watch).await;
    assert_eq!(known.event_type, "download_progress");
    assert_eq!(
        (known.data.id.as_str(), known.data.status),
        ("download_naruto_1_1", ProgressState::Started)
    );

    running.apply(Action::Advance {
        current: 45,
        total: Some(100),
        message: None,
    });
    let live = next(&mut watch).await;
    assert_eq!((live.data.current, live.data.percent), (45, Some(45.0)));

    running.apply(Action::Complete {
        message: "S01E01".into(),
    });
    assert_eq!(next(&mut watch).await.data.status, ProgressState::Completed);

    running.server.stop().await;
    assert_eq!(
        watch.next().await,
        Ok(None),
        "the end of the program is the end of the messages"
    );
}

#[tokio::test]
async fn two_watchers_hear_the_same() {
    let running = Running::start();
    running.begin();
    let mut first = socket::watch(running.data_dir()).await.unwrap();
    let mut second = socket::watch(running.data_dir()).await.unwrap();
    assert_eq!(next(&mut first).await, next(&mut second).await);

    drop(first);
    running.apply(Action::Cancel {
        message: "given up".into(),
    });
    assert_eq!(next(&mut second).await.data.status, ProgressState::Cancelled);
}

#[tokio::test]
async fn a_second_program_can_ask_for_the_window() {
    let running = Running::start();
    socket::request_show(running.data_dir()).await.unwrap();
    running.shown.notified().await;
}

#[tokio::test]
async fn a_program_that_listens_only_later_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let shown = Arc::new(Notify::new());
    let wake = Arc::clone(&shown);
    // the first future has asked in vain before the second one is looked at
    let (asked, server) = tokio::join!(socket::request_show_of_starting(folder.path()), async {
        SocketServer::start(folder.path(), ProgressService::new(), move || wake.notify_one())
    });
    assert_eq!(asked, Ok(()));
    shown.notified().await;
    server.unwrap().stop().await;
}

#[tokio::test]
async fn without_a_running_program_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = socket::watch(folder.path()).await.map(drop);
    assert_eq!(
        outcome,
        Err(SocketError::NotRunning {
            data_dir: folder.path().to_path_buf()
        })
    );
}

#[tokio::test]
async fn after_a_stop_nobody_is_running_and_a_new_start_works() {
    let running = Running::start();
    let Running {
        folder,
        progress,
        server,
        ..
    } = running;
    server.stop().await;
    let outcome = socket::request_show(folder.path()).await;
    assert!(
        matches!(outcome, Err(SocketError::NotRunning { .. })),
        "{outcome:?}"
    );

    let _again = SocketServer::start(folder.path(), progress, || {}).unwrap();
    socket::request_show(folder.path()).await.unwrap();
}

#[tokio::test]
async fn the_seventeenth_client_is_told_to_come_later() {
    let running = Running::start();
    running.begin();
    let mut clients = Vec::new();
    for _ in 0..16 {
        let mut watch = socket::watch(running.data_dir()).await.unwrap();
        next(&mut watch).await;
        clients.push(watch);
    }
    let outcome = socket::watch(running.data_dir()).await.map(drop);
    assert!(matches!(outcome, Err(SocketError::Refused(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_second_program_is_told_what_only_the_first_can_count() {
    let running = Running::start();
    running.begin();
    running.apply(Action::Complete {
        message: "S01E01".into(),
    });
    let late = ProgressUpdate::new(
        "download_naruto_1_1",
        Action::Cancel {
            message: "S01E01".into(),
        },
    );
    running.progress.apply(late).unwrap_err();
    let counted = socket::counts(running.data_dir()).await.unwrap();
    assert_eq!((counted.active_operations, counted.late_updates), (0, 1));
    assert_eq!(
        (counted.detached_subscribers, counted.resyncs),
        (Some(0), Some(0))
    );
    assert_eq!(
        counted.subscribers,
        Some(running.progress.listeners().subscribers)
    );
    running.begin();
    let counted = socket::counts(running.data_dir()).await.unwrap();
    assert_eq!(counted.active_operations, 1);

    let nowhere = tempfile::tempdir().unwrap();
    let refused = socket::counts(nowhere.path()).await.unwrap_err();
    assert!(matches!(refused, SocketError::NotRunning { .. }));
}
