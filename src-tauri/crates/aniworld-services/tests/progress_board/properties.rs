//! All rules under random updates.

use std::collections::HashMap;

use aniworld_services::progress::{
    Action, Board, Clock, DOWNLOAD_QUEUE, Progress, ProgressError, ProgressStatus, ProgressType,
    ProgressUpdate,
};
use proptest::prelude::*;
use serde_json::Value;

use super::{Desk, advance, complete, start};

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
