//! One test per sentence.

use std::collections::BTreeMap;
use std::sync::Arc;

use aniworld_core::events::EpisodeLabel;
use aniworld_core::transfer::{Answer, StartedAgain, Strength};
use aniworld_services::downloads::{JobFailure, JobId};
use aniworld_services::history::{HistoryRow, HistorySubject};
use aniworld_services::progress::{Journal, Metadata, ProgressType};
use aniworld_services::store::JobView;
use aniworld_services::story::Standing;

use super::*;

const ID: &str = "download_Night Trains_1_2";

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_762_509_600 + second, 0).unwrap()
}

fn label() -> EpisodeLabel {
    EpisodeLabel {
        serie_folder: "Night Trains".to_owned(),
        series: "Night Trains".to_owned(),
        season: 1,
        number: "2".parse().unwrap(),
        title: None,
        version: 1,
    }
}

/// A job in this state, with these notes one second after the other.
fn job(state: JobState, notes: impl IntoIterator<Item = Note>) -> Story {
    let mut journal = Journal::default();
    for (second, note) in (0..).zip(notes) {
        journal.take(note, at(second));
    }
    Story {
        operation: ID.to_owned(),
        job: Some(JobView {
            id: JobId(7),
            progress_id: ID.to_owned(),
            state,
            series: None,
            label: label(),
            source: "first".to_owned(),
            bytes: 0,
            total: None,
            attempts: 1,
            failure: None,
            added_at: at(0),
            finished_at: None,
        }),
        standing: Some(Standing {
            ahead: 2,
            running: 3,
            parallel: Some(3),
            all_paused: false,
        }),
        ended: None,
        unattended: false,
        progress: None,
        journal,
        library: None,
    }
}

/// The same with a live operation.
fn live(status: ProgressStatus, metadata: &[(&str, Value)], notes: Vec<Note>) -> Story {
    let metadata: Metadata = metadata
        .iter()
        .map(|(key, it)| ((*key).to_owned(), it.clone()))
        .collect();
    Story {
        progress: Some(Arc::new(Progress {
            id: ID.to_owned(),
            kind: ProgressType::Download,
            status,
            title: String::new(),
            message: String::new(),
            percent: None,
            current: 0,
            total: None,
            metadata,
            started_at: at(0),
            updated_at: at(0),
        })),
        ..job(JobState::Downloading, notes)
    }
}

fn state(status: ProgressStatus, reason: Option<&str>) -> Note {
    Note::State {
        status,
        phase: None,
        reason: reason.map(str::to_owned),
        until: None,
        error_code: None,
    }
}

fn retry(tries: u32, reason: &str) -> Note {
    Note::Retry {
        tries,
        reason: reason.to_owned(),
        code: "connect".to_owned(),
        params: BTreeMap::from([
            ("host".to_owned(), "h:1".to_owned()),
            ("detail".to_owned(), "no".to_owned()),
        ]),
        until: Some(at(60)),
    }
}

fn answered() -> Note {
    Note::Transfer(TransferNote::Answered(Answer {
        status: 200,
        host: "h:1".to_owned(),
        total: Some(100),
        ranges: false,
        validator: Strength::None,
        content_type: None,
    }))
}

fn again() -> Note {
    Note::Transfer(TransferNote::StartedAgain {
        why: StartedAgain::NoRanges,
        lost_bytes: 40,
    })
}

fn resumed() -> Note {
    Note::Transfer(TransferNote::Resumed { at_bytes: 40 })
}

#[track_caller]
fn says(story: &Story, code: ExplanationCode, sentence: &str) {
    let explanation = explain(story);
    assert_eq!(
        (explanation.code, explanation.sentence.as_str()),
        (code, sentence)
    );
}

#[test]
fn it_waits_for_its_turn() {
    let mut story = job(JobState::Queued, []);
    let full = "It waits for its turn: 2 downloads come first, and 3 of at most 3 run.";
    says(&story, ExplanationCode::WaitsTurn, full);
    story.standing = Some(Standing {
        ahead: 0,
        running: 1,
        parallel: Some(3),
        all_paused: false,
    });
    says(
        &story,
        ExplanationCode::WaitsTurn,
        "It waits for its turn: it is the next one.",
    );
}

#[test]
fn everything_is_paused() {
    let mut story = job(JobState::Queued, []);
    story.standing = story.standing.map(|it| Standing {
        all_paused: true,
        ..it
    });
    let sentence = "It waits because all downloads are paused.";
    says(&story, ExplanationCode::WaitsAllPaused, sentence);
}

#[test]
fn the_user_paused_it_or_everything() {
    let paused = |decision| [Note::Decided(decision), state(ProgressStatus::Paused, None)];
    let story = job(JobState::Paused, paused(Decision::Paused));
    says(
        &story,
        ExplanationCode::Paused,
        "You paused it at 2025-11-07 10:00:01 UTC.",
    );
    let story = job(JobState::Paused, paused(Decision::PausedAll));
    let sentence = "You paused all downloads at 2025-11-07 10:00:01 UTC.";
    says(&story, ExplanationCode::PausedAll, sentence);
    says(
        &job(JobState::Paused, []),
        ExplanationCode::Paused,
        "You paused it.",
    );
}

#[test]
fn it_is_tried_again() {
    let story = job(
        JobState::Waiting,
        [answered(), retry(1, "retry"), retry(2, "retry")],
    );
    let sentence =
        "It is tried again at 2025-11-07 10:01:00 UTC, after 2 tries failed. No connection to h:1: no.";
    let explanation = explain(&story);
    assert_eq!(explanation.code, ExplanationCode::WaitsRetry);
    assert_eq!(explanation.cause.unwrap().code, crate::ErrorCode::Connect);
    assert!(
        explanation.sentence.starts_with(&sentence[..75]),
        "{}",
        explanation.sentence
    );
}

#[test]
fn the_server_asked_for_patience() {
    let story = job(JobState::Waiting, [answered(), retry(1, "server_busy")]);
    let explanation = explain(&story);
    assert_eq!(explanation.code, ExplanationCode::WaitsServer);
    let sentence = "h:1 asked for patience: it is tried again at 2025-11-07 10:01:00 UTC.";
    assert!(
        explanation.sentence.starts_with(sentence),
        "{}",
        explanation.sentence
    );
}

#[test]
fn the_end_of_the_program_interrupted_it() {
    let story = job(
        JobState::Queued,
        [state(ProgressStatus::Waiting, Some("interrupted"))],
    );
    let sentence = "It was interrupted when the program ended, and goes on where it stopped after 2 downloads before it.";
    says(&story, ExplanationCode::Interrupted, sentence);
    let live = live(
        ProgressStatus::Waiting,
        &[("reason", "interrupted".into())],
        vec![],
    );
    assert_eq!(explain(&live).code, ExplanationCode::Interrupted);
}

#[test]
fn without_a_program_nothing_runs_whatever_the_store_says() {
    let left = |state| Story {
        unattended: true,
        ..job(state, [answered()])
    };
    assert_eq!(
        explain(&left(JobState::Downloading)).code,
        ExplanationCode::Interrupted
    );
    assert_eq!(
        explain(&left(JobState::Waiting)).code,
        ExplanationCode::Interrupted
    );
    let sentence = "It waits until Aniworld runs, or `aniworld-cli download`.";
    says(&left(JobState::Queued), ExplanationCode::WaitsProgram, sentence);
    assert_eq!(
        explain(&left(JobState::Completed)).code,
        ExplanationCode::Completed
    );
}

#[test]
fn it_stands_still() {
    let notes = vec![answered(), state(ProgressStatus::InProgress, Some("stalled"))];
    let story = live(
        ProgressStatus::InProgress,
        &[("reason", "stalled".into())],
        notes.clone(),
    );
    let sentence = "h:1 sends nothing since 2025-11-07 10:00:01 UTC.";
    says(&story, ExplanationCode::Stalled, sentence);
    // the same without the program that runs it
    says(
        &job(JobState::Downloading, notes),
        ExplanationCode::Stalled,
        sentence,
    );
}

#[test]
fn it_is_slow_and_something_limits_it() {
    let limited = |by: &str| {
        let metadata = [
            ("speed_bytes_per_s", Value::from(2_500_000)),
            ("limited_by", by.into()),
            ("host", "cdn".into()),
        ];
        live(ProgressStatus::InProgress, &metadata, vec![answered()])
    };
    let server = "It is limited by cdn, which sends at 2.5 MB/s.";
    says(&limited("server"), ExplanationCode::SlowServer, server);
    let disk = "It is limited by the disk, which writes at 2.5 MB/s.";
    says(&limited("disk"), ExplanationCode::SlowDisk, disk);
    let own = "It is limited by your own speed limit and runs at 2.5 MB/s.";
    says(&limited("speed_limit"), ExplanationCode::SlowLimit, own);
    let plain = "It is being downloaded from cdn at 2.5 MB/s.";
    says(&limited("something new"), ExplanationCode::Downloading, plain);
}

#[test]
fn it_began_again() {
    let story = live(ProgressStatus::InProgress, &[], vec![answered(), again()]);
    let sentence =
        "It is being downloaded from h:1, from the first byte again: the server sends whole files only.";
    says(&story, ExplanationCode::BeganAgain, sentence);
}

#[test]
fn it_is_under_way() {
    for (state, code) in [
        (JobState::Starting, ExplanationCode::Starting),
        (JobState::Downloading, ExplanationCode::Downloading),
        (JobState::Verifying, ExplanationCode::Verifying),
        (JobState::Processing, ExplanationCode::Processing),
        (JobState::Moving, ExplanationCode::Moving),
    ] {
        assert_eq!(explain(&job(state, [])).code, code);
    }
}

#[test]
fn it_failed_after_so_many_tries() {
    let failed = Note::Failed {
        code: "connect".to_owned(),
        params: BTreeMap::from([("host".to_owned(), "h:1".to_owned())]),
    };
    let story = job(
        JobState::Failed,
        [retry(1, "retry"), retry(2, "retry"), failed.clone()],
    );
    let explanation = explain(&story);
    assert_eq!(explanation.code, ExplanationCode::Failed);
    assert!(
        explanation.sentence.starts_with("It failed after 3 tries. "),
        "{}",
        explanation.sentence
    );
    // what the job itself keeps is told before what was noted
    let mut story = job(JobState::Failed, [failed]);
    story.job.as_mut().unwrap().failure = Some(JobFailure {
        code: "disk_full".to_owned(),
        message: "no space left for /library/a.mkv".to_owned(),
        params: BTreeMap::new(),
    });
    says(
        &story,
        ExplanationCode::Failed,
        "It failed. No space left for /library/a.mkv.",
    );
}

#[test]
fn it_is_held_to_be_the_cause_of_crashes() {
    let decision = Note::Decided(Decision::Quarantined { crashes: 2 });
    let story = job(JobState::Failed, [decision, state(ProgressStatus::Failed, None)]);
    let sentence =
        "It was taken out of the queue because it ran when the program ended unexpectedly, 2 times in a row.";
    says(&story, ExplanationCode::Quarantined, sentence);
}

#[test]
fn it_was_skipped_or_cancelled() {
    let sentence = "It was skipped because the file was there already.";
    says(&job(JobState::Skipped, []), ExplanationCode::Skipped, sentence);
    says(
        &job(JobState::Cancelled, []),
        ExplanationCode::Cancelled,
        "You cancelled it.",
    );
}

#[test]
fn it_is_done_with_what_was_odd() {
    let plain = job(
        JobState::Completed,
        [answered(), state(ProgressStatus::Completed, None)],
    );
    says(
        &plain,
        ExplanationCode::Completed,
        "It is done, and nothing was odd.",
    );
    let odd = job(
        JobState::Completed,
        [retry(1, "retry"), resumed(), retry(1, "retry"), again()],
    );
    let sentence = "It is done, though not at once: 2 tries failed, it was resumed 1 time, it began again once \
        because the server sends whole files only.";
    says(&odd, ExplanationCode::CompletedAfter, sentence);
}

#[test]
fn an_earlier_attempt_is_not_held_against_it() {
    let notes = [retry(1, "retry"), state(ProgressStatus::Failed, None), answered()];
    says(
        &job(JobState::Completed, notes),
        ExplanationCode::Completed,
        "It is done, and nothing was odd.",
    );
}

#[test]
fn what_is_off_the_list_is_told_by_the_history() {
    let story = Story {
        job: None,
        ended: Some(HistoryRow {
            id: 1,
            operation: ID.to_owned(),
            kind: ProgressType::Download,
            attempt: 1,
            outcome: HistoryOutcome::Skipped,
            subject: HistorySubject::Episode(label()),
            source: None,
            bytes: 0,
            transferred: 0,
            failure: None,
            started_at: None,
            ended_at: at(0),
            took: None,
        }),
        ..job(JobState::Queued, [])
    };
    assert_eq!(explain(&story).code, ExplanationCode::Skipped);
}

#[test]
fn what_nobody_heard_of_is_unknown_and_other_operations_are_told_by_their_state() {
    let story = |notes: Vec<Note>| Story {
        operation: "library_scan".to_owned(),
        job: None,
        standing: None,
        ..job(JobState::Queued, notes)
    };
    assert_eq!(explain(&story(vec![])).code, ExplanationCode::Unknown);
    for (status, code) in [
        (ProgressStatus::InProgress, ExplanationCode::Running),
        (ProgressStatus::Completed, ExplanationCode::Completed),
        (ProgressStatus::Failed, ExplanationCode::Failed),
        (ProgressStatus::Cancelled, ExplanationCode::Cancelled),
    ] {
        assert_eq!(explain(&story(vec![state(status, None)])).code, code);
    }
}

#[test]
fn a_job_that_was_queued_again_is_not_told_by_its_last_end() {
    let ended = live(ProgressStatus::Failed, &[], vec![]);
    let story = Story {
        progress: ended.progress,
        ..job(JobState::Queued, [])
    };
    assert_eq!(explain(&story).code, ExplanationCode::WaitsTurn);
}
