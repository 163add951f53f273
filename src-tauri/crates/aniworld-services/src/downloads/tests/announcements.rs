//! What the world hears: `download_queue` after every change, with what happened and the figures after it.

use std::collections::BTreeSet;

use aniworld_testkit::fault::{Fault, Script};
use serde_json::json;

use super::house::{House, body, gated};
use super::run::Run;
use crate::downloads::JobState;
use crate::progress::{DOWNLOAD_QUEUE, ProgressStatus, ProgressType, keys};

/// The status of the queue's operation, and whether it says that all is paused.
fn queue(run: &Run) -> (ProgressStatus, serde_json::Value) {
    let queue = run.progress.get(DOWNLOAD_QUEUE).unwrap();
    (queue.status, queue.metadata["paused"].clone())
}

#[tokio::test]
async fn every_change_is_said_with_the_figures_after_it() {
    let house = House::new(3, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.queue.pause(jobs[0]).await.unwrap();
    run.half_way(jobs[1]).await;
    run.queue.resume(jobs[0]).await.unwrap();
    house.server.now(Fault::Status(410));
    run.queue.cancel(jobs[1]).await.unwrap();
    run.queue.idle().await;
    house.server.now(Fault::None);
    run.queue.retry(jobs[1]).await.unwrap();
    run.queue.idle().await;
    run.queue.remove(jobs[0]).await.unwrap();
    run.queue.clear_finished().await.unwrap();
    run.queue.clear_finished().await.unwrap();
    let expected = [
        "opened 0/0/0/0",
        "items_added 3/0/0/0",
        "started 2/1/0/0",
        "paused 3/0/0/0",
        "stopped 3/0/0/0",
        "started 2/1/0/0",
        "resumed 2/1/0/0",
        "cancelled 2/0/0/1",
        "started 1/1/0/1",
        "failed 1/0/0/2",
        "started 0/1/0/2",
        "failed 0/0/0/3",
        "retried 1/0/0/2",
        "started 0/1/0/2",
        "completed 0/0/1/2",
        "items_removed 0/0/1/1",
        "items_removed 0/0/0/0",
    ];
    assert_eq!(run.said().await, expected);
}

#[tokio::test]
async fn pausing_and_resuming_all_is_said() {
    let house = House::new(2, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    assert_eq!(queue(&run), (ProgressStatus::InProgress, json!(false)));
    run.queue.pause_all().await.unwrap();
    run.queue.idle().await;
    assert_eq!(queue(&run), (ProgressStatus::Paused, json!(true)));
    assert_eq!(run.operation(jobs[0]).unwrap().status, ProgressStatus::Paused);
    house.server.now(Fault::None);
    run.queue.resume_all().await.unwrap();
    run.queue.idle().await;
    assert_eq!(queue(&run), (ProgressStatus::Waiting, json!(false)));
    let expected = [
        "opened 0/0/0/0",
        "items_added 2/0/0/0",
        "started 1/1/0/0",
        "all_paused 2/0/0/0",
        "stopped 2/0/0/0",
        "all_resumed 2/0/0/0",
        "started 1/1/0/0",
        "completed 1/0/1/0",
        "started 0/1/1/0",
        "completed 0/0/2/0",
    ];
    assert_eq!(run.said().await, expected);
}

#[tokio::test]
async fn a_job_resumed_while_all_are_paused_is_no_running_one() {
    let house = House::new(2, gated());
    let run = house.open(2).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.half_way(jobs[1]).await;
    // the order to resume waits for the lock before the transfer that stops does
    let (paused, resumed) = tokio::join!(run.queue.pause_all(), run.queue.resume(jobs[0]));
    assert_eq!((paused, resumed), (Ok(()), Ok(())));
    run.queue.idle().await;
    assert_eq!(queue(&run), (ProgressStatus::Paused, json!(true)));
    let waits = run.operation(jobs[0]).unwrap();
    assert_eq!(
        (waits.status, &waits.metadata[keys::REASON]),
        (ProgressStatus::Waiting, &json!("queued"))
    );
}

#[tokio::test]
async fn the_queue_speaks_for_itself_and_for_jobs_that_nobody_runs() {
    let house = House::new(3, Script::new(body()));
    std::fs::create_dir_all(house.file(3).parent().unwrap()).unwrap();
    std::fs::write(house.file(3), "mine").unwrap();
    let run = house.open_idle().await;
    let jobs = run.add_all().await;
    run.queue.cancel(jobs[1]).await.unwrap();
    let heard = |events: Vec<crate::progress::ProgressEvent>| -> BTreeSet<String> {
        events.iter().map(|event| event.progress.id.clone()).collect()
    };
    assert_eq!(heard(run.events().await), [DOWNLOAD_QUEUE.to_owned()].into());
    run.queue.pause(jobs[0]).await.unwrap();
    let paused = run.operation(jobs[0]).unwrap();
    assert_eq!(
        (paused.status, &paused.metadata[keys::JOB]),
        (ProgressStatus::Paused, &json!(jobs[0].0))
    );
    let host = |operation: &crate::progress::Progress| operation.metadata[keys::HOST].clone();
    let known = host(&paused);
    assert!(known.as_str().unwrap().starts_with("127.0.0.1:"), "{known}");
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(run.state(jobs[2]), JobState::Skipped);
    assert_eq!(
        host(&run.operation(jobs[2]).unwrap()),
        known,
        "said by who runs it"
    );
    assert_eq!(run.said().await.last().unwrap(), "skipped 1/0/1/1");
    let ids = [
        "download_Night Trains_1_1",
        "download_Night Trains_1_3",
        DOWNLOAD_QUEUE,
    ];
    assert_eq!(heard(run.events().await), ids.map(str::to_owned).into());
    // every download is a child of the queue, and the queue is the only operation of its kind
    for event in run.events().await {
        match event.progress.kind {
            ProgressType::Queue => assert_eq!(event.progress.id, DOWNLOAD_QUEUE),
            ProgressType::Download => assert!(event.progress.metadata.contains_key(keys::JOB)),
            other => panic!("nobody asked for {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_queue_counts_what_has_ended() {
    let house = House::new(3, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    house.server.gate_reached().await;
    house.server.open_gate();
    run.half_way(jobs[1]).await;
    run.progress.settled().await;
    let queue = run.progress.get(DOWNLOAD_QUEUE).unwrap();
    assert_eq!((queue.current, queue.total), (1, Some(3)));
    assert_eq!(queue.percent, Some(55.5), "one and two thirds of three");
    assert_eq!(queue.metadata[keys::UNIT], "bytes", "all sizes are known");
    house.open_wide();
    run.queue.idle().await;
    let queue = run.progress.get(DOWNLOAD_QUEUE).unwrap();
    assert_eq!((queue.current, queue.percent), (3, Some(100.0)));
    assert_eq!(queue.status, ProgressStatus::Waiting, "it never ends");
}
