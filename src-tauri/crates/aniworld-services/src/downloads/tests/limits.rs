//! Never more at once than is allowed, whatever happens to the number while downloads run.

use aniworld_testkit::fault::{Fault, Script};

use super::house::{House, body, gated};
use super::run::Run;
use crate::downloads::{PARALLEL_MAX, QueueStatus};

/// How many run and how many wait.
fn figures(run: &Run) -> (u32, u32) {
    let QueueStatus { active, pending, .. } = run.queue.status();
    (active, pending)
}

/// Waits until so many answers more stand at the gate.
async fn arrive(house: &House, count: usize) {
    for _ in 0..count {
        house.server.gate_reached().await;
    }
}

/// Lets one download complete and waits until the queue has taken that in.
async fn complete_one(house: &House, run: &Run) {
    let completed = run.queue.status().completed + 1;
    house.server.open_gate();
    run.until("download_queue", |it| {
        it.metadata["queue_status"]["completed"] == completed
    })
    .await;
    // the end of a job and the start of the next are one step under the lock of the queue
    drop(run.queue.shared.state.lock().await);
}

#[tokio::test]
async fn never_more_than_allowed_run_at_once() {
    let house = House::new(5, gated());
    let run = house.open(2).await;
    run.add_all().await;
    arrive(&house, 2).await;
    assert_eq!((figures(&run), house.asked().len()), ((2, 3), 2));
    for (ended, left) in [(1, 2), (2, 1), (3, 0)] {
        complete_one(&house, &run).await;
        arrive(&house, 1).await;
        assert_eq!((figures(&run), house.asked().len()), ((2, left), 2 + ended));
    }
    house.let_go();
    run.queue.idle().await;
    assert_eq!(run.queue.status().completed, 5);
}

#[tokio::test]
async fn a_higher_number_starts_more_at_once_and_a_lower_one_lets_run_what_runs() {
    let house = House::new(6, gated());
    let run = house.open(1).await;
    run.add_all().await;
    arrive(&house, 1).await;
    run.queue.set_parallel(4).await.unwrap();
    arrive(&house, 3).await;
    assert_eq!(figures(&run), (4, 2));
    run.queue.set_parallel(2).await.unwrap();
    assert_eq!(figures(&run), (4, 2));
    for active in [3, 2] {
        complete_one(&house, &run).await;
        assert_eq!(figures(&run), (active, 2));
    }
    complete_one(&house, &run).await;
    assert_eq!(figures(&run), (2, 1));
    house.open_wide();
    run.queue.idle().await;
}

#[tokio::test]
async fn numbers_out_of_range_become_the_nearest_one() {
    let house = House::new(PARALLEL_MAX + 1, Script::new(body()).always(Fault::Gate(0)));
    let run = house.open(0).await;
    run.add_all().await;
    assert_eq!(figures(&run), (1, PARALLEL_MAX));
    run.queue.set_parallel(u32::MAX).await.unwrap();
    assert_eq!(figures(&run), (PARALLEL_MAX, 1));
    run.queue.shutdown().await;
}
