//! What the next process finds, after an end in good order and after a crash.

use aniworld_testkit::fault::Fault;
use tokio::runtime::Runtime;

use super::house::{HALF, House, body, gated, rest};
use super::run::Run;
use crate::downloads::{JobId, JobState};
use crate::progress::{Progress, ProgressStatus, keys};
use crate::store::{Durability, JobChange};

fn is_interrupted(operation: &Progress) -> bool {
    operation.status == ProgressStatus::Waiting
        && operation.metadata[keys::REASON] == keys::REASON_INTERRUPTED
}

/// A process that dies while its first job is half-way. `begin` may have it do more before.
fn crash<F: Future<Output = Run>>(begin: F) -> Vec<JobId> {
    let runtime = Runtime::new().unwrap();
    let jobs = runtime.block_on(async {
        let run = begin.await;
        let jobs = run.open_jobs();
        run.half_way(jobs[0]).await;
        jobs
    });
    // every task ends where it stands; what was begun on the disk is finished
    drop(runtime);
    jobs
}

#[tokio::test]
async fn what_a_shutdown_interrupts_goes_on_at_the_head() {
    let house = House::new(2, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.queue.shutdown().await;
    run.queue.idle().await;
    assert!(is_interrupted(&run.operation(jobs[0]).unwrap()));
    assert_eq!(house.asked(), ["/1.mkv"], "the next one does not start");
    assert_eq!(run.said().await.last().unwrap(), "stopped 2/0/0/0");
    drop(run);
    let run = house.open_idle().await;
    assert_eq!(run.open_jobs(), jobs);
    let found = run.job(jobs[0]);
    assert_eq!((found.state, found.bytes), (JobState::Queued, HALF));
    let operation = run.operation(jobs[0]).unwrap();
    assert!(is_interrupted(&operation));
    assert_eq!((operation.current, operation.percent), (HALF, Some(66.6)));
    assert!(run.operation(jobs[1]).is_none());
    house.server.now(Fault::None);
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(house.asked(), ["/1.mkv", "/1.mkv", "/2.mkv"]);
    let range = rest();
    assert_eq!(house.server.requests()[1].range(), Some(range.as_str()));
    assert_eq!(std::fs::read(house.file(1)).unwrap(), body());
}

#[tokio::test]
async fn pause_all_holds_after_a_restart_and_so_do_single_pauses() {
    let house = House::new(3, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    run.queue.pause_all().await.unwrap();
    run.queue.shutdown().await;
    drop(run);
    let run = house.open(1).await;
    assert!(run.queue.is_paused());
    run.queue.idle().await;
    assert_eq!(run.operation(jobs[0]).unwrap().status, ProgressStatus::Paused);
    assert_eq!(
        run.progress.get("download_queue").unwrap().status,
        ProgressStatus::Paused
    );
    assert_eq!(house.asked(), ["/1.mkv"]);
    house.server.now(Fault::None);
    run.queue.resume_all().await.unwrap();
    run.queue.pause(jobs[2]).await.unwrap();
    run.queue.idle().await;
    run.queue.shutdown().await;
    drop(run);
    let run = house.open(1).await;
    run.queue.idle().await;
    assert!(!run.queue.is_paused());
    assert_eq!(run.state(jobs[2]), JobState::Paused);
    assert_eq!(house.asked(), ["/1.mkv", "/1.mkv", "/2.mkv"]);
}

#[test]
fn after_a_crash_the_job_goes_on_at_its_place() {
    let house = House::new(2, gated());
    let jobs = crash(async {
        let run = house.open(1).await;
        run.add_all().await;
        run
    });
    house.server.now(Fault::None);
    Runtime::new().unwrap().block_on(async {
        let run = house.open_idle().await;
        assert_eq!(
            (run.open_jobs(), run.state(jobs[0])),
            (jobs.clone(), JobState::Queued)
        );
        assert!(is_interrupted(&run.operation(jobs[0]).unwrap()));
        let summary = run.queue.run_until_idle().await.unwrap();
        assert_eq!(summary.completed, 2);
        let range = house.server.requests()[1].range().map(str::to_owned);
        assert_eq!(range, Some(rest()));
        assert_eq!(std::fs::read(house.file(1)).unwrap(), body());
    });
}

#[test]
fn a_job_that_ran_in_two_crashes_in_a_row_is_put_aside() {
    let house = House::new(2, gated());
    let jobs = crash(async {
        let run = house.open(1).await;
        run.add_all().await;
        run
    });
    // the second answer begins where the first one stopped
    house.server.now(Fault::Gate(0));
    let again = crash(house.open(1));
    assert_eq!(again, jobs);
    house.server.now(Fault::None);
    Runtime::new().unwrap().block_on(async {
        let run = house.open(1).await;
        run.queue.idle().await;
        assert_eq!(
            run.outcomes(),
            [(jobs[0], JobState::Failed), (jobs[1], JobState::Completed)]
        );
        let failure = run.job(jobs[0]).failure.unwrap();
        assert_eq!(failure.code, "interrupted");
        assert!(failure.message.contains("twice"), "{}", failure.message);
        let operation = run.operation(jobs[0]).unwrap();
        assert_eq!(
            (operation.status, &operation.metadata[keys::ERROR_CODE]),
            (ProgressStatus::Failed, &failure.code.into())
        );
        // put aside, not lost
        run.queue.retry(jobs[0]).await.unwrap();
        run.queue.idle().await;
        assert_eq!(run.state(jobs[0]), JobState::Completed);
    });
}

#[test]
fn a_crash_in_the_middle_of_a_cancel_ends_in_cancelled_without_a_trace() {
    let house = House::new(1, gated());
    let jobs = crash(async {
        let run = house.open(1).await;
        let job = run.add_all().await[0];
        run.half_way(job).await;
        // what the order commits before anything else happens
        let given_up = [JobChange::GiveUp(job)];
        run.store.change_jobs(Durability::Process, &given_up).unwrap();
        run
    });
    assert!(house.part(1).exists());
    Runtime::new().unwrap().block_on(async {
        let run = house.open(1).await;
        run.queue.idle().await;
        assert_eq!(run.state(jobs[0]), JobState::Cancelled);
        assert_eq!(house.tree(), [""; 0]);
        assert_eq!(run.queue.clear_finished().await, Ok(1));
    });
}
