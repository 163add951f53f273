//! `ProgressService` around the board: subscribers, mailboxes, the clock.

use crate::progress::{Delivery, ProgressError, ProgressEvent, ProgressType, ProgressUpdate, Snapshot};
use futures_util::future::BoxFuture;

/// A subscription, to give it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubscriptionId(u64);

/// What a handler may return: nothing, or an error that is reported.
pub type Handled = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// The single source of truth for all progress. Clones are the same service.
#[derive(Debug, Clone, Default)]
pub struct ProgressService {}

impl ProgressService {
    /// A service with the system's clock.
    pub fn new() -> Self {
        Self::default()
    }

    /// The one door: applies an update and hands the event to the mailboxes. Never blocks, never awaits.
    pub fn apply(&self, update: ProgressUpdate) -> Result<(), ProgressError> {
        let _ = update;
        todo!()
    }

    /// Starts an operation.
    pub async fn start_progress(
        &self,
        id: &str,
        kind: ProgressType,
        title: &str,
    ) -> Result<(), ProgressError> {
        let _ = (id, kind, title);
        todo!()
    }

    /// Hands events of one name to a handler: `progress_updated` (all), `download_progress`, ..., `room:downloads`, ...
    /// The handler runs in a task of its own.
    pub fn subscribe<H, F>(&self, event_name: &str, handler: H) -> SubscriptionId
    where
        H: Fn(ProgressEvent) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let _ = (event_name, handler);
        todo!()
    }

    /// The same with deliveries, for subscribers that keep state: they hear of an overflow.
    pub fn subscribe_deliveries<H>(&self, event_name: &str, handler: H) -> SubscriptionId
    where
        H: Fn(Delivery) -> BoxFuture<'static, Handled> + Send + Sync + 'static,
    {
        let _ = (event_name, handler);
        todo!()
    }

    /// Gives up a subscription. `false` if there was none.
    pub fn unsubscribe(&self, subscription: SubscriptionId) -> bool {
        let _ = subscription;
        todo!()
    }

    /// Everything known now.
    pub fn snapshot(&self) -> Snapshot {
        todo!()
    }

    /// Returns once every event before this call has been handled by every subscriber.
    pub async fn settled(&self) {
        todo!()
    }
}
