//! What the clones of a service share: the board behind its lock, the subscribers, the look for stalls.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::super::board::{Applied, Board, Key};
use super::super::clock::{Clock, Moment};
use super::super::journal::{Journals, Note};
use super::super::subscriber::{FAILURES_LIMIT, Next, Subscriber, SubscriptionId, Taken};
use super::super::sync::{Handle, Mutex, MutexGuard, Notify};
use super::super::{
    Action, Delivery, Listeners, ProgressError, ProgressEvent, ProgressStatus, ProgressType, ProgressUpdate,
    Significance, ids, keys,
};

/// How often downloads are looked at that may have stalled. Only while one runs.
const TICK: Duration = Duration::from_secs(1);
/// How often derived operations are brought up to date while something changes.
const REFRESH: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(in crate::progress) struct Shared {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) board: Board,
    pub(super) subscribers: BTreeMap<SubscriptionId, Subscriber>,
    pub(super) last_subscription: u64,
    /// What was counted of them; how many there are is not kept here.
    pub(super) listeners: Listeners,
    /// Where subscribers run; where to look for stalls, too.
    pub(super) runtime: Option<Handle>,
    ticking: bool,
    /// What happened to each operation.
    pub(super) journals: Journals,
    /// Wakes whoever writes journals down.
    pub(super) journal_wake: Option<Arc<Notify>>,
}

impl Shared {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::default();
        Self { state, clock }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // the board is whole between any two statements that can panic
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Board, Moment) -> Result<Applied, ProgressError>,
    ) -> Result<(), ProgressError> {
        let mut state = self.lock();
        // read inside the lock: the order of the stamps is the order of the changes
        let now = self.clock.now();
        let applied = change(&mut state.board, now)?;
        let progress = &applied.event.progress;
        let may_stall =
            progress.kind == ProgressType::Download && progress.status == ProgressStatus::InProgress;
        state.write_down(applied.events(), now);
        state.hand_out(applied.events());
        self.tick_if_needed(&mut state, may_stall);
        Ok(())
    }

    /// Takes a note into the journal of an operation.
    pub(super) fn note(&self, operation: &str, note: Note) {
        let mut state = self.lock();
        let at = self.clock.now().wall;
        let wakes = state.journals.note(operation, note, at);
        state.after_writing(wakes);
    }

    fn tick_if_needed(self: &Arc<Self>, state: &mut State, may_stall: bool) {
        if (may_stall || state.board.has_news()) && !state.ticking {
            self.start_ticking(state);
        }
    }

    /// Changes what is planned, which nobody hears of before the next look.
    pub(super) fn plan(self: &Arc<Self>, change: impl FnOnce(&mut Board)) {
        let mut state = self.lock();
        change(&mut state.board);
        self.tick_if_needed(&mut state, false);
    }

    fn start_ticking(self: &Arc<Self>, state: &mut State) {
        // without a subscriber there is no runtime, and nobody who could be told of a stall
        if let Some(runtime) = &state.runtime {
            state.ticking = true;
            runtime.spawn(tick_while_needed(Arc::downgrade(self), Arc::clone(&self.clock)));
        }
    }

    /// How long until the next look.
    fn pace(&self) -> Duration {
        if self.lock().board.has_news() {
            REFRESH
        } else {
            TICK
        }
    }

    /// One look for stalls and at derived operations. `false` when no more are needed.
    fn tick(&self) -> bool {
        let mut state = self.lock();
        let now = self.clock.now();
        for stalled in state.board.mark_stalled(now) {
            state.write_down(stalled.events(), now);
            state.hand_out(stalled.events());
        }
        let refreshed = state.board.refresh(now);
        state.hand_out(refreshed.iter().map(|(key, event)| (*key, event)));
        state.ticking = state.board.needs_ticks();
        state.ticking
    }

    pub(in crate::progress) fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(time)
    }

    /// Takes up to `limit` deliveries for a subscriber.
    pub(in crate::progress) fn take(&self, id: SubscriptionId, limit: usize, hand: &mut Vec<Taken>) -> Next {
        let mut state = self.lock();
        let State {
            board,
            subscribers,
            listeners,
            ..
        } = &mut *state;
        let Some(subscriber) = subscribers.get_mut(&id) else {
            return Next::Gone;
        };
        subscriber.rests = false;
        let Subscriber { mailbox, name, .. } = subscriber;
        hand.extend(std::iter::from_fn(|| mailbox.pop(board, name)).take(limit));
        // a snapshot replaces everything else, so it is the first
        if let Some((_, Delivery::Resync(_))) = hand.first() {
            listeners.resyncs += 1;
        }
        if hand.is_empty() {
            subscriber.station.arrive(subscriber.mailbox.end());
            return Next::Idle;
        }
        Next::Deliver
    }

    /// Whether the task of a subscriber may rest before it looks for samples again.
    pub(in crate::progress) fn may_rest(&self, id: SubscriptionId) -> bool {
        let mut state = self.lock();
        let subscriber = state.subscribers.get_mut(&id);
        subscriber.is_some_and(Subscriber::may_rest)
    }

    /// Gives a subscriber that failed everything anew.
    pub(in crate::progress) fn restart(&self, id: SubscriptionId) {
        if let Some(subscriber) = self.lock().subscribers.get_mut(&id) {
            subscriber.mailbox.replace_by_snapshot();
        }
    }

    /// Counts a failure. `true` if the subscriber must stay and is to be restarted.
    pub(in crate::progress) fn failed(
        self: &Arc<Self>,
        id: SubscriptionId,
        failures: u32,
        failure: &str,
    ) -> bool {
        let mut state = self.lock();
        let must_stay = state.subscribers.get(&id).is_some_and(|it| it.must_stay);
        if failures == FAILURES_LIMIT {
            if !must_stay {
                state.subscribers.remove(&id);
                state.listeners.detached += 1;
            }
            drop(state);
            self.report_failing(id, failure, must_stay);
        }
        must_stay
    }

    fn report_failing(self: &Arc<Self>, id: SubscriptionId, failure: &str, stays: bool) {
        tracing::error!(
            subscription = id.0,
            failure,
            stays,
            "a progress handler keeps failing"
        );
        let topic = ids::system_id(&format!("subscriber_{}", id.0));
        let what = if stays {
            "is being restarted"
        } else {
            "was detached"
        };
        let start = ProgressUpdate::new(
            topic.as_str(),
            Action::Start {
                kind: ProgressType::System,
                title: "A listener of progress keeps failing".to_owned(),
                message: String::new(),
                current: 0,
                total: None,
            },
        );
        let end = ProgressUpdate::new(
            topic,
            Action::Fail {
                message: format!("It failed {FAILURES_LIMIT} times in a row and {what}: {failure}"),
            },
        )
        .with(keys::ERROR_CODE, "internal");
        for update in [start, end] {
            if let Err(error) = self.change(|board, now| board.apply(update, now)) {
                tracing::error!(%error, "the report of a failing handler was refused");
            }
        }
    }
}

impl State {
    /// Writes state changes into the journals. Samples cost nothing here.
    fn write_down<'a>(&mut self, events: impl Iterator<Item = (Key, &'a ProgressEvent)>, now: Moment) {
        let changes = events.filter(|(_, event)| event.significance == Significance::StateChange);
        for (_, event) in changes {
            let wakes = self.journals.state(&event.progress, now.wall);
            self.after_writing(wakes);
        }
    }

    /// Keeps the journals bounded, and wakes their keeper.
    fn after_writing(&mut self, wakes: bool) {
        let known = self.board.len();
        if self.journals.are_many(known) {
            let board = &self.board;
            self.journals.forget(known, |id| board.get(id).is_some());
        }
        if let Some(wake) = self.journal_wake.as_ref().filter(|_| wakes) {
            wake.notify_one();
        }
    }

    fn hand_out<'a>(&mut self, events: impl Iterator<Item = (Key, &'a ProgressEvent)>) {
        for (key, event) in events {
            for subscriber in self.subscribers.values_mut() {
                subscriber.offer(key, event);
            }
        }
    }
}

async fn tick_while_needed(service: Weak<Shared>, clock: Arc<dyn Clock>) {
    loop {
        let Some(pace) = service.upgrade().map(|service| service.pace()) else {
            return;
        };
        clock.sleep(pace).await;
        match service.upgrade() {
            Some(service) if service.tick() => {}
            _ => return,
        }
    }
}
