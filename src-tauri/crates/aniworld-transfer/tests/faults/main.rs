//! Every fault with a name x 1 or 4 connections x fresh or after an earlier run, on real sockets.
//!
//! Right is what the scenario says: the bytes of one of its files, or a refusal in words where no
//! complete file can be had. Never a wrong file, never anything under the final name that is not
//! whole, never a hang. Knows the public interface of the crate only.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod case;
mod tally;

use std::sync::Arc;

use aniworld_testkit::fault::{Cast, Entrance, Scenario};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::case::Case;
use crate::tally::Tally;

/// Large enough for four parts of 2 MiB.
const FILM_BYTES: usize = 8 << 20;
/// Most cases wait for time-outs, so more of them run than there are cores.
const AT_ONCE: usize = 16;
/// Names of scenarios, with commas, for a look at a few of them; all where it is not set.
const ONLY: &str = "ANIWORLD_FAULTS";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_ends_right() {
    let cast = Arc::new(Cast::new(FILM_BYTES));
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in cases() {
        let (cast, room) = (Arc::clone(&cast), Arc::clone(&room));
        running.spawn(async move {
            let _seat = room.acquire_owned().await;
            let ending = case.play(&cast).await;
            (case, ending)
        });
    }
    let tally: Tally = running.join_all().await.into_iter().collect();
    tally.print();
    assert!(tally.problems().is_empty(), "{}", tally.problems().join("\n"));
}

fn cases() -> Vec<Case> {
    let only = std::env::var(ONLY).ok();
    let wanted = |scenario: &&Scenario| {
        only.as_ref()
            .is_none_or(|names| names.split(',').any(|name| name == scenario.name))
    };
    let mut cases = Vec::new();
    for scenario in Scenario::all().filter(wanted) {
        for connections in [1, 4] {
            for entrance in [Entrance::Fresh, Entrance::AfterRun] {
                cases.push(Case {
                    scenario,
                    connections,
                    entrance,
                });
            }
        }
    }
    cases
}
