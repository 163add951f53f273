//! What users order: in which order things happen then, and what is on disk, in the store and at the server.

use aniworld_testkit::fault::{Fault, Script};

use super::house::{HALF, House, SIZE, body, gated, rest};
use crate::downloads::{Added, JobState, Selection};
use crate::progress::{ProgressStatus, keys};
use crate::store::Store;

#[tokio::test]
async fn jobs_run_in_the_order_of_the_library() {
    let house = House::new(3, Script::new(body()));
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.queue.idle().await;
    assert_eq!(house.asked(), ["/1.mkv", "/2.mkv", "/3.mkv"]);
    let done: Vec<_> = jobs.iter().map(|job| (*job, JobState::Completed)).collect();
    assert_eq!(run.outcomes(), done);
    for number in 1..=3 {
        assert_eq!(std::fs::read(house.file(number)).unwrap(), body());
    }
}

#[tokio::test]
async fn a_job_is_stored_before_the_server_hears_of_it() {
    let house = House::new(1, Script::new(body()).always(Fault::Gate(0)));
    let run = house.open_idle().await;
    let job = run.add_all().await[0];
    let other_process = Store::open_read_only(&house.data()).unwrap();
    let state = || other_process.job(job).unwrap().unwrap().state;
    assert_eq!((state(), house.asked().len()), (JobState::Queued, 0));
    let summary = async { run.queue.run_until_idle().await.unwrap() };
    let look = async {
        house.server.gate_reached().await;
        assert!(state().is_active(), "{:?}", state());
        house.let_go();
    };
    let (summary, ()) = tokio::join!(summary, look);
    assert_eq!((summary.completed, state()), (1, JobState::Completed));
}

#[tokio::test]
async fn a_pause_keeps_what_came_and_the_place_in_the_queue() {
    let house = House::new(3, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.queue.pause(jobs[0]).await.unwrap();
    run.half_way(jobs[1]).await;
    assert_eq!(std::fs::metadata(house.part(1)).unwrap().len(), HALF);
    let paused = run.job(jobs[0]);
    assert_eq!(
        (paused.state, paused.bytes, paused.total),
        (JobState::Paused, HALF, Some(SIZE as u64))
    );
    assert_eq!(run.operation(jobs[0]).unwrap().status, ProgressStatus::Paused);
    assert_eq!(run.open_jobs(), jobs);
    run.queue.resume(jobs[0]).await.unwrap();
    house.open_wide();
    run.queue.idle().await;
    assert_eq!(house.asked(), ["/1.mkv", "/2.mkv", "/1.mkv", "/3.mkv"]);
    let resumed = &house.server.requests()[2];
    assert_eq!(resumed.range(), Some(rest().as_str()));
    assert_eq!(resumed.if_range(), Some("\"v1\""));
    assert_eq!(std::fs::read(house.file(1)).unwrap(), body());
    let attempt = &run.operation(jobs[0]).unwrap().metadata[keys::ATTEMPT];
    assert_eq!(attempt, 1, "a pause is no new attempt");
    assert_eq!(run.job(jobs[0]).attempts, 1, "nor is it one in the history");
}

#[tokio::test]
async fn a_queued_job_that_is_paused_is_passed_over() {
    let house = House::new(2, Script::new(body()));
    let run = house.open_idle().await;
    let jobs = run.add_all().await;
    run.queue.pause(jobs[0]).await.unwrap();
    run.queue.pause(jobs[0]).await.unwrap();
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(house.asked(), ["/2.mkv"]);
    assert_eq!(run.state(jobs[0]), JobState::Paused);
    run.queue.resume(jobs[0]).await.unwrap();
    run.queue.idle().await;
    assert_eq!(run.state(jobs[0]), JobState::Completed);
}

#[tokio::test]
async fn a_job_that_is_tried_again_goes_to_the_end() {
    let house = House::new(3, gated().then(Fault::Status(404)));
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[1]).await;
    assert_eq!(run.state(jobs[0]), JobState::Failed);
    run.queue.retry(jobs[0]).await.unwrap();
    run.queue.retry(jobs[0]).await.unwrap();
    assert_eq!(run.open_jobs(), [jobs[1], jobs[2], jobs[0]]);
    house.open_wide();
    run.queue.idle().await;
    assert_eq!(house.asked(), ["/1.mkv", "/2.mkv", "/3.mkv", "/1.mkv"]);
    let ends = [
        (jobs[0], JobState::Failed),
        (jobs[1], JobState::Completed),
        (jobs[2], JobState::Completed),
        (jobs[0], JobState::Completed),
    ];
    assert_eq!(run.outcomes(), ends);
    assert_eq!(run.job(jobs[0]).attempts, 2);
    assert_eq!(run.operation(jobs[0]).unwrap().metadata[keys::ATTEMPT], 2);
}

#[tokio::test]
async fn nothing_is_queued_twice() {
    let house = House::new(2, gated());
    let run = house.open(1).await;
    let first = run.queue.add(Selection::All).await.unwrap();
    let bytes = 2 * SIZE as u64;
    assert_eq!((first.added, first.already_queued, first.bytes), (2, 0, bytes));
    let again = run.queue.add(Selection::All).await.unwrap();
    let none_new = Added {
        already_queued: 2,
        ..Added::default()
    };
    assert_eq!((again, run.jobs().len()), (none_new, 2));
    // at once: one of them finds the episodes in the queue
    house.open_wide();
    run.queue.idle().await;
    assert_eq!(house.asked().len(), 2);
}

#[tokio::test]
async fn episodes_are_queued_in_the_order_of_the_orders() {
    let house = House::new(3, Script::new(body()));
    let run = house.open_idle().await;
    let series = run.store.resolve_selection("Night Trains").unwrap();
    let third = run.store.resolve_selection("Night Trains S01E03").unwrap();
    run.queue.add(third).await.unwrap();
    let rest = run.queue.add(series).await.unwrap();
    assert_eq!((rest.added, rest.already_queued), (2, 1));
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(house.asked(), ["/3.mkv", "/1.mkv", "/2.mkv"]);
}

#[tokio::test]
async fn two_versions_of_an_episode_are_two_files() {
    let numbers = ["1", "1"].map(str::to_owned);
    let house = House::offering(&numbers, Script::new(body()));
    let run = house.open(2).await;
    let jobs = run.add_all().await;
    run.queue.idle().await;
    let ids = jobs.iter().map(|job| run.job(*job).progress_id);
    assert_eq!(
        ids.collect::<Vec<_>>(),
        ["download_Night Trains_1_1", "download_Night Trains_1_1~2"]
    );
    let files: Vec<String> = house
        .tree()
        .into_iter()
        .filter(|name| name.contains("S01E01"))
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(jobs.iter().all(|job| run.state(*job) == JobState::Completed));
}

#[tokio::test]
async fn an_episode_that_is_there_is_skipped() {
    let house = House::new(2, Script::new(body()));
    std::fs::create_dir_all(house.file(1).parent().unwrap()).unwrap();
    std::fs::write(house.file(1), "mine").unwrap();
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    let summary = run.queue.run_until_idle().await.unwrap();
    assert_eq!((summary.skipped, summary.completed), (1, 1));
    assert_eq!(std::fs::read(house.file(1)).unwrap(), b"mine");
    assert_eq!(house.asked(), ["/2.mkv"]);
    assert_eq!(
        (run.state(jobs[0]), run.job(jobs[0]).bytes),
        (JobState::Skipped, 4)
    );
    let operation = run.operation(jobs[0]).unwrap();
    assert_eq!(operation.status, ProgressStatus::Completed);
    assert_eq!(operation.metadata[keys::REASON], keys::REASON_SKIPPED);
}
