//! Orders that make no sense are refused, and change and say nothing.

use aniworld_testkit::fault::{Fault, Script};

use super::house::{House, body, gated};
use super::run::Run;
use crate::downloads::{DownloadService, JobId, JobState, QueueError, Selection};
use crate::store::EpisodeId;

const ORDERS: [&str; 5] = ["pause", "resume", "cancel", "retry", "remove"];

async fn order(queue: &DownloadService, name: &str, job: JobId) -> Result<(), QueueError> {
    match name {
        "pause" => queue.pause(job).await,
        "resume" => queue.resume(job).await,
        "cancel" => queue.cancel(job).await,
        "retry" => queue.retry(job).await,
        _ => queue.remove(job).await,
    }
}

/// Each of these must be refused because of the state of the job, and leave everything as it was.
async fn refused(run: &Run, job: JobId, orders: &[&str]) {
    let before = (run.jobs(), run.outcomes(), run.said().await);
    for name in orders {
        let answer = order(&run.queue, name, job).await;
        let state = run.state(job);
        assert!(
            matches!(&answer, Err(QueueError::State { job: about, state: now, .. }) if *about == job && *now == state),
            "{name} of a job that is {state:?}: {answer:?}"
        );
    }
    assert_eq!((run.jobs(), run.outcomes(), run.said().await), before);
}

#[tokio::test]
async fn what_a_state_does_not_allow() {
    let script = Script::new(body())
        .then(Fault::None)
        .then(Fault::Status(404))
        .always(Fault::Gate(0));
    let house = House::new(5, script);
    std::fs::create_dir_all(house.file(3).parent().unwrap()).unwrap();
    std::fs::write(house.file(3), "mine").unwrap();
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    house.server.gate_reached().await;
    let [completed, failed, skipped, running, queued] = jobs[..] else {
        panic!("{jobs:?}")
    };
    refused(&run, completed, &["pause", "resume", "cancel", "retry"]).await;
    refused(&run, skipped, &["pause", "resume", "cancel", "retry"]).await;
    refused(&run, failed, &["pause", "resume"]).await;
    refused(&run, running, &["remove"]).await;
    refused(&run, queued, &["remove"]).await;
    run.queue.cancel(queued).await.unwrap();
    refused(&run, queued, &["pause", "resume"]).await;
    // asked for what is so already
    let before = (run.jobs(), run.said().await);
    for (name, job) in [("resume", running), ("retry", running), ("cancel", queued)] {
        assert_eq!(order(&run.queue, name, job).await, Ok(()), "{name}");
    }
    assert_eq!((run.jobs(), run.said().await), before);
    house.open_wide();
    run.queue.idle().await;
}

#[tokio::test]
async fn jobs_that_are_not_there() {
    let house = House::new(1, gated());
    let run = house.open_idle().await;
    let before = run.said().await;
    for name in ORDERS {
        let nobody = JobId(77);
        let answer = order(&run.queue, name, nobody).await;
        assert_eq!(answer, Err(QueueError::Unknown(nobody)), "{name}");
    }
    let nothing = Selection::Episode(EpisodeId(77));
    assert_eq!(run.queue.add(nothing).await, Err(QueueError::NothingMissing));
    assert_eq!((run.jobs(), run.said().await), (Vec::new(), before));
}

#[tokio::test]
async fn an_episode_under_way_under_another_number_is_not_tried_again() {
    let house = House::new(1, gated().then(Fault::None));
    let run = house.open_idle().await;
    let first = run.add_all().await[0];
    run.queue.cancel(first).await.unwrap();
    // a job whose leftovers are still to be removed does not give way
    let unclean = crate::store::JobChange::GiveUp(first);
    run.queue
        .shared
        .store
        .change_jobs(crate::store::Durability::Process, &[unclean])
        .unwrap();
    let second = run.add_all().await[0];
    refused(&run, first, &["retry"]).await;
    assert_eq!(run.state(second), JobState::Queued);
}
