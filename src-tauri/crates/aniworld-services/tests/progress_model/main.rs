//! `ProgressService` under a model checker: the code that ships, with its lock, its atomics, its wake-ups
//! and its tasks in the hands of Shuttle, which chooses at each of them who goes on.
//!
//! The feature `model` swaps `progress/sync.rs` and nothing else. `cargo xtask model` runs this;
//! `ANIWORLD_MODEL_ROUNDS` says how many schedules each check tries (2,000 unless told), half of them at
//! random and half by priorities, which finds what needs few but particular switches. Time is not
//! modelled: the pause of a handler that failed ends at any moment, the rest between samples never.
//!
//! [`broken`] holds the checks that have to fail: what the others would miss, they would miss there, too.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod broken;
mod holds;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aniworld_services::ProgressService;
use aniworld_services::progress::{
    Clock, Delivery, Handled, ManualClock, Moment, ProgressType, Snapshot, SubscriptionId, Update,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use shuttle::future::{block_on, yield_now};
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

/// How many switches the schedules by priorities have: most faults need one or two.
const SWITCHES: usize = 3;

/// Runs a check under many schedules.
fn check(body: fn()) {
    let rounds = std::env::var("ANIWORLD_MODEL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(2_000_usize);
    Runner::new(RandomScheduler::new(rounds / 2), Config::new()).run(body);
    Runner::new(PctScheduler::new(SWITCHES, rounds / 2), Config::new()).run(body);
}

/// A clock whose pauses end when the checker says so.
#[derive(Debug)]
struct AnyClock;

impl Clock for AnyClock {
    fn now(&self) -> Moment {
        ManualClock::new().now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        yield_now().boxed()
    }
}

/// A service with one scan under the id "a" and one under "b".
fn service() -> ProgressService {
    let service = ProgressService::with_clock(Arc::new(AnyClock));
    for id in ["a", "b"] {
        block_on(service.start_progress(id, ProgressType::Scan, "Scan")).unwrap();
    }
    service
}

/// News of an operation: a state change, which nobody may miss, or a sample.
fn tell(service: &ProgressService, id: &str, current: u64, forced: bool) {
    let update = Update {
        current: Some(current),
        force_broadcast: forced,
        ..Update::default()
    };
    service.update(id, update).unwrap();
}

/// What a handler has finished with: id, figure and seq of each event, in the order of its deliveries.
#[derive(Debug, Clone, Default)]
struct Heard(Arc<Mutex<Vec<(String, u64, u64)>>>);

impl Heard {
    fn join(service: &ProgressService) -> (Self, SubscriptionId, Snapshot) {
        let heard = Self::default();
        let keep = heard.clone();
        let (id, snapshot) = service.subscribe_with_snapshot("scan_progress", move |delivery| {
            keep.clone().take(delivery).boxed()
        });
        (heard, id, snapshot)
    }

    async fn take(self, delivery: Delivery) -> Handled {
        let Delivery::Event(event) = delivery else {
            return Err("nothing overflows here".into());
        };
        // between the beginning and the end of a handler anything may happen
        yield_now().await;
        let progress = &event.progress;
        let mut heard = self.0.lock().unwrap();
        heard.push((progress.id.clone(), progress.current, event.seq));
        Ok(())
    }

    fn seqs(&self) -> Vec<u64> {
        self.0.lock().unwrap().iter().map(|(_, _, seq)| *seq).collect()
    }

    /// The figures of one operation.
    fn of(&self, id: &str) -> Vec<u64> {
        let heard = self.0.lock().unwrap();
        let mine = heard.iter().filter(|(of, _, _)| of == id);
        mine.map(|(_, current, _)| *current).collect()
    }
}
