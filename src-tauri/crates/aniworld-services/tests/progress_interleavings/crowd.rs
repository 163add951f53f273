//! Fifty operations and eight subscribers, each with a vice of its own. Whatever they do to each other, at
//! the end each believes what the service knows, and on the way none hears an operation out of order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aniworld_services::ProgressService;
use aniworld_services::progress::{
    Clock, Delivery, Handled, ManualClock, Progress, ProgressError, ProgressStatus, SubscriptionId,
};
use futures_util::FutureExt;
use proptest::prelude::*;

use super::view::{SharedView, View};
use super::{Deed, OPERATIONS, deed, id};

const SUBSCRIBERS: usize = 8;

/// One step of a run.
#[derive(Debug, Clone)]
enum Step {
    Do(usize, Deed),
    /// So many state changes that the mailbox of whoever sleeps overflows, with turns for the others.
    Burst(usize),
    /// The tasks of the subscribers get so many turns.
    Turns(usize),
    Wait(u64),
    Leave(usize),
    Join(usize),
    Settle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        40 => (0..OPERATIONS, deed()).prop_map(|(operation, deed)| Step::Do(operation, deed)),
        1 => (0..OPERATIONS).prop_map(Step::Burst),
        8 => (1..20_usize).prop_map(Step::Turns),
        4 => (1..4_000_u64).prop_map(Step::Wait),
        3 => (1..SUBSCRIBERS).prop_map(Step::Leave),
        6 => (1..SUBSCRIBERS).prop_map(Step::Join),
        1 => Just(Step::Settle),
    ];
    proptest::collection::vec(step, 1..500)
}

/// What a handler does after it has taken a delivery.
#[derive(Debug, Clone, Copy)]
enum Vice {
    None,
    PanicsEveryThird,
    FailsEveryFourth,
    /// Sleeps by the clock.
    Sleeps,
    /// Waits a turn.
    Hesitates,
    /// Others depend on it, and it fails every fifth time.
    MustStay,
}

/// Name and vice of each. The first has none and never leaves.
const CROWD: [(&str, Vice); SUBSCRIBERS] = [
    ("progress_updated", Vice::None),
    ("progress_updated", Vice::PanicsEveryThird),
    ("progress_updated", Vice::FailsEveryFourth),
    ("progress_updated", Vice::Sleeps),
    ("progress_updated", Vice::Hesitates),
    ("progress_updated", Vice::MustStay),
    ("download_progress", Vice::Sleeps),
    ("room:progress:operation_7", Vice::PanicsEveryThird),
];

struct Crowd {
    clock: ManualClock,
    service: ProgressService,
    present: [Option<(SubscriptionId, SharedView)>; SUBSCRIBERS],
    /// The statuses that each operation took, as its updates were accepted.
    taken: BTreeMap<String, Vec<ProgressStatus>>,
}

impl Crowd {
    fn new() -> Self {
        let clock = ManualClock::new();
        let mut crowd = Self {
            service: ProgressService::with_clock(Arc::new(clock.clone())),
            clock,
            present: [const { None }; SUBSCRIBERS],
            taken: BTreeMap::new(),
        };
        (0..SUBSCRIBERS).for_each(|who| crowd.join(who));
        crowd
    }

    fn join(&mut self, who: usize) {
        if self.present[who].is_some() {
            return;
        }
        let (name, vice) = CROWD[who];
        let view = SharedView::default();
        let (keep, clock) = (Arc::clone(&view), self.clock.clone());
        let (subscription, snapshot) = self.service.subscribe_with_snapshot(name, move |delivery| {
            handle(Arc::clone(&keep), clock.clone(), vice, delivery).boxed()
        });
        // the task has had no turn yet
        view.lock().unwrap().begin(&snapshot);
        if matches!(vice, Vice::MustStay) {
            assert!(self.service.never_detach(subscription));
        }
        self.present[who] = Some((subscription, view));
    }

    fn leave(&mut self, who: usize) {
        if let Some((subscription, view)) = self.present[who].take() {
            assert!(
                self.service.unsubscribe(subscription),
                "nobody here is ever detached"
            );
            assert_eq!(view.lock().unwrap().broken, Vec::<String>::new());
        }
    }

    fn act(&mut self, operation: usize, deed: &Deed) {
        let id = id(operation);
        let before = self.service.get(&id);
        let starts = matches!(deed, Deed::Start(_));
        match self.service.apply(deed.on(operation)) {
            Ok(()) => {
                let status = self.service.get(&id).unwrap().status;
                if starts || before.is_some_and(|before| before.status != status) {
                    self.taken.entry(id).or_default().push(status);
                }
            }
            Err(ProgressError::AlreadyActive(_)) => {
                assert!(before.is_some_and(|it| !it.status.is_terminal()));
            }
            Err(ProgressError::Ended(_)) => assert!(before.is_some_and(|it| it.status.is_terminal())),
            Err(ProgressError::Unknown(_)) => assert!(before.is_none()),
            Err(error @ ProgressError::Illegal { .. }) => panic!("{error}"),
        }
    }

    /// Waits until all have handled everything, while the clock goes on for those who sleep.
    async fn settle(&self) {
        let mut settled = std::pin::pin!(self.service.settled());
        let mut turns = 0;
        while settled.as_mut().now_or_never().is_none() {
            self.clock.advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
            turns += 1;
            assert!(turns < 1_000_000, "somebody never comes to an end");
        }
    }

    async fn step(&mut self, step: &Step) {
        match step {
            Step::Do(operation, deed) => self.act(*operation, deed),
            Step::Burst(operation) => {
                for n in 0..12 {
                    (0..100).for_each(|m| self.act(*operation, &Deed::Force(n * 100 + m)));
                    take_turns(10).await;
                }
            }
            Step::Turns(turns) => take_turns(*turns).await,
            Step::Wait(millis) => self.clock.advance(Duration::from_millis(*millis)),
            Step::Leave(who) => self.leave(*who),
            Step::Join(who) => self.join(*who),
            Step::Settle => self.settle().await,
        }
    }

    /// Waits until there is no more news and compares.
    async fn end(mut self) {
        // a stall that is found meanwhile is news again
        loop {
            let seq = self.service.snapshot().seq;
            self.settle().await;
            if self.service.snapshot().seq == seq {
                break;
            }
        }
        let snapshot = self.service.snapshot();
        for (who, (name, vice)) in CROWD.into_iter().enumerate() {
            let Some((_, view)) = &self.present[who] else {
                continue;
            };
            let view = view.lock().unwrap();
            assert_eq!(view.broken, Vec::<String>::new(), "{name} {vice:?}");
            let known = snapshot.active.iter().chain(&snapshot.past);
            let expected: BTreeMap<&str, &Progress> = known
                .filter(|progress| is_for(name, progress))
                .map(|progress| (progress.id.as_str(), &**progress))
                .collect();
            assert_eq!(view.believes(), expected, "{name} {vice:?}");
        }
        self.assert_that_the_first_heard_every_status();
        (1..SUBSCRIBERS).for_each(|who| self.leave(who));
    }

    /// Unless its mailbox overflowed: then it was told so.
    fn assert_that_the_first_heard_every_status(&self) {
        let first = self.present[0].as_ref().map(|(_, view)| view.lock().unwrap());
        let view = first.unwrap();
        if view.resyncs == 0 {
            for (id, statuses) in &self.taken {
                assert_eq!(view.statuses_of(id), statuses, "{id}");
            }
        }
    }
}

async fn take_turns(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

fn is_for(name: &str, progress: &Progress) -> bool {
    match name {
        "progress_updated" => true,
        "room:progress:operation_7" => progress.id == "operation_7",
        name => progress.kind.event_type() == name,
    }
}

async fn handle(view: SharedView, clock: ManualClock, vice: Vice, delivery: Delivery) -> Handled {
    let nth = taken(&mut view.lock().unwrap(), &delivery);
    match vice {
        Vice::PanicsEveryThird => assert!(!nth.is_multiple_of(3), "the vice of this one"),
        Vice::FailsEveryFourth if nth.is_multiple_of(4) => return Err("the vice of this one".into()),
        Vice::MustStay if nth.is_multiple_of(5) => return Err("the vice of this one".into()),
        Vice::Sleeps => clock.sleep(Duration::from_millis(30)).await,
        Vice::Hesitates => tokio::task::yield_now().await,
        Vice::None | Vice::FailsEveryFourth | Vice::MustStay => {}
    }
    Ok(())
}

fn taken(view: &mut View, delivery: &Delivery) -> usize {
    view.take(delivery);
    view.deliveries
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_crowd_does_each_believes_what_the_service_knows(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut crowd = Crowd::new();
            for step in &steps {
                crowd.step(step).await;
            }
            crowd.end().await;
        });
    }
}
