//! `ProgressService` around the board: subscribers, mailboxes, the clock.

mod journals;
mod shared;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub(super) use self::shared::Shared;
use super::clock::{Clock, SystemClock};
use super::mailbox::only;
use super::room::EventName;
use super::subscriber::{Handled, Handler, Subscriber, SubscriptionId, work};
use super::sync::Handle;
use super::{
    Action, Delivery, Listeners, Progress, ProgressError, ProgressEvent, ProgressType, ProgressUpdate,
    Significance, Snapshot, Start, Update,
};

/// The single source of truth for all progress. Clones are the same service.
///
/// Every change goes through the board behind one lock, which is never held while a handler runs or
/// anything is awaited. Subscribing spawns a task and therefore must happen inside a tokio runtime.
#[derive(Debug, Clone)]
pub struct ProgressService {
    shared: Arc<Shared>,
}

impl Default for ProgressService {
    fn default() -> Self {
        Self::new()
    }
}

impl ProgressService {
    /// A service with the system's clock.
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock::default()))
    }

    /// A service with another clock.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared::new(clock)),
        }
    }

    /// The one door: applies an update and hands the event to the mailboxes. Never blocks, never awaits.
    pub fn apply(&self, update: ProgressUpdate) -> Result<(), ProgressError> {
        self.shared.change(|board, now| board.apply(update, now))
    }

    /// The same for a part of an operation: what [`ProgressService::update_progress`] does, for those who cannot await.
    pub fn update(&self, id: &str, update: Update) -> Result<(), ProgressError> {
        self.shared.change(|board, now| board.update(id, update, now))
    }

    /// Plans the download of an episode that waits for its turn: from now on its season, its series and the
    /// whole queue count it, by its operation once it has one. `bytes`: its size, where the source says it.
    pub fn plan(&self, id: &str, serie_folder: &str, season: u32, bytes: Option<u64>) {
        self.shared
            .plan(|board| board.plan(id, serie_folder, season, bytes));
    }

    /// Takes an episode out of the plan.
    pub fn unplan(&self, id: &str) {
        self.shared.plan(|board| board.unplan(id));
    }

    /// Returns once every event before this call has been handled by every subscriber that had one.
    /// Not to be awaited inside a handler: it would wait for itself.
    pub async fn settled(&self) {
        let targets: Vec<_> = {
            let mut state = self.shared.lock();
            let subscribers = state.subscribers.values_mut();
            subscribers
                .map(|it| (Arc::clone(&it.station), it.hurry()))
                .collect()
        };
        for (station, target) in targets {
            station.reached(target).await;
        }
    }

    /// Operations that have not ended, oldest first.
    pub fn active(&self) -> Vec<Arc<Progress>> {
        self.shared.lock().board.active()
    }

    /// Operations that have ended, newest first; at most 500, each with its last attempt.
    pub fn history(&self) -> Vec<Arc<Progress>> {
        self.shared.lock().board.past()
    }

    /// One operation, active or past.
    pub fn get(&self, id: &str) -> Option<Arc<Progress>> {
        self.shared.lock().board.get(id).map(Arc::clone)
    }

    /// Everything known now.
    pub fn snapshot(&self) -> Snapshot {
        self.shared.lock().board.snapshot()
    }

    /// How its subscribers are doing.
    pub fn listeners(&self) -> Listeners {
        let state = self.shared.lock();
        Listeners {
            subscribers: state.subscribers.len() as u64,
            ..state.listeners
        }
    }

    /// How many updates came for an operation that had ended already.
    pub fn late_updates(&self) -> u64 {
        self.shared.lock().board.late_updates()
    }
}

/// The words of the original interface. They are awaited there and here; none of them really waits.
#[expect(
    clippy::unused_async,
    reason = "part of the contract: callers await, whatever a later version has to wait for"
)]
impl ProgressService {
    /// Starts an operation, or a new attempt of one that has ended.
    pub async fn start_progress(
        &self,
        id: &str,
        kind: ProgressType,
        title: &str,
    ) -> Result<(), ProgressError> {
        self.start_now(id, kind, title, Start::default())
    }

    /// The same with a message, figures and metadata to begin with.
    pub async fn start_progress_with(
        &self,
        id: &str,
        kind: ProgressType,
        title: &str,
        start: Start,
    ) -> Result<(), ProgressError> {
        self.start_now(id, kind, title, start)
    }

    /// Changes what is given of a running operation.
    pub async fn update_progress(&self, id: &str, update: Update) -> Result<(), ProgressError> {
        self.update(id, update)
    }

    /// Ends an operation well.
    pub async fn complete_progress(&self, id: &str, message: &str) -> Result<(), ProgressError> {
        let message = message.to_owned();
        self.apply(ProgressUpdate::new(id, Action::Complete { message }))
    }

    /// Ends an operation badly.
    pub async fn fail_progress(&self, id: &str, error_message: &str) -> Result<(), ProgressError> {
        let message = error_message.to_owned();
        self.apply(ProgressUpdate::new(id, Action::Fail { message }))
    }

    /// Ends an operation by the user's will.
    pub async fn cancel_progress(&self, id: &str, message: &str) -> Result<(), ProgressError> {
        let message = message.to_owned();
        self.apply(ProgressUpdate::new(id, Action::Cancel { message }))
    }
}

/// Subscriptions. All of these panic outside a tokio runtime.
impl ProgressService {
    /// Hands events of one name to a handler: `progress_updated` (all), `download_progress`, ...,
    /// `room:downloads`, `room:series:<folder>`, ... The handler runs in a task of its own.
    ///
    /// After an overflow of its mailbox it gets one event per operation instead of those it missed.
    /// A handler that panics ten times in a row is detached. Nothing is ever sent under an unknown name.
    pub fn subscribe<H, F>(&self, event_name: &str, handler: H) -> SubscriptionId
    where
        H: Fn(ProgressEvent) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.subscribe_deliveries(event_name, move |delivery| match delivery {
            Delivery::Event(event) => {
                let handling = handler(event);
                Box::pin(async move {
                    handling.await;
                    Ok(())
                })
            }
            Delivery::Resync(snapshot) => {
                let handler = Arc::clone(&handler);
                Box::pin(async move {
                    for event in snapshot.into_events() {
                        handler(event).await;
                    }
                    Ok(())
                })
            }
        })
    }

    /// The same with deliveries, for subscribers that keep state: they hear of an overflow.
    /// A handler that fails ten times in a row is detached, see [`ProgressService::never_detach`].
    pub fn subscribe_deliveries<H>(&self, event_name: &str, handler: H) -> SubscriptionId
    where
        H: Fn(Delivery) -> BoxFuture<'static, Handled> + Send + Sync + 'static,
    {
        self.subscribe_with_snapshot(event_name, handler).0
    }

    /// Subscribes and takes the snapshot in one step: the handler gets exactly what the snapshot does not hold yet.
    pub fn subscribe_with_snapshot<H>(&self, event_name: &str, handler: H) -> (SubscriptionId, Snapshot)
    where
        H: Fn(Delivery) -> BoxFuture<'static, Handled> + Send + Sync + 'static,
    {
        let name = EventName::parse(event_name);
        if name == EventName::Nothing {
            tracing::warn!(
                event_name,
                "a handler subscribed to a name that nothing is sent under"
            );
        }
        let runtime = Handle::current();
        let mut state = self.shared.lock();
        state.last_subscription += 1;
        let id = SubscriptionId(state.last_subscription);
        let snapshot = only(state.board.snapshot(), &name);
        let subscriber = Subscriber::new(name);
        let handler: Handler = Box::new(handler);
        runtime.spawn(work(
            Arc::downgrade(&self.shared),
            id,
            Arc::clone(&subscriber.station),
            handler,
        ));
        state.subscribers.insert(id, subscriber);
        state.runtime = Some(runtime);
        drop(state);
        (id, snapshot)
    }

    /// Marks a subscriber that others depend on: instead of being detached it is given a snapshot after
    /// each failure, with a growing pause, and the failures are reported once. `false` if there is none.
    pub fn never_detach(&self, subscription: SubscriptionId) -> bool {
        let mut state = self.shared.lock();
        let subscriber = state.subscribers.get_mut(&subscription);
        subscriber.map(|it| it.must_stay = true).is_some()
    }

    /// Gives up a subscription. What its handler is busy with is finished, nothing more is handed to it.
    /// `false` if there was none.
    pub fn unsubscribe(&self, subscription: SubscriptionId) -> bool {
        self.shared.lock().subscribers.remove(&subscription).is_some()
    }
}

impl ProgressService {
    fn start_now(
        &self,
        id: &str,
        kind: ProgressType,
        title: &str,
        start: Start,
    ) -> Result<(), ProgressError> {
        let mut update = ProgressUpdate::new(
            id,
            Action::Start {
                kind,
                title: title.to_owned(),
                message: start.message,
                current: start.current,
                total: start.total,
            },
        );
        update.metadata = start.metadata;
        self.apply(update)
    }
}

impl Snapshot {
    /// Every operation as one state change, the past first and oldest first: what a handler that
    /// keeps no state is given instead of the events it missed.
    pub fn into_events(self) -> impl Iterator<Item = ProgressEvent> {
        let seq = self.seq;
        self.past
            .into_iter()
            .rev()
            .chain(self.active)
            .map(move |progress| ProgressEvent {
                event_type: progress.kind.event_type(),
                room: progress.kind.room(),
                seq,
                significance: Significance::StateChange,
                progress,
            })
    }
}
