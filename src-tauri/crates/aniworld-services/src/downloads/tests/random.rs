//! Orders in any sequence, several at once, on a server that stops, breaks off and refuses: whatever was
//! ordered, store, disk and progress agree when nothing runs any more.

use aniworld_testkit::fault::{Fault, Script};
use futures_util::future::join_all;
use proptest::prelude::*;
use tokio::runtime::Builder;

use super::house::{HALF, House, body};
use super::run::Run;
use crate::downloads::{JobState, QueueError, Selection};
use crate::progress::DOWNLOAD_QUEUE;

const EPISODES: u32 = 6;

#[derive(Debug, Clone, Copy)]
enum Order {
    Add,
    Pause(usize),
    Resume(usize),
    Cancel(usize),
    Retry(usize),
    PauseAll,
    ResumeAll,
    Parallel(u32),
    OpenGate,
}

fn order() -> impl Strategy<Value = Order> {
    let job = || 0..EPISODES as usize;
    prop_oneof![
        3 => Just(Order::Add),
        3 => job().prop_map(Order::Pause),
        3 => job().prop_map(Order::Resume),
        3 => job().prop_map(Order::Cancel),
        3 => job().prop_map(Order::Retry),
        1 => Just(Order::PauseAll),
        2 => Just(Order::ResumeAll),
        1 => (1..4_u32).prop_map(Order::Parallel),
        4 => Just(Order::OpenGate),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    proptest::sample::select(vec![
        Fault::Gate(HALF),
        Fault::Gate(0),
        Fault::Cut(HALF),
        Fault::Status(404),
        Fault::None,
    ])
}

async fn carry_out(house: &House, run: &Run, order: Order) -> Result<(), QueueError> {
    let job = |at: usize| {
        let jobs = run.jobs();
        jobs[at % jobs.len()].id
    };
    let queue = &run.queue;
    match order {
        Order::Add => queue.add(Selection::All).await.map(drop),
        Order::Pause(at) => queue.pause(job(at)).await,
        Order::Resume(at) => queue.resume(job(at)).await,
        Order::Cancel(at) => queue.cancel(job(at)).await,
        Order::Retry(at) => queue.retry(job(at)).await,
        Order::PauseAll => queue.pause_all().await,
        Order::ResumeAll => queue.resume_all().await,
        Order::Parallel(number) => queue.set_parallel(number).await,
        Order::OpenGate => {
            house.server.open_gate();
            Ok(())
        }
    }
}

/// Nothing runs: what the store, the disk and progress say must be one story.
async fn check(house: &House, run: &Run) {
    let jobs = run.jobs();
    let outcomes = run.outcomes();
    for job in &jobs {
        let held_back = job.state == JobState::Queued && run.queue.is_paused();
        let at_rest = job.state.is_terminal() || job.state == JobState::Paused || held_back;
        assert!(at_rest, "{job:?}");
        if job.state.is_terminal() {
            let last = outcomes.iter().rfind(|(id, _)| *id == job.id);
            assert_eq!(last, Some(&(job.id, job.state)));
        }
        if let Some(failure) = &job.failure {
            assert!(
                ["short_body", "not_found"].contains(&failure.code.as_str()),
                "{failure:?}"
            );
        }
        let number: u32 = job.label.number.to_string().parse().unwrap();
        if job.state == JobState::Completed {
            assert_eq!(std::fs::read(house.file(number)).unwrap(), body());
        }
        if matches!(job.state, JobState::Completed | JobState::Cancelled) {
            let name = format!(".Night Trains - S01E{number:02}.mkv.part");
            let left: Vec<_> = house.tree().into_iter().filter(|it| it.contains(&name)).collect();
            assert!(left.is_empty(), "{left:?} of {job:?}");
        }
    }
    assert!(run.store.jobs_to_clean().unwrap().is_empty());
    let ends = ["completed ", "skipped ", "failed ", "cancelled "];
    let said = run.said().await;
    let ended = said
        .iter()
        .filter(|said| ends.iter().any(|end| said.starts_with(end)));
    assert_eq!(ended.count(), outcomes.len(), "{said:?}");
    let status = run.store.queue_status().unwrap();
    assert_eq!(run.queue.status(), status);
    let queue = run.progress.get(DOWNLOAD_QUEUE).unwrap();
    let open = u64::from(status.pending + status.active);
    assert_eq!(
        queue.total,
        Some(queue.current + open),
        "what has not ended is open"
    );
    run.all_rest().await;
}

async fn play(faults: Vec<Fault>, orders: Vec<Vec<Order>>) {
    let script = faults.into_iter().fold(Script::new(body()), Script::then);
    let house = House::new(EPISODES, script.always(Fault::Gate(HALF)));
    let run = house.open(2).await;
    run.add_all().await;
    for together in orders {
        let answers = together.iter().map(|order| carry_out(&house, &run, *order));
        for answer in join_all(answers).await {
            assert!(!matches!(answer, Err(QueueError::Store(_))), "{answer:?}");
        }
    }
    house.open_wide();
    run.queue.idle().await;
    check(&house, &run).await;
    run.queue.resume_all().await.unwrap();
    run.queue.idle().await;
    check(&house, &run).await;
    assert!(run.open_jobs().is_empty(), "nothing is forgotten");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_ordered_everything_ends_and_agrees(
        faults in proptest::collection::vec(fault(), 0..8),
        orders in proptest::collection::vec(proptest::collection::vec(order(), 1..4), 0..14),
    ) {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(faults, orders));
    }
}
