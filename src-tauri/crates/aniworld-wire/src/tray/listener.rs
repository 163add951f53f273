//! Hears when the queue, the scan or their sum changes in one service, and reads the figures of all.

use std::sync::Arc;

use aniworld_services::ProgressService;
use aniworld_services::progress::{ProgressType, SubscriptionId};
use tokio::sync::Notify;

use super::Facts;

/// Listens to one service until it is dropped.
#[derive(Debug)]
pub struct Listener {
    progress: ProgressService,
    subscriptions: [SubscriptionId; 3],
    changed: Arc<Notify>,
}

impl Listener {
    /// Begins to listen. Must be called inside a tokio runtime.
    pub fn start(progress: &ProgressService) -> Self {
        let changed = Arc::new(Notify::new());
        let subscribe = |kind: ProgressType| {
            let changed = Arc::clone(&changed);
            let subscription = progress.subscribe_deliveries(kind.event_type(), move |_| {
                changed.notify_one();
                Box::pin(std::future::ready(Ok(())))
            });
            progress.never_detach(subscription);
            subscription
        };
        Self {
            subscriptions: [ProgressType::Queue, ProgressType::Scan, ProgressType::System].map(subscribe),
            progress: progress.clone(),
            changed,
        }
    }

    /// The figures as they stand: read from the service, so that none can be older than another.
    pub fn facts(&self) -> Facts {
        Facts::of(&self.progress)
    }

    /// Returns when something changed since the last call. Cancel-safe.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for subscription in self.subscriptions {
            self.progress.unsubscribe(subscription);
        }
    }
}
