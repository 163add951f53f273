//! The queue against its rules, under orders in any sequence.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use JobState::{Cancelled, Completed, Downloading, Failed, Paused, Queued, Starting};

fn queue_of(jobs: i64, parallel: usize) -> Queue {
    let mut queue = Queue::new(parallel);
    for number in 1..=jobs {
        queue.insert(JobId(number), number, Queued);
    }
    queue
}

fn start_all(queue: &mut Queue) -> Vec<i64> {
    let startable = queue.startable();
    for id in &startable {
        queue.change(*id, Starting).unwrap();
    }
    startable.into_iter().map(|id| id.0).collect()
}

fn end(queue: &mut Queue, id: i64, state: JobState) {
    queue.change(JobId(id), state).unwrap();
    queue.released(JobId(id));
}

#[test]
fn jobs_start_in_order_as_slots_become_free() {
    let mut queue = queue_of(5, 2);
    assert_eq!(start_all(&mut queue), [1, 2]);
    assert_eq!(start_all(&mut queue), [0_i64; 0]);
    end(&mut queue, 2, Completed);
    assert_eq!(start_all(&mut queue), [3]);
    end(&mut queue, 1, Failed);
    end(&mut queue, 3, Completed);
    assert_eq!(start_all(&mut queue), [4, 5]);
}

#[test]
fn a_paused_job_keeps_its_place_and_frees_its_slot_when_it_stopped() {
    let mut queue = queue_of(3, 1);
    assert_eq!(start_all(&mut queue), [1]);
    queue.change(JobId(1), Paused).unwrap();
    assert_eq!(
        start_all(&mut queue),
        [0_i64; 0],
        "its transfer has not stopped yet"
    );
    queue.released(JobId(1));
    assert_eq!(start_all(&mut queue), [2]);
    queue.change(JobId(1), Queued).unwrap();
    end(&mut queue, 2, Completed);
    assert_eq!(start_all(&mut queue), [1], "before the third");
}

#[test]
fn a_job_resumed_while_it_stops_does_not_run_twice() {
    let mut queue = queue_of(1, 4);
    start_all(&mut queue);
    queue.change(JobId(1), Paused).unwrap();
    queue.change(JobId(1), Queued).unwrap();
    assert!(queue.startable().is_empty());
    assert!(!queue.is_idle());
    queue.released(JobId(1));
    assert_eq!(start_all(&mut queue), [1]);
}

#[test]
fn a_transfer_that_ends_before_it_hears_of_the_pause_counts() {
    let mut queue = queue_of(1, 1);
    start_all(&mut queue);
    queue.change(JobId(1), Paused).unwrap();
    assert_eq!(queue.change(JobId(1), Completed), Ok(Paused));
    queue.released(JobId(1));
    assert!(queue.is_idle());
}

#[test]
fn pausing_all_holds_back_what_is_queued() {
    let mut queue = queue_of(2, 1);
    queue.set_paused(true);
    assert!(queue.startable().is_empty());
    assert!(queue.is_idle());
    queue.set_paused(false);
    assert_eq!(start_all(&mut queue), [1]);
}

#[test]
fn illegal_transitions_are_refused_and_change_nothing() {
    let mut queue = queue_of(1, 1);
    assert_eq!(
        queue.change(JobId(1), Completed),
        Err(Illegal { from: Some(Queued) })
    );
    assert_eq!(queue.change(JobId(2), Queued), Err(Illegal { from: None }));
    assert_eq!(queue.state(JobId(1)), Some(Queued));
    start_all(&mut queue);
    assert_eq!(
        queue.change(JobId(1), Starting),
        Err(Illegal { from: Some(Starting) })
    );
}

#[test]
fn the_table_knows_no_way_out_of_a_finished_job() {
    for next in JobState::ALL {
        for stopping in [false, true] {
            assert!(!Completed.may_become(next, stopping));
            assert!(!JobState::Skipped.may_become(next, stopping));
            assert_eq!(Failed.may_become(next, stopping), next == Queued);
            assert_eq!(Cancelled.may_become(next, stopping), next == Queued);
        }
    }
}

#[derive(Debug, Clone)]
enum Order {
    Start,
    Change(i64, JobState),
    Release(i64),
    PauseAll(bool),
    Parallel(usize),
}

fn order() -> impl Strategy<Value = Order> {
    let state = proptest::sample::select(JobState::ALL.to_vec());
    prop_oneof![
        3 => Just(Order::Start),
        4 => (1..12_i64, state).prop_map(|(id, state)| Order::Change(id, state)),
        3 => (1..12_i64).prop_map(Order::Release),
        1 => any::<bool>().prop_map(Order::PauseAll),
        1 => (1..6_usize).prop_map(Order::Parallel),
    ]
}

proptest! {
    #[test]
    fn the_rules_hold_under_any_orders(orders in proptest::collection::vec(order(), 1..120)) {
        let mut queue = queue_of(10, 3);
        let mut parallel = 3;
        let mut states: BTreeMap<i64, JobState> = (1..=10).map(|id| (id, Queued)).collect();
        for order in orders {
            match order {
                Order::Start => {
                    let startable = queue.startable();
                    let before = queue.running().count();
                    prop_assert!(startable.is_empty() || before + startable.len() <= parallel);
                    // FIFO: whatever is ready and was not chosen stands behind all that was chosen
                    if let Some(last) = startable.last() {
                        for (id, state) in &states {
                            let ready = *state == Queued && !queue.is_running(JobId(*id));
                            prop_assert!(!ready || *id >= last.0 || startable.contains(&JobId(*id)));
                        }
                    }
                    for id in startable {
                        prop_assert_eq!(queue.change(id, Starting), Ok(Queued));
                        states.insert(id.0, Starting);
                    }
                }
                Order::Change(id, next) if next != Starting => {
                    let before = states.get(&id).copied();
                    let stopping = queue.is_running(JobId(id));
                    let allowed = before.is_some_and(|state| state.may_become(next, stopping));
                    match queue.change(JobId(id), next) {
                        Ok(from) => {
                            prop_assert!(allowed);
                            prop_assert_eq!(Some(from), before);
                            if next.is_terminal() { states.remove(&id); } else { states.insert(id, next); }
                        }
                        Err(illegal) => {
                            prop_assert!(!allowed);
                            prop_assert_eq!(illegal.from, before);
                        }
                    }
                }
                Order::Change(..) => {}
                Order::Release(id) => {
                    // a transfer ends only after its job left the active states
                    if !states.get(&id).is_some_and(|state| state.is_active()) {
                        queue.released(JobId(id));
                    }
                }
                Order::PauseAll(paused) => queue.set_paused(paused),
                Order::Parallel(number) => {
                    parallel = number;
                    queue.set_parallel(number);
                }
            }
            for id in 1..12 {
                prop_assert_eq!(queue.state(JobId(id)), states.get(&id).copied());
                prop_assert!(!states.get(&id).is_some_and(|state| state.is_active()) || queue.is_running(JobId(id)));
            }
        }
    }

    #[test]
    fn everything_ends_in_order_when_jobs_run_one_by_one(jobs in 1..40_i64) {
        let mut queue = queue_of(jobs, 1);
        let mut order = Vec::new();
        while !queue.is_idle() {
            for id in start_all(&mut queue) {
                queue.change(JobId(id), Downloading).unwrap();
                end(&mut queue, id, Completed);
                order.push(id);
            }
        }
        prop_assert_eq!(order, (1..=jobs).collect::<Vec<_>>());
    }
}

#[test]
fn a_run_begins_with_the_first_job_of_an_empty_queue() {
    let mut queue = queue_of(2, 2);
    assert_eq!(queue.ended_of_run(), (0, 2));
    start_all(&mut queue);
    end(&mut queue, 1, Failed);
    queue.insert(JobId(3), 3, Queued);
    assert_eq!(queue.ended_of_run(), (1, 3), "it grows while something is open");
    end(&mut queue, 2, Completed);
    start_all(&mut queue);
    end(&mut queue, 3, Completed);
    assert_eq!(
        queue.ended_of_run(),
        (3, 3),
        "and stays as it was when nothing is"
    );
    queue.insert(JobId(4), 4, Queued);
    assert_eq!(queue.ended_of_run(), (0, 1));
}
