//! What a job's journal tells afterwards: a real server that makes mistakes, orders of the user, restarts, crashes.

use std::sync::Arc;
use std::time::Duration;

use aniworld_core::app::RetryPolicy;
use aniworld_core::transfer::TransferNote;
use aniworld_testkit::fault::{Fault, Script};
use tokio::runtime::Runtime;

use super::house::{HALF, House, body, gated};
use super::run::Run;
use crate::downloads::{JobId, JobState, QueueOptions};
use crate::progress::{Note, ProgressStatus, SystemClock, keys};
use crate::story::StoryOf;
use crate::story::keeper::Keeper;

/// Three tries without pauses.
const PATIENT: RetryPolicy = RetryPolicy {
    tries: 3,
    base: Duration::ZERO,
    cap: Duration::ZERO,
    stall: Duration::from_secs(30),
};

/// The journal of a job, each entry in a word.
fn told(run: &Run, job: JobId) -> Vec<String> {
    let journal = run.progress.journal(&run.job(job).progress_id).unwrap();
    journal.entries().map(|entry| word(&entry.note)).collect()
}

fn word(note: &Note) -> String {
    match note {
        Note::State {
            status,
            phase,
            reason,
            ..
        } => {
            let more = reason.as_ref().or(phase.as_ref());
            let status = serde_json::to_value(status).unwrap();
            let status = status.as_str().unwrap();
            more.map_or_else(|| status.to_owned(), |more| format!("{status} {more}"))
        }
        Note::Transfer(TransferNote::Answered(answer)) => format!("answer {}", answer.status),
        Note::Transfer(TransferNote::Redirected { .. }) => "redirected".to_owned(),
        Note::Transfer(TransferNote::Resumed { at_bytes }) => format!("resumed at {at_bytes}"),
        Note::Transfer(TransferNote::StartedAgain { why, .. }) => format!("again {why:?}"),
        Note::Retry { tries, code, .. } => format!("retry {tries} {code}"),
        Note::Failed { code, .. } => format!("failed {code}"),
        Note::Decided(decision) => format!("{decision:?}"),
    }
}

const PICKED: &str = "Picked { running: 1, parallel: 1 }";

#[tokio::test]
async fn a_transfer_with_mistakes_is_told_in_order() {
    let script = Script::new(body())
        .then(Fault::Status(503))
        .then(Fault::Cut(HALF));
    let house = House::new(1, script);
    let run = house.open_patient(PATIENT).await;
    let job = run.add_all().await[0];
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(run.state(job), JobState::Completed);
    let resumed = format!("resumed at {HALF}");
    let story = [
        PICKED,
        "answer 503",
        "started",
        "retry 1 http_status",
        "answer 200",
        "in_progress downloading",
        "retry 1 short_body",
        "answer 206",
        &resumed,
        "in_progress downloading",
        "in_progress verifying",
        "in_progress moving",
        "completed",
    ];
    assert_eq!(told(&run, job), story);
}

#[tokio::test]
async fn a_failure_keeps_its_cause_and_a_new_try_is_another_attempt() {
    let house = House::new(1, Script::new(body()).then(Fault::Status(404)));
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.queue.idle().await;
    assert_eq!(
        told(&run, job),
        [PICKED, "answer 404", "started", "failed not_found"]
    );
    run.queue.retry(job).await.unwrap();
    run.queue.idle().await;
    let journal = run.progress.journal(&run.job(job).progress_id).unwrap();
    let second: Vec<String> = journal
        .entries()
        .filter(|entry| entry.attempt == 2)
        .map(|entry| word(&entry.note))
        .collect();
    assert_eq!(second[..3], ["Retried", PICKED, "answer 200"]);
    assert_eq!(second.last().unwrap(), "completed");
}

#[tokio::test]
async fn orders_of_the_user_are_told() {
    let house = House::new(2, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    let first = run.job(jobs[0]).progress_id;
    run.queue.pause(jobs[0]).await.unwrap();
    run.until(&first, |it| it.status == ProgressStatus::Paused).await;
    run.queue.pause(jobs[1]).await.unwrap();
    run.queue.idle().await;
    assert!(told(&run, jobs[0]).ends_with(&["Paused".to_owned(), "paused".to_owned()]));
    run.queue.cancel(jobs[1]).await.unwrap();
    let story = told(&run, jobs[1]);
    assert_eq!(story.last().unwrap(), "cancelled");
    assert!(story.contains(&"GivenUp".to_owned()), "{story:?}");
    run.queue.resume(jobs[0]).await.unwrap();
    let story = told(&run, jobs[0]);
    assert!(story.contains(&"Resumed".to_owned()), "{story:?}");
    run.queue.pause_all().await.unwrap();
    run.queue.idle().await;
    run.queue.resume_all().await.unwrap();
    let story = told(&run, jobs[0]);
    assert!(story.contains(&"PausedAll".to_owned()), "{story:?}");
}

#[tokio::test]
async fn a_file_that_is_there_is_told_as_skipped() {
    let house = House::new(1, Script::new(body()));
    let run = house.open_idle().await;
    let job = run.add_all().await[0];
    std::fs::create_dir_all(house.file(1).parent().unwrap()).unwrap();
    std::fs::write(house.file(1), "mine").unwrap();
    run.queue.run_until_idle().await.unwrap();
    assert_eq!(told(&run, job).last().unwrap(), "completed skipped");
}

/// A process that keeps journals and dies while its first job is half-way.
fn crash(house: &House) -> JobId {
    let runtime = Runtime::new().unwrap();
    let job = runtime.block_on(async {
        let run = house.open(1).await;
        let keeper = Keeper::start(
            run.progress.clone(),
            run.store.clone(),
            Arc::new(SystemClock::default()),
        );
        if run.open_jobs().is_empty() {
            run.add_all().await;
        }
        let job = run.open_jobs()[0];
        run.half_way(job).await;
        // a moment before the crash
        keeper.finish().await;
        job
    });
    drop(runtime);
    job
}

#[test]
fn the_story_goes_on_after_a_crash_and_names_the_quarantine_after_the_second() {
    let house = House::new(1, gated());
    let job = crash(&house);
    // the second answer begins where the first one stopped
    house.server.now(Fault::Gate(0));
    assert_eq!(crash(&house), job);
    house.server.now(Fault::None);
    Runtime::new().unwrap().block_on(async {
        let run = house.open(1).await;
        run.queue.idle().await;
        let story = told(&run, job);
        let first = [
            PICKED,
            "answer 200",
            "started",
            "in_progress downloading",
            "waiting interrupted",
            PICKED,
        ];
        assert_eq!(story[..first.len()], first);
        let last = ["Quarantined { crashes: 2 }", "failed"];
        assert_eq!(story[story.len() - 2..], last, "{story:?}");
        assert_eq!(
            story.iter().filter(|word| *word == "waiting interrupted").count(),
            1,
            "{story:?}"
        );
    });
}

#[tokio::test]
async fn what_failed_in_an_earlier_run_of_the_program_is_told_and_gone_on_with() {
    let house = House::new(1, Script::new(body()).then(Fault::Status(404)));
    let run = house.open(1).await;
    let clock = Arc::new(SystemClock::default());
    let keeper = Keeper::start(run.progress.clone(), run.store.clone(), clock.clone());
    let job = run.add_all().await[0];
    run.queue.idle().await;
    run.queue.shutdown().await;
    keeper.finish().await;
    let before = told(&run, job);
    drop((run, keeper));

    let run = house.open(1).await;
    let operation = run.job(job).progress_id;
    let asked = StoryOf {
        operation: operation.clone(),
        job: Some(job),
    };
    let story = run.store.story(&asked).unwrap();
    let words: Vec<String> = story.journal.entries().map(|entry| word(&entry.note)).collect();
    assert_eq!(words, before);
    assert_eq!(story.job.unwrap().failure.unwrap().code, "not_found");
    assert!(run.progress.journal(&operation).is_none(), "it has ended");
    run.queue.retry(job).await.unwrap();
    run.queue.idle().await;
    let story = told(&run, job);
    assert_eq!(story[..before.len()], before);
    assert_eq!(story.last().unwrap(), "completed");
}

#[tokio::test]
async fn the_store_knows_where_a_job_stands() {
    let house = House::new(3, gated());
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    let standing = |job: JobId| {
        let operation = run.job(job).progress_id;
        let job = Some(job);
        run.store
            .story(&StoryOf { operation, job })
            .unwrap()
            .standing
            .unwrap()
    };
    assert_eq!((standing(jobs[1]).ahead, standing(jobs[2]).ahead), (0, 1));
    assert_eq!(
        (standing(jobs[2]).running, standing(jobs[2]).all_paused),
        (1, false)
    );
    run.queue.pause_all().await.unwrap();
    assert!(standing(jobs[2]).all_paused);
}

#[tokio::test]
async fn a_stall_is_told_and_so_is_its_end() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    let operation = run.job(job).progress_id;
    let stalled = |it: &crate::progress::Progress| {
        it.metadata
            .get(keys::REASON)
            .is_some_and(|reason| reason == keys::REASON_STALLED)
    };
    run.until(&operation, stalled).await;
    house.open_wide();
    run.queue.idle().await;
    let story = told(&run, job);
    let at = story
        .iter()
        .position(|word| word == "in_progress stalled")
        .unwrap();
    assert_eq!(story[at + 1], "in_progress downloading");
}

impl House {
    async fn open_patient(&self, retry: RetryPolicy) -> Run {
        let options = QueueOptions {
            parallel: 1,
            run: true,
        };
        self.open_trying(options, retry).await
    }
}
