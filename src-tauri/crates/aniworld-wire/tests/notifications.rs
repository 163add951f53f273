//! Notifications of services that run: handed over, held back by the setting, and those of whoever is followed.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::path::Path;
use std::sync::Arc;

use aniworld_core::app::RetryPolicy;
use aniworld_services::progress::{
    Action, DOWNLOAD_QUEUE, ProgressStatus, ProgressType, ProgressUpdate, download_id, keys,
};
use aniworld_services::settings::SettingsPatch;
use aniworld_services::{Aniworld, OpenOptions};
use aniworld_wire::Attention;
use aniworld_wire::app::Language;
use aniworld_wire::notification::{self, Words};
use tokio::sync::{mpsc, watch};

/// Services, and the words of what they made somebody show.
struct Stage {
    current: watch::Sender<Arc<Aniworld>>,
    attention: watch::Sender<Attention>,
    shown: mpsc::UnboundedReceiver<Words>,
}

async fn open(folder: &Path) -> Arc<Aniworld> {
    let options = OpenOptions {
        data_dir: folder.to_owned(),
        config_dir: folder.to_owned(),
        holder: "a test".to_owned(),
        retry: RetryPolicy::default(),
        run_queue: false,
    };
    Arc::new(Aniworld::open(options).await.unwrap())
}

impl Stage {
    fn follow(services: Arc<Aniworld>) -> Self {
        let current = watch::Sender::new(services);
        let attention = watch::Sender::new(Attention::Hidden);
        let (sender, shown) = mpsc::unbounded_channel();
        tokio::spawn(notification::keep(
            current.subscribe(),
            attention.subscribe(),
            || Language::En,
            move |words| sender.send(words).unwrap(),
        ));
        Self {
            current,
            attention,
            shown,
        }
    }

    /// The download of one episode of a series, after which the queue has nothing left to do.
    async fn downloads(services: &Aniworld, series: &str) {
        let id = download_id(series, 1, &1, 1);
        let message = String::new();
        let start = Action::Start {
            kind: ProgressType::Download,
            title: message.clone(),
            message: message.clone(),
            current: 0,
            total: None,
        };
        let done = Action::State {
            status: ProgressStatus::Waiting,
            message: None,
        };
        for update in [
            ProgressUpdate::new(id.as_str(), start).with(keys::SERIES, series),
            ProgressUpdate::new(id.as_str(), Action::Complete { message }),
            ProgressUpdate::new(DOWNLOAD_QUEUE, done)
                .with(keys::IDLE, true)
                .forced(),
        ] {
            services.progress.apply(update).unwrap();
        }
        services.progress.settled().await;
    }

    async fn set(&self, services: &Aniworld, notifications: bool) {
        let patch = SettingsPatch {
            notifications: Some(notifications),
            ..SettingsPatch::default()
        };
        services.update_settings(patch).await.unwrap();
        self.current.send_modify(|_| ());
    }

    async fn next(&mut self) -> String {
        let words = self.shown.recv().await.unwrap();
        format!("{} {}", words.title, words.body)
    }
}

#[tokio::test]
async fn what_is_due_is_handed_over_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let services = open(folder.path()).await;
    // before anybody listens, as in a program that has just started
    Stage::downloads(&services, "Early").await;
    let mut stage = Stage::follow(Arc::clone(&services));
    assert_eq!(stage.next().await, "Early 1 episode downloaded.");
}

#[tokio::test]
async fn the_setting_and_a_look_at_the_window_hold_for_what_waits_as_well() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let services = open(folders[0].path()).await;
    let mut stage = Stage::follow(Arc::clone(&services));
    stage.set(&services, false).await;
    tokio::task::yield_now().await;
    Stage::downloads(&services, "Unwanted").await;
    tokio::task::yield_now().await;
    stage.set(&services, true).await;
    tokio::task::yield_now().await;
    Stage::downloads(&services, "Wanted").await;
    assert_eq!(stage.next().await, "Wanted 1 episode downloaded.");

    // waits for its minute, and is dropped when somebody looks
    Stage::downloads(&services, "Looked at").await;
    stage.attention.send_replace(Attention::Focused);
    tokio::task::yield_now().await;
    stage.attention.send_replace(Attention::Hidden);
    tokio::task::yield_now().await;

    // other services: what they did before is no news, what they do now is
    let other = open(folders[1].path()).await;
    Stage::downloads(&other, "Before").await;
    stage.current.send_replace(Arc::clone(&other));
    tokio::task::yield_now().await;
    Stage::downloads(&services, "Left behind").await;
    Stage::downloads(&other, "Followed").await;
    assert_eq!(stage.next().await, "Followed 1 episode downloaded.");
}
