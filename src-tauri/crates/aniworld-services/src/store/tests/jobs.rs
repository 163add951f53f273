//! Jobs on disk: added once, in order, found again after a crash, and never without an outcome.

use aniworld_core::store::LibraryStore;

use super::*;
use crate::downloads::{JobFailure, JobId, JobState, QueueFilter, QueueStatus, Selection};
use crate::history::{HistoryOutcome, HistoryQuery, HistoryRow};
use crate::progress::journal::Unwritten;

fn failure() -> JobFailure {
    JobFailure {
        code: "not_found".to_owned(),
        message: "the server answered 404".to_owned(),
        params: std::iter::once(("status".to_owned(), "404".to_owned())).collect(),
    }
}

/// The store of four of six with both missing episodes in the queue.
fn queued() -> (TempDir, Store, Vec<JobId>) {
    let (dir, store) = store();
    four_of_six(&store);
    let (added, status) = store.add_jobs(&store.new_jobs(Selection::All).unwrap()).unwrap();
    assert_eq!(status.pending, 2);
    (dir, store, added.into_iter().map(|job| job.id).collect())
}

fn change(store: &Store, changes: &[JobChange]) -> QueueStatus {
    store.change_jobs(Durability::Process, changes).unwrap()
}

fn history(store: &Store) -> (u64, Vec<HistoryRow>) {
    store.history(&HistoryQuery::default()).unwrap()
}

fn end(id: JobId, state: JobState) -> JobChange {
    JobChange::End(Ending::of(
        id,
        state,
        (state == JobState::Failed).then(failure),
        false,
    ))
}

fn listed(store: &Store, filter: QueueFilter) -> Vec<(i64, JobState)> {
    let (total, jobs) = store.jobs(filter, 0, 100).unwrap();
    assert_eq!(total as usize, jobs.len());
    jobs.into_iter().map(|job| (job.id.0, job.state)).collect()
}

#[test]
fn a_job_carries_everything_it_needs() {
    let (_dir, store, ids) = queued();
    let job = store.stored_job(ids[0]).unwrap().unwrap();
    assert_eq!(job.label.series, "Night Trains");
    assert_eq!(job.label.title.as_deref(), Some("Title of nt5"));
    assert_eq!(job.asset, offered("nt5", 1, "5").asset);
    assert_eq!((job.bytes, job.total, job.ran), (0, Some(100), false));
    // and keeps it when the source is forgotten
    store.remove_source(SourceId(1)).unwrap();
    assert_eq!(store.stored_job(ids[0]).unwrap().unwrap(), job);
    assert_eq!(store.job(ids[0]).unwrap().unwrap().source, "first");
}

#[test]
fn the_story_of_an_open_job_stays_however_old_it_is() {
    let (_dir, store, ids) = queued();
    let operations: Vec<String> = ids
        .iter()
        .map(|id| store.job(*id).unwrap().unwrap().progress_id)
        .collect();
    let journals: Vec<Unwritten> = operations
        .iter()
        .map(|operation| Unwritten {
            operation: operation.clone(),
            from: 0,
            total: 1,
            entries: Vec::new(),
        })
        .collect();
    store.write_journals(&journals).unwrap();
    change(&store, &[JobChange::Start(ids[0]), end(ids[0], JobState::Failed)]);
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    assert_eq!(store.forget_journals(Some(later), 500).unwrap(), 1);
    assert!(store.journal(&operations[0]).unwrap().is_none(), "it has ended");
    assert!(store.journal(&operations[1]).unwrap().is_some(), "it goes on");
}

#[test]
fn a_second_try_takes_the_address_that_the_source_gives_now() {
    let (_dir, store, ids) = queued();
    change(&store, &[JobChange::Start(ids[0]), end(ids[0], JobState::Failed)]);
    let mut moved = offered("nt5", 1, "5");
    moved.asset.url = "http://127.0.0.1:9/elsewhere/nt5".parse().unwrap();
    let all = (1..=6).filter(|n| *n != 5);
    let all = all
        .map(|n| offered(&format!("nt{n}"), 1, &n.to_string()))
        .chain([moved.clone()]);
    let now = listing(vec![series("Night Trains", all.collect())]);
    store.store_listing(SourceId(1), &now).unwrap();
    store.requeue_job(ids[0]).unwrap().unwrap();
    assert_eq!(store.stored_job(ids[0]).unwrap().unwrap().asset, moved.asset);
}

#[test]
fn what_a_cancelled_job_left_is_not_cleaned_away_from_under_a_newer_one() {
    let (_dir, store, ids) = queued();
    change(&store, &[JobChange::Start(ids[0]), JobChange::GiveUp(ids[0])]);
    let left = Ending::of(ids[0], JobState::Cancelled, None, true);
    change(&store, &[JobChange::End(left)]);
    assert_eq!(store.jobs_to_clean().unwrap().len(), 1);
    let (added, _) = store.add_jobs(&store.new_jobs(Selection::All).unwrap()).unwrap();
    assert_eq!(added.len(), 1, "the same episode again");
    assert!(
        store.jobs_to_clean().unwrap().is_empty(),
        "the part is the new job's"
    );
}

#[test]
fn an_episode_is_queued_once_and_again_after_it_failed() {
    let (_dir, store, ids) = queued();
    let wanted = store.new_jobs(Selection::All).unwrap();
    assert!(store.add_jobs(&wanted).unwrap().0.is_empty());
    change(&store, &[JobChange::Start(ids[0]), end(ids[0], JobState::Failed)]);
    let (added, status) = store.add_jobs(&wanted).unwrap();
    assert_eq!(added.len(), 1);
    assert_eq!((status.pending, status.failed), (2, 0), "the failed job gave way");
    assert!(added[0].position > 2, "at the end of the queue");
    assert_eq!(history(&store).0, 1, "its outcome stays");
}

#[test]
fn lists_show_active_then_queued_then_the_past() {
    let (_dir, store, ids) = queued();
    let (a, b) = (ids[0], ids[1]);
    change(&store, &[JobChange::Start(b)]);
    assert_eq!(
        listed(&store, QueueFilter::All),
        [(b.0, JobState::Starting), (a.0, JobState::Queued)]
    );
    let status = change(&store, &[end(b, JobState::Completed)]);
    let expected = QueueStatus {
        pending: 1,
        completed: 1,
        ..QueueStatus::default()
    };
    assert_eq!(status, expected);
    assert_eq!(
        listed(&store, QueueFilter::All),
        [(a.0, JobState::Queued), (b.0, JobState::Completed)]
    );
    assert_eq!(listed(&store, QueueFilter::Active), [(a.0, JobState::Queued)]);
    assert_eq!(
        listed(&store, QueueFilter::Completed),
        [(b.0, JobState::Completed)]
    );
    assert_eq!(listed(&store, QueueFilter::Failed), []);
}

#[test]
fn the_series_counts_what_is_queued() {
    let (_dir, store, ids) = queued();
    assert_eq!(only_series(&store).queued, 2);
    change(
        &store,
        &[JobChange::Start(ids[0]), end(ids[0], JobState::Cancelled)],
    );
    let summary = only_series(&store);
    assert_eq!((summary.missing, summary.queued), (2, 1));
    let view = store.series_view(summary.id).unwrap().unwrap();
    assert_eq!(view.episodes[4].job, Some((ids[0], JobState::Cancelled)));
}

#[test]
fn the_end_of_a_job_and_its_outcome_are_one() {
    let (_dir, store, ids) = queued();
    change(&store, &[JobChange::Start(ids[0]), end(ids[0], JobState::Failed)]);
    let rows = history(&store).1;
    assert_eq!((rows[0].outcome, rows[0].attempt), (HistoryOutcome::Failed, 1));
    assert_eq!(rows[0].failure, Some(failure()));
    assert_eq!(store.job(ids[0]).unwrap().unwrap().failure, Some(failure()));
    // changes that belong together are undone together
    let broken = [end(ids[1], JobState::Completed), JobChange::Remove(ids[1])];
    let trigger = "CREATE TRIGGER no BEFORE DELETE ON job BEGIN SELECT raise(ABORT, 'no'); END";
    let (dir, other, others) = queued();
    let connection = rusqlite::Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    connection.execute_batch(trigger).unwrap();
    assert!(other.change_jobs(Durability::Power, &broken).is_err());
    assert_eq!(other.job(others[1]).unwrap().unwrap().state, JobState::Queued);
    assert_eq!(history(&other).0, 0);
}

#[test]
fn what_ran_in_a_crash_is_queued_again_at_its_place_and_quarantined_after_the_second() {
    let (dir, store, ids) = queued();
    let crash = |store: Store| {
        change(&store, &[JobChange::Start(ids[0])]);
        drop(store);
        let again = Store::open(dir.path()).unwrap();
        let suspects = again.recover_jobs(2, &failure()).unwrap();
        (again, suspects.into_iter().map(|job| job.id).collect::<Vec<_>>())
    };
    let (store, suspects) = crash(store);
    assert_eq!(suspects, []);
    assert_eq!(
        listed(&store, QueueFilter::All),
        [(ids[0].0, JobState::Queued), (ids[1].0, JobState::Queued)]
    );
    assert_eq!(store.stopped_jobs().unwrap().len(), 1);
    let (store, suspects) = crash(store);
    assert_eq!(suspects, [ids[0]]);
    assert_eq!(
        listed(&store, QueueFilter::All),
        [(ids[1].0, JobState::Queued), (ids[0].0, JobState::Failed)]
    );
}

#[test]
fn a_stop_in_good_order_between_two_crashes_clears_the_suspicion() {
    let (_dir, store, ids) = queued();
    for _ in 0..3 {
        change(&store, &[JobChange::Start(ids[0])]);
        assert!(store.recover_jobs(2, &failure()).unwrap().is_empty());
        change(
            &store,
            &[
                JobChange::Start(ids[0]),
                JobChange::Pause(ids[0]),
                JobChange::Queue(ids[0]),
            ],
        );
    }
}

#[test]
fn what_was_being_cancelled_in_a_crash_is_cancelled_and_still_to_clean() {
    let (_dir, store, ids) = queued();
    change(&store, &[JobChange::Start(ids[0]), JobChange::GiveUp(ids[0])]);
    store.recover_jobs(2, &failure()).unwrap();
    assert_eq!(store.job(ids[0]).unwrap().unwrap().state, JobState::Cancelled);
    assert_eq!(store.jobs_to_clean().unwrap().len(), 1);
    assert_eq!(store.remove_ended_jobs().unwrap().0, 0, "not before it is clean");
    change(&store, &[JobChange::Cleaned(ids[0])]);
    assert_eq!(store.remove_ended_jobs().unwrap().0, 1);
}

#[test]
fn trying_again_goes_to_the_end_unless_the_episode_is_in_the_queue() {
    let (_dir, store, ids) = queued();
    change(&store, &[JobChange::Start(ids[0]), end(ids[0], JobState::Failed)]);
    let (position, status) = store.requeue_job(ids[0]).unwrap().unwrap();
    assert_eq!((position, status.pending), (3, 2));
    assert_eq!(store.requeue_job(ids[0]).unwrap(), None, "it has not ended");
    let job = store.job(ids[0]).unwrap().unwrap();
    assert_eq!(
        (job.state, job.failure, job.finished_at),
        (JobState::Queued, None, None)
    );
}

#[test]
fn pausing_all_is_remembered_together_with_the_jobs() {
    let (dir, store, ids) = queued();
    store.set_queue_paused(true, &[JobChange::Pause(ids[0])]).unwrap();
    drop(store);
    let again = Store::open(dir.path()).unwrap();
    assert!(again.queue_paused().unwrap());
    assert_eq!(again.open_jobs().unwrap()[0].state, JobState::Paused);
}
