//! The rules of the board: each by an example, and all of them under random updates.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::collections::HashMap;
use std::time::Duration;

use aniworld_services::progress::{
    Action, Applied, Board, Clock, DOWNLOAD_QUEUE, ManualClock, Progress, ProgressError, ProgressStatus,
    ProgressType, ProgressUpdate, Significance, Update,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A board with a clock, and short words for its updates.
#[derive(Default)]
struct Desk {
    board: Board,
    clock: ManualClock,
}

impl Desk {
    fn apply(&mut self, update: ProgressUpdate) -> Result<Applied, ProgressError> {
        self.board.apply(update, self.clock.now())
    }

    fn start(&mut self, id: &str, kind: ProgressType, total: Option<u64>) -> Applied {
        self.apply(start(id, kind, total)).unwrap()
    }

    fn advance(&mut self, id: &str, current: u64, total: Option<u64>) -> Applied {
        self.apply(advance(id, current, total)).unwrap()
    }

    fn state(&mut self, id: &str, status: ProgressStatus, metadata: Value) -> Applied {
        let mut update = ProgressUpdate::new(
            id,
            Action::State {
                status,
                message: None,
            },
        );
        update.metadata = serde_json::from_value(metadata).unwrap();
        self.apply(update).unwrap()
    }

    fn wait(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    fn get(&self, id: &str) -> &Progress {
        self.board.get(id).unwrap()
    }
}

fn start(id: &str, kind: ProgressType, total: Option<u64>) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Start {
            kind,
            title: "Downloading Naruto".to_owned(),
            message: "S01E01".to_owned(),
            current: 0,
            total,
        },
    )
}

fn advance(id: &str, current: u64, total: Option<u64>) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Advance {
            current,
            total,
            message: None,
        },
    )
}

fn complete(id: &str) -> ProgressUpdate {
    ProgressUpdate::new(
        id,
        Action::Complete {
            message: "done".to_owned(),
        },
    )
}

#[test]
fn starting_an_active_id_is_refused_and_changes_nothing() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Scan, Some(10));
    desk.advance("a", 4, Some(10));
    let before = (desk.get("a").clone(), desk.board.seq());
    let refused = desk.apply(start("a", ProgressType::Scan, None));
    assert_eq!(refused.unwrap_err(), ProgressError::AlreadyActive("a".to_owned()));
    assert_eq!((desk.get("a").clone(), desk.board.seq()), before);
}

#[test]
fn starting_an_ended_id_opens_a_new_attempt_with_a_new_start() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, Some(10));
    desk.advance("a", 9, Some(10));
    desk.apply(complete("a")).unwrap();
    let first = desk.get("a").clone();
    desk.wait(60_000);
    desk.start("a", ProgressType::Download, Some(10));
    let second = desk.get("a");
    assert_eq!(first.metadata["attempt"], 1);
    assert_eq!(second.metadata["attempt"], 2);
    assert!(second.started_at > first.started_at);
    assert_eq!(
        (second.status, second.percent),
        (ProgressStatus::Started, Some(0.0))
    );
    assert_eq!(
        desk.board.past(),
        [],
        "one id is never in the past and active at once"
    );
}

#[test]
fn late_and_unknown_updates_are_told_apart_and_the_late_ones_counted() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, Some(10));
    desk.apply(complete("a")).unwrap();
    let late = desk.apply(advance("a", 5, Some(10)));
    assert_eq!(late.unwrap_err(), ProgressError::Ended("a".to_owned()));
    assert_eq!(desk.get("a").status, ProgressStatus::Completed);
    assert_eq!(desk.board.late_updates(), 1);
    let unknown = desk.apply(advance("b", 5, None));
    assert_eq!(unknown.unwrap_err(), ProgressError::Unknown("b".to_owned()));
    assert_eq!(desk.board.late_updates(), 1);
}

#[test]
fn an_id_keeps_its_type_and_terminal_states_are_no_states_to_set() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, None);
    for status in [
        ProgressStatus::Started,
        ProgressStatus::Completed,
        ProgressStatus::Failed,
    ] {
        let set = ProgressUpdate::new(
            "a",
            Action::State {
                status,
                message: None,
            },
        );
        assert!(matches!(desk.apply(set), Err(ProgressError::Illegal { .. })));
    }
    desk.apply(complete("a")).unwrap();
    let other = desk.apply(start("a", ProgressType::Scan, None));
    assert!(matches!(other, Err(ProgressError::Illegal { .. })));
    assert_eq!(desk.get("a").status, ProgressStatus::Completed);
}

#[test]
fn an_unknown_total_has_no_percent_and_more_than_the_total_is_clamped_but_not_completed() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, None);
    desk.advance("a", 50, None);
    assert_eq!(desk.get("a").percent, None);
    desk.advance("a", 120, Some(100));
    assert_eq!(desk.get("a").percent, Some(100.0));
    assert_eq!(
        (desk.get("a").current, desk.get("a").status),
        (120, ProgressStatus::InProgress)
    );
}

#[test]
fn the_percent_of_a_download_holds_when_bytes_fall_and_starts_anew_when_the_total_grows() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, Some(1_000));
    desk.advance("a", 455, Some(1_000));
    desk.advance("a", 0, Some(1_000));
    assert_eq!(desk.get("a").percent, Some(45.5));
    desk.advance("a", 0, None);
    assert_eq!(desk.get("a").percent, None);
    desk.advance("a", 10, Some(1_000));
    assert_eq!(desk.get("a").percent, Some(45.5));
    desk.advance("a", 10, Some(2_000));
    assert_eq!(desk.get("a").percent, Some(0.5));
}

#[test]
fn metadata_is_merged_and_null_removes() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::System, None);
    desk.state("a", ProgressStatus::InProgress, json!({"x": 1, "y": {"z": 2}}));
    desk.state("a", ProgressStatus::InProgress, json!({"x": null, "w": 3}));
    assert_eq!(
        json!(desk.get("a").metadata),
        json!({"attempt": 1, "y": {"z": 2}, "w": 3})
    );
}

#[test]
fn words_of_an_old_status_go_with_it() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, Some(10));
    let waiting = json!({"reason": "retry", "until": "2025-11-07T10:00:05Z", "error_code": "connect"});
    let applied = desk.state("a", ProgressStatus::Waiting, waiting);
    assert_eq!(applied.event.significance, Significance::StateChange);
    desk.advance("a", 5, Some(10));
    assert_eq!(json!(desk.get("a").metadata), json!({"attempt": 1}));

    desk.state("a", ProgressStatus::InProgress, json!({"phase": "verifying"}));
    desk.state("a", ProgressStatus::Paused, json!({}));
    assert_eq!(json!(desk.get("a").metadata), json!({"attempt": 1}));

    desk.state(
        "a",
        ProgressStatus::Waiting,
        json!({"reason": "retry", "until": "soon"}),
    );
    desk.state("a", ProgressStatus::Waiting, json!({"reason": "interrupted"}));
    assert_eq!(
        json!(desk.get("a").metadata),
        json!({"attempt": 1, "reason": "interrupted"})
    );
}

#[test]
fn figures_are_samples_and_states_are_not() {
    let mut desk = Desk::default();
    let significance = |applied: Applied| applied.event.significance;
    assert_eq!(
        significance(desk.start("a", ProgressType::Download, Some(10))),
        Significance::StateChange
    );
    assert_eq!(
        significance(desk.advance("a", 1, Some(10))),
        Significance::StateChange
    );
    assert_eq!(significance(desk.advance("a", 2, Some(10))), Significance::Sample);
    let phase = desk.state("a", ProgressStatus::InProgress, json!({"phase": "verifying"}));
    assert_eq!(significance(phase), Significance::StateChange);
    let same = desk.state("a", ProgressStatus::InProgress, json!({"phase": "verifying"}));
    assert_eq!(significance(same), Significance::Sample);
    let forced = desk.apply(advance("a", 3, Some(10)).forced()).unwrap();
    assert_eq!(significance(forced), Significance::StateChange);
}

#[test]
fn an_update_changes_only_what_it_names() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Queue, Some(7));
    let now = desk.clock.now();
    let message = Update {
        message: Some("Added 3 items to queue".to_owned()),
        ..Update::default()
    };
    desk.board.update("a", message, now).unwrap();
    let progress = desk.get("a");
    assert_eq!((progress.current, progress.total), (0, Some(7)));
    assert_eq!(
        (progress.status, progress.message.as_str()),
        (ProgressStatus::Started, "Added 3 items to queue")
    );
    let figures = Update {
        current: Some(2),
        ..Update::default()
    };
    desk.board.update("a", figures, now).unwrap();
    let progress = desk.get("a");
    assert_eq!((progress.current, progress.total), (2, Some(7)));
    assert_eq!(progress.status, ProgressStatus::InProgress);
}

#[test]
fn downloads_carry_speed_and_time_left_and_lose_them_when_they_stop() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, Some(10_000));
    for step in 0..=10 {
        desk.advance("a", step * 500, Some(10_000));
        desk.wait(500);
    }
    let metadata = &desk.get("a").metadata;
    assert_eq!(
        (&metadata["speed_bytes_per_s"], &metadata["eta_s"]),
        (&json!(1_000), &json!(5))
    );
    desk.state("a", ProgressStatus::Paused, json!({}));
    assert_eq!(json!(desk.get("a").metadata), json!({"attempt": 1}));
}

#[test]
fn a_download_without_bytes_for_three_seconds_is_stalled_until_bytes_come() {
    let mut desk = Desk::default();
    desk.start("a", ProgressType::Download, Some(100_000));
    for step in 0..=10 {
        desk.advance("a", step * 500, Some(100_000));
        desk.wait(500);
    }
    assert!(desk.board.needs_ticks());
    assert_eq!(desk.board.tick(desk.clock.now()).len(), 0);
    desk.wait(3_000);
    let events = desk.board.tick(desk.clock.now());
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].significance, Significance::StateChange);
    assert_eq!(
        json!(desk.get("a").metadata),
        json!({"attempt": 1, "reason": "stalled", "speed_bytes_per_s": 0})
    );
    assert!(!desk.board.needs_ticks());
    assert_eq!(desk.board.tick(desk.clock.now()).len(), 0, "told once");
    let recovered = desk.advance("a", 6_000, Some(100_000));
    assert_eq!(recovered.event.significance, Significance::StateChange);
    assert_eq!(json!(desk.get("a").metadata), json!({"attempt": 1}));
}

#[test]
fn the_past_is_bounded_and_newest_first() {
    let mut desk = Desk::default();
    for n in 0..600 {
        desk.start(&format!("op{n}"), ProgressType::System, None);
        desk.apply(complete(&format!("op{n}"))).unwrap();
    }
    let past = desk.board.past();
    assert_eq!(past.len(), 500);
    assert_eq!((past[0].id.as_str(), past[499].id.as_str()), ("op599", "op100"));
    assert_eq!(
        desk.apply(complete("op0")).unwrap_err(),
        ProgressError::Unknown("op0".to_owned())
    );
}

#[test]
fn the_queue_counts_items_with_the_fractions_of_its_children() {
    let mut desk = Desk::default();
    desk.start(DOWNLOAD_QUEUE, ProgressType::Queue, None);
    let figures = Update {
        current: Some(1),
        total: Some(4),
        ..Update::default()
    };
    desk.board
        .update(DOWNLOAD_QUEUE, figures, desk.clock.now())
        .unwrap();
    let child = start("child", ProgressType::Download, Some(200)).with("job", 1);
    desk.apply(child).unwrap();
    let applied = desk.advance("child", 100, Some(200));
    let queue = applied
        .queue
        .expect("the queue is told of its child")
        .progress
        .clone();
    // one whole item and half of another, of four
    assert_eq!(queue.percent, Some(37.5));
    assert_eq!(
        (
            &queue.metadata["active_bytes"],
            &queue.metadata["active_total_bytes"]
        ),
        (&json!(100), &json!(200))
    );
    desk.start("stranger", ProgressType::Download, Some(50));
    assert!(desk.advance("stranger", 25, Some(50)).queue.is_none());
}

/// One random step.
#[derive(Debug, Clone)]
enum Step {
    Start(usize, Option<u64>, bool),
    Advance(usize, u64, Option<u64>),
    State(usize, ProgressStatus),
    End(usize, u8),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = 0..6_usize;
    let total = || prop_oneof![Just(None), (0..2_000_u64).prop_map(Some), Just(Some(1_000))];
    let status = prop_oneof![
        Just(ProgressStatus::InProgress),
        Just(ProgressStatus::Paused),
        Just(ProgressStatus::Waiting)
    ];
    let step = prop_oneof![
        2 => (id.clone(), total(), any::<bool>()).prop_map(|(id, total, job)| Step::Start(id, total, job)),
        6 => (id.clone(), 0..2_500_u64, total()).prop_map(|(id, current, total)| Step::Advance(id, current, total)),
        1 => (id.clone(), status).prop_map(|(id, status)| Step::State(id, status)),
        1 => (id, 0..3_u8).prop_map(|(id, how)| Step::End(id, how)),
        2 => (1..5_000_u64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..120)
}

fn update_of(step: &Step) -> Option<ProgressUpdate> {
    let name = |id: &usize| format!("download_{id}");
    Some(match step {
        Step::Start(id, total, job) => {
            let update = start(&name(id), ProgressType::Download, *total);
            if *job { update.with("job", *id) } else { update }
        }
        Step::Advance(id, current, total) => advance(&name(id), *current, *total),
        Step::State(id, status) => ProgressUpdate::new(
            name(id),
            Action::State {
                status: *status,
                message: None,
            },
        ),
        Step::End(id, 0) => complete(&name(id)),
        Step::End(id, 1) => ProgressUpdate::new(
            name(id),
            Action::Fail {
                message: String::new(),
            },
        ),
        Step::End(id, _) => ProgressUpdate::new(
            name(id),
            Action::Cancel {
                message: String::new(),
            },
        ),
        Step::Wait(_) => return None,
    })
}

fn figure(progress: &Progress, key: &str) -> u64 {
    progress.metadata.get(key).and_then(Value::as_u64).unwrap_or(0)
}

fn assert_queue_is_the_sum_of_its_children(board: &Board) {
    let active = board.active();
    let children: Vec<_> = active
        .iter()
        .filter(|it| it.metadata.contains_key("job"))
        .collect();
    let queue = board.get(DOWNLOAD_QUEUE).unwrap();
    let sum = |of: &dyn Fn(&Progress) -> u64| children.iter().map(|child| of(child)).sum::<u64>();
    assert_eq!(
        figure(queue, "speed_bytes_per_s"),
        sum(&|child| figure(child, "speed_bytes_per_s"))
    );
    assert_eq!(figure(queue, "active_bytes"), sum(&|child| child.current));
    assert_eq!(
        figure(queue, "active_total_bytes"),
        sum(&|child| child.total.unwrap_or(0).max(child.current))
    );
}

proptest! {
    #[test]
    fn every_rule_holds_under_random_updates(steps in steps()) {
        let mut desk = Desk::default();
        desk.start(DOWNLOAD_QUEUE, ProgressType::Queue, Some(6));
        let mut last_seq = desk.board.seq();
        let mut attempts: HashMap<String, u64> = HashMap::new();
        for step in &steps {
            let Some(update) = update_of(step) else {
                if let Step::Wait(millis) = step {
                    desk.wait(*millis);
                }
                for event in desk.board.tick(desk.clock.now()) {
                    prop_assert!(event.seq > last_seq);
                    last_seq = event.seq;
                }
                assert_queue_is_the_sum_of_its_children(&desk.board);
                continue;
            };
            let id = update.id.clone();
            let starts = matches!(update.action, Action::Start { .. });
            let before = desk.board.get(&id).cloned();
            match desk.apply(update) {
                Ok(applied) => {
                    let after = applied.event.progress;
                    prop_assert!(applied.event.seq > last_seq);
                    last_seq = desk.board.seq();
                    prop_assert_eq!(after.total.is_none_or(|total| total == 0), after.percent.is_none());
                    prop_assert!(after.percent.is_none_or(|percent| (0.0..=100.0).contains(&percent)));
                    let before = before.filter(|_| !starts);
                    if let (Some(before), false) = (&before, starts) {
                        prop_assert!(!before.status.is_terminal());
                        if before.total.is_some() && after.total <= before.total {
                            prop_assert!(after.percent.is_none() || after.percent >= before.percent);
                        }
                        prop_assert_eq!(after.started_at, before.started_at);
                    } else {
                        let attempt = attempts.entry(id).or_insert(0);
                        *attempt += 1;
                        prop_assert_eq!(figure(&after, "attempt"), *attempt);
                    }
                    if after.status != ProgressStatus::InProgress {
                        prop_assert!(!after.metadata.contains_key("speed_bytes_per_s"));
                        prop_assert!(!after.metadata.contains_key("eta_s"));
                    }
                }
                Err(ProgressError::AlreadyActive(_)) => {
                    prop_assert!(starts && before.is_some_and(|it| !it.status.is_terminal()));
                }
                Err(ProgressError::Ended(_)) => {
                    prop_assert!(!starts && before.is_some_and(|it| it.status.is_terminal()));
                }
                Err(ProgressError::Unknown(_)) => prop_assert!(before.is_none()),
                Err(ProgressError::Illegal { detail, .. }) => prop_assert!(false, "{}", detail),
            }
            assert_queue_is_the_sum_of_its_children(&desk.board);
        }
    }
}
