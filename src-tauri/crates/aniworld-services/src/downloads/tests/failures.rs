//! What goes wrong: at the server, in the library folder, in the store.

use aniworld_core::store::LibraryStore;
use aniworld_testkit::fault::{Fault, Script};

use super::house::{House, body, gated};
use crate::downloads::{JobState, QueueError, QueueStatus, Selection};
use crate::progress::{ProgressStatus, ProgressType, keys};
use crate::store::SeriesFilter;

#[tokio::test]
async fn a_failure_has_a_code_and_a_sentence_and_stops_nobody_else() {
    let script = Script::new(body()).then(Fault::Status(404)).then(Fault::WebPage);
    let house = House::new(3, script);
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    let summary = run.queue.run_until_idle().await.unwrap();
    let failures: Vec<_> = summary
        .failed
        .iter()
        .map(|it| (it.job, it.failure.clone().unwrap()))
        .collect();
    assert_eq!(failures.iter().map(|it| it.0).collect::<Vec<_>>(), jobs[..2]);
    assert_eq!(
        [&failures[0].1.code, &failures[1].1.code],
        ["not_found", "web_page"]
    );
    assert_eq!(failures[0].1.params["status"], "404");
    for (job, failure) in failures {
        assert!(!failure.message.is_empty());
        let operation = run.operation(job).unwrap();
        assert_eq!(operation.status, ProgressStatus::Failed);
        assert_eq!(operation.metadata[keys::ERROR_CODE], failure.code);
        assert!(
            operation.message.ends_with(&failure.message),
            "{}",
            operation.message
        );
        assert_eq!(run.job(job).failure, Some(failure));
    }
    assert_eq!((run.state(jobs[2]), summary.completed), (JobState::Completed, 1));
}

#[tokio::test]
async fn a_library_that_vanishes_fails_the_job_and_marks_nothing_missing() {
    let house = House::new(2, gated().then(Fault::None));
    let run = house.open(1).await;
    let jobs = run.add_all().await;
    run.half_way(jobs[1]).await;
    let figures = || {
        let page = run.store.series("", SeriesFilter::All, 0, 10).unwrap();
        (
            page.rows[0].have,
            page.rows[0].missing,
            run.store.root().unwrap().unwrap().known_files,
        )
    };
    assert_eq!(figures(), (1, 1, 1));
    let elsewhere = house.data().join("unplugged");
    std::fs::rename(house.library(), &elsewhere).unwrap();
    house.let_go();
    run.queue.idle().await;
    let failure = run.job(jobs[1]).failure.unwrap();
    assert_eq!(failure.code, "library_missing");
    assert_eq!(failure.params["path"], house.library().display().to_string());
    assert!(!house.library().exists(), "it is never made");
    assert_eq!(figures(), (1, 1, 1));
    // plugged in again, the job goes on
    std::fs::rename(&elsewhere, house.library()).unwrap();
    run.queue.retry(jobs[1]).await.unwrap();
    house.open_wide();
    run.queue.idle().await;
    assert_eq!((run.state(jobs[1]), figures()), (JobState::Completed, (2, 0, 2)));
}

#[tokio::test]
async fn an_order_that_the_store_refuses_changes_nothing() {
    let house = House::new(2, gated());
    let run = house.open(1).await;
    house.break_store("INSERT ON job");
    let refused = run.queue.add(Selection::All).await;
    assert!(matches!(refused, Err(QueueError::Store(_))), "{refused:?}");
    assert_eq!(run.queue.status(), QueueStatus::default());
    house.mend_store();
    let jobs = run.add_all().await;
    run.half_way(jobs[0]).await;
    let before = (run.jobs(), run.said().await);
    house.break_store("UPDATE ON job");
    for job in &jobs {
        for refused in [run.queue.pause(*job).await, run.queue.cancel(*job).await] {
            assert!(matches!(refused, Err(QueueError::Store(_))), "{refused:?}");
        }
    }
    assert!(run.queue.pause_all().await.is_err());
    assert!(!run.queue.is_paused() && !run.store.queue_paused().unwrap());
    assert_eq!((run.jobs(), run.said().await), before);
    house.mend_store();
    house.open_wide();
    run.queue.idle().await;
    assert_eq!(
        run.queue.status().completed,
        2,
        "the transfer heard of none of it"
    );
}

#[tokio::test]
async fn an_order_is_carried_out_though_the_next_job_cannot_start() {
    let house = House::new(2, Script::new(body()));
    let run = house.open(1).await;
    house.break_store("UPDATE OF state ON job WHEN NEW.state = 'starting'");
    let added = run.queue.add(Selection::All).await.unwrap();
    assert_eq!((added.added, run.queue.status().pending), (2, 2));
    assert_eq!(house.asked(), [""; 0], "nothing runs that is not stored");
    let told = run.progress.history();
    let told: Vec<_> = told.iter().filter(|it| it.kind == ProgressType::Error).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].status, &told[0].metadata[keys::ERROR_CODE]),
        (ProgressStatus::Failed, &"internal".into())
    );
    house.mend_store();
    // the next change tries again
    run.queue.set_parallel(2).await.unwrap();
    run.queue.idle().await;
    assert_eq!(run.queue.status().completed, 2);
}

#[tokio::test]
async fn an_end_that_cannot_be_stored_is_found_again_at_the_next_start() {
    let house = House::new(1, gated());
    let run = house.open(1).await;
    let job = run.add_all().await[0];
    run.half_way(job).await;
    house.break_store("INSERT ON outcome");
    house.let_go();
    run.queue.idle().await;
    assert_eq!(std::fs::read(house.file(1)).unwrap(), body());
    assert!(run.state(job).is_active(), "not even half of the end is stored");
    let told = run.progress.history();
    assert!(told.iter().any(|it| it.kind == ProgressType::Error), "{told:?}");
    run.queue.shutdown().await;
    drop(run);
    house.mend_store();
    let run = house.open(1).await;
    run.queue.idle().await;
    assert_eq!(run.state(job), JobState::Skipped);
    assert_eq!(run.outcomes(), [(job, JobState::Skipped)]);
    assert_eq!(house.asked().len(), 1);
}
