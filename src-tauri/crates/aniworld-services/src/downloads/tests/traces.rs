//! A job that was given up leaves no trace: no part, no journal, no folder that was made for it.

use aniworld_testkit::fault::{Fault, Script};
use serde_json::Value;

use super::house::{HALF, House, OVERLAP, body, gated};
use super::run::Run;
use crate::downloads::{Added, JobId, JobState, QueueError, Selection};
use crate::progress::{ProgressStatus, keys};

/// A house in which the server breaks off half-way once: the job has failed and left its part.
async fn failed_half_way(script: Script, episodes: u32) -> (House, Run, Vec<JobId>) {
    let house = House::new(episodes, script);
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.until(&run.job(jobs[0]).progress_id, |it| {
        it.status == ProgressStatus::Failed
    })
    .await;
    assert!(house.part(1).exists(), "what came is kept for the next try");
    (house, run, jobs)
}

async fn cancelled_without_a_trace(house: &House, run: &Run, job: JobId) {
    run.queue.cancel(job).await.unwrap();
    assert_eq!(house.tree(), [""; 0], "nothing is left");
    assert_eq!(run.state(job), JobState::Cancelled);
    assert_eq!(run.outcomes().last(), Some(&(job, JobState::Cancelled)));
    assert!(run.store.jobs_to_clean().unwrap().is_empty());
    run.queue.cancel(job).await.unwrap();
}

#[tokio::test]
async fn a_running_job() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    assert_eq!(house.tree().len(), 3, "two folders and the part");
    cancelled_without_a_trace(&house, &run, job).await;
    assert_eq!(run.operation(job).unwrap().status, ProgressStatus::Cancelled);
    assert_eq!(run.queue.status().failed, 1);
}

#[tokio::test]
async fn a_queued_job() {
    let house = House::new(1, gated());
    let run = house.open_idle().await;
    let job = run.add_all().await[0];
    cancelled_without_a_trace(&house, &run, job).await;
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(house.asked(), [""; 0]);
    assert!(run.operation(job).is_none(), "it was never begun");
}

#[tokio::test]
async fn a_paused_job() {
    let house = House::new(2, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.queue.pause_all().await.unwrap();
    run.queue.idle().await;
    cancelled_without_a_trace(&house, &run, jobs[0]).await;
    assert_eq!(run.operation(jobs[0]).unwrap().status, ProgressStatus::Cancelled);
}

#[tokio::test]
async fn a_job_that_is_just_being_paused() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    let (paused, cancelled) = tokio::join!(run.queue.pause(job), run.queue.cancel(job));
    assert_eq!((paused, cancelled), (Ok(()), Ok(())));
    cancelled_without_a_trace(&house, &run, job).await;
}

#[tokio::test]
async fn a_job_that_was_paused_before_a_restart() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    run.queue.pause(job).await.unwrap();
    run.queue.shutdown().await;
    drop(run);
    let run = house.open(1).await;
    assert!(house.part(1).exists());
    cancelled_without_a_trace(&house, &run, job).await;
}

#[tokio::test]
async fn a_running_job_that_an_earlier_run_began() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    run.queue.shutdown().await;
    drop(run);
    house.server.now(Fault::Gate(OVERLAP + 1));
    let run = house.open(1).await;
    let operation = run.job(job).progress_id;
    run.until(&operation, |it| it.current == HALF + 1).await;
    cancelled_without_a_trace(&house, &run, job).await;
}

#[tokio::test]
async fn a_running_job_that_failed_before() {
    let (house, run, jobs) = failed_half_way(gated().then(Fault::Cut(HALF)), 1).await;
    house.server.now(Fault::Gate(OVERLAP + 1));
    run.queue.retry(jobs[0]).await.unwrap();
    let operation = run.job(jobs[0]).progress_id;
    run.until(&operation, |it| it.current == HALF + 1).await;
    cancelled_without_a_trace(&house, &run, jobs[0]).await;
}

#[tokio::test]
async fn a_job_that_failed_and_is_queued_again() {
    let (house, run, jobs) = failed_half_way(gated().then(Fault::Cut(HALF)), 2).await;
    run.half_way(jobs[1]).await;
    run.queue.retry(jobs[0]).await.unwrap();
    run.queue.cancel(jobs[0]).await.unwrap();
    assert!(!house.part(1).exists());
    assert!(house.part(2).exists(), "the other one is not touched");
    cancelled_without_a_trace(&house, &run, jobs[1]).await;
}

#[tokio::test]
async fn nobody_else_gets_the_episode_before_it_is_clean() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    run.queue.pause(job).await.unwrap();
    run.queue.idle().await;
    let (cancelled, added) = tokio::join!(run.queue.cancel(job), run.queue.add(Selection::All));
    assert_eq!(cancelled, Ok(()));
    let still_queued = Added {
        already_queued: 1,
        ..Added::default()
    };
    assert_eq!(added, Ok(still_queued));
    cancelled_without_a_trace(&house, &run, job).await;
}

#[tokio::test]
async fn two_running_jobs_that_share_their_folders() {
    let house = House::new(2, gated());
    let run = house.open(2).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.half_way(jobs[1]).await;
    run.queue.cancel(jobs[0]).await.unwrap();
    cancelled_without_a_trace(&house, &run, jobs[1]).await;
}

#[tokio::test]
async fn a_new_job_for_an_episode_whose_first_one_failed() {
    let (house, run, jobs) = failed_half_way(Script::new(body()).always(Fault::Cut(HALF)), 1).await;
    run.queue.idle().await;
    run.queue.pause_all().await.unwrap();
    let second = run.add_all().await[0];
    assert_ne!(second, jobs[0], "the failed job gave way");
    cancelled_without_a_trace(&house, &run, second).await;
}

#[tokio::test]
async fn what_the_user_has_there_stays() {
    let house = House::new(1, gated());
    let season = house.file(1).parent().unwrap().to_owned();
    std::fs::create_dir_all(&season).unwrap();
    std::fs::write(season.join("notes.txt"), "mine").unwrap();
    let before = house.tree();
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    run.queue.cancel(job).await.unwrap();
    assert_eq!(house.tree(), before);
}

#[tokio::test]
async fn a_download_that_completes_first_stays() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    // the order waits for the lock first, then the end of the transfer does
    let locked = run.queue.shared.state.lock().await;
    let order = {
        let queue = run.queue.clone();
        tokio::spawn(async move { queue.cancel(job).await })
    };
    house.let_go();
    // the file takes its name in the same breath; its end is told once it is kept, for which the lock is needed
    run.until(&run.job(job).progress_id, |it| {
        it.metadata.get(keys::PHASE).and_then(Value::as_str) == Some("moving")
    })
    .await;
    drop(locked);
    assert_eq!(order.await.unwrap(), Ok(()));
    assert_eq!(run.state(job), JobState::Completed);
    assert_eq!(std::fs::read(house.file(1)).unwrap(), body());
    assert!(run.store.jobs_to_clean().unwrap().is_empty());
    assert!(matches!(
        run.queue.cancel(job).await,
        Err(QueueError::State { .. })
    ));
}
