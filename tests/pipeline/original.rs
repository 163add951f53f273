//! The examples of the architecture document that this program was built to: its test, and its three data
//! flows through the real layers, from an nginx server up to the frames of a window.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aniworld_core::app::RetryPolicy;
use aniworld_services::downloads::{QueueStatus, Selection};
use aniworld_services::progress::{DOWNLOAD_QUEUE, Delivery, Progress, ProgressStatus, ProgressType};
use aniworld_services::{Aniworld, OpenOptions, ProgressService};
use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_wire::message::{MessageData, ProgressState};
use aniworld_wire::{Client, JoinRequest};
use futures_util::FutureExt;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::watch;

#[tokio::test]
async fn test_download_progress_flow() {
    // Setup
    let progress_service = ProgressService::new();
    let events_received = Arc::new(Mutex::new(Vec::new()));

    let mock_event_handler = {
        let events_received = Arc::clone(&events_received);
        move |event| {
            events_received.lock().unwrap().push(event);
            async {}
        }
    };

    progress_service.subscribe("progress_updated", mock_event_handler);

    // Execute
    progress_service
        .start_progress("test_download", ProgressType::Download, "Test")
        .await
        .unwrap();
    progress_service.settled().await;

    // Verify
    let events_received = events_received.lock().unwrap();
    assert_eq!(events_received.len(), 1);
    assert_eq!(events_received[0].event_type, "download_progress");
    assert_eq!(events_received[0].progress.id, "test_download");
}

const EPISODES: [&str; 2] = [
    "Night Trains - S01E01 - Departure.mkv",
    "Night Trains - S01E02 - Arrival.mkv",
];

/// A server with two episodes, an empty library, and everything between them and a window.
struct Stage {
    app: Aniworld,
    library: TempDir,
    window: Window,
    heard: watch::Receiver<Vec<Arc<Progress>>>,
    _server: Nginx,
    _folders: [TempDir; 2],
}

/// What the relay does for a window, without the window.
#[derive(Clone)]
struct Window(Arc<Mutex<Client>>);

impl Window {
    fn open(progress: &ProgressService) -> Self {
        let window = Self(Arc::new(Mutex::new(Client::new(1, Instant::now()))));
        let relay = window.clone();
        progress.subscribe_deliveries("progress_updated", move |delivery| {
            let mut client = relay.0.lock().unwrap();
            match delivery {
                Delivery::Event(event) => client.offer(&event),
                Delivery::Resync(_) => client.resync(),
            }
            async { Ok(()) }.boxed()
        });
        let rooms = ["downloads", "scan", "queue"].map(str::to_owned).to_vec();
        let request = JoinRequest {
            rooms,
            ..JoinRequest::default()
        };
        window.0.lock().unwrap().join(&request, &progress.snapshot());
        window
    }

    /// Everything that is due within the next second.
    fn messages(&self) -> Vec<MessageData> {
        let mut client = self.0.lock().unwrap();
        let mut now = Instant::now();
        let mut messages = Vec::new();
        while let Some(deadline) = client.next_deadline() {
            now = now.max(deadline);
            let frame = client.due(now).expect("a frame at its deadline");
            messages.extend(frame.messages.into_iter().map(|it| it.message.data));
        }
        messages
    }
}

impl Stage {
    async fn new(run_queue: bool) -> Self {
        let [data, web] = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        let folder = web.path().join("Night Trains").join("Season 01");
        std::fs::create_dir_all(&folder).unwrap();
        for (number, name) in EPISODES.iter().enumerate() {
            std::fs::write(folder.join(name), vec![u8::try_from(number).unwrap(); 300_000]).unwrap();
        }
        let server = Nginx::start(web.path(), NginxOptions::json()).unwrap();
        let library = TempDir::new().unwrap();
        let app = Aniworld::open(OpenOptions {
            data_dir: data.path().to_path_buf(),
            config_dir: data.path().to_path_buf(),
            holder: "a test".to_owned(),
            retry: RetryPolicy::default(),
            run_queue,
        })
        .await
        .unwrap();
        app.set_library(library.path().to_path_buf()).await.unwrap();
        let window = Window::open(&app.progress);
        let heard = heard_by(&app.progress);
        app.add_source(server.url(), None, None).await.unwrap();
        Self {
            app,
            library,
            window,
            heard,
            _server: server,
            _folders: [data, web],
        }
    }

    /// Waits until so many operations of a type have completed.
    async fn completed(&mut self, kind: ProgressType, count: usize) {
        let enough = |heard: &Vec<Arc<Progress>>| {
            let done = heard
                .iter()
                .filter(|it| it.kind == kind && it.status == ProgressStatus::Completed);
            done.count() >= count
        };
        let waiting = self.heard.wait_for(enough);
        let waited = tokio::time::timeout(Duration::from_mins(1), waiting).await;
        assert!(waited.is_ok(), "nothing completed");
    }

    fn heard_of(&self, id: &str) -> Vec<Arc<Progress>> {
        let heard = self.heard.borrow();
        heard.iter().filter(|it| it.id == id).cloned().collect()
    }
}

fn heard_by(progress: &ProgressService) -> watch::Receiver<Vec<Arc<Progress>>> {
    let (sender, receiver) = watch::channel(Vec::new());
    progress.subscribe("progress_updated", move |event| {
        sender.send_modify(|heard| heard.push(event.progress));
        async {}
    });
    receiver
}

#[tokio::test]
async fn example_1_episode_download() {
    let mut stage = Stage::new(true).await;
    stage.app.rescan().await.unwrap();
    let added = stage.app.downloads.add(Selection::All).await.unwrap();
    assert_eq!(added.added, 2);
    stage.completed(ProgressType::Download, 2).await;

    let heard = stage.heard_of("download_Night Trains_1_1");
    let statuses: Vec<ProgressStatus> = heard.iter().map(|it| it.status).collect();
    assert_eq!(statuses.first(), Some(&ProgressStatus::Started));
    assert!(statuses.contains(&ProgressStatus::InProgress));
    assert_eq!(statuses.last(), Some(&ProgressStatus::Completed));
    assert!(
        heard.is_sorted_by(|a, b| a.percent <= b.percent),
        "percent never falls"
    );
    assert!(heard.iter().all(|it| it.metadata.contains_key("job")));

    stage.app.progress.settled().await;
    let last = stage
        .window
        .messages()
        .into_iter()
        .rfind(|it| it.id == "download_Night Trains_1_1");
    let last = last.expect("the window heard of it");
    assert_eq!(
        (last.status, last.percent),
        (ProgressState::Completed, Some(100.0))
    );
    let file = stage
        .library
        .path()
        .join("Night Trains/Season 01")
        .join(EPISODES[0]);
    assert_eq!(std::fs::read(file).unwrap(), vec![0; 300_000]);
    stage.app.shutdown().await;
}

#[tokio::test]
async fn example_2_library_scan() {
    let stage = Stage::new(false).await;
    let folder = stage.library.path().join("Night Trains/Season 01");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(EPISODES[0]), b"here already").unwrap();
    let totals = stage.app.rescan().await.unwrap();
    assert_eq!((totals.episodes, totals.missing), (1, 1));

    stage.app.progress.settled().await;
    let heard = stage.heard_of("library_scan");
    let statuses: Vec<ProgressStatus> = heard.iter().map(|it| it.status).collect();
    assert_eq!(statuses.first(), Some(&ProgressStatus::Started));
    assert_eq!(statuses.last(), Some(&ProgressStatus::Completed));
    let last = stage
        .window
        .messages()
        .into_iter()
        .rfind(|it| it.id == "library_scan");
    let last = last.expect("the window heard of it");
    assert_eq!(last.status, ProgressState::Completed);
    assert_eq!(last.metadata["totals"]["missing"], json!(1));
    stage.app.shutdown().await;
}

#[tokio::test]
async fn example_3_queue_management() {
    let stage = Stage::new(false).await;
    stage.app.rescan().await.unwrap();
    stage.app.downloads.add(Selection::All).await.unwrap();
    stage.app.progress.settled().await;

    let heard = stage.heard_of(DOWNLOAD_QUEUE);
    let added = heard.last().expect("the queue said something");
    assert_eq!(added.message, "Added 2 items to queue");
    assert_eq!(added.metadata["action"], json!("items_added"));
    let expected = QueueStatus {
        pending: 2,
        ..QueueStatus::default()
    };
    assert_eq!(added.metadata["queue_status"], json!(expected));
    let message = stage
        .window
        .messages()
        .into_iter()
        .rfind(|it| it.id == DOWNLOAD_QUEUE);
    assert_eq!(
        message.map(|it| it.message).as_deref(),
        Some("Added 2 items to queue")
    );
    stage.app.shutdown().await;
}
