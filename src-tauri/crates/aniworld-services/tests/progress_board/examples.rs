//! Each rule by an example.

use aniworld_services::progress::{
    Action, Applied, Clock, DOWNLOAD_QUEUE, ProgressError, ProgressStatus, ProgressType, ProgressUpdate,
    Significance, Update,
};
use serde_json::json;

use super::{Desk, advance, complete, start};

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
fn an_owner_that_counts_attempts_is_believed_at_a_start_and_only_there() {
    let mut desk = Desk::default();
    for (given, counted) in [
        (json!(4), 4),
        (json!(null), 5),
        (json!(0), 6),
        (json!("x"), 7),
        (json!(2), 2),
    ] {
        let start = Action::Start {
            kind: ProgressType::Download,
            title: String::new(),
            message: String::new(),
            current: 0,
            total: None,
        };
        desk.apply(ProgressUpdate::new("a", start).with("attempt", given))
            .unwrap();
        desk.state("a", ProgressStatus::InProgress, json!({"attempt": 99}));
        assert_eq!(desk.get("a").metadata["attempt"], counted);
        desk.apply(complete("a")).unwrap();
    }
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
    desk.advance("child", 200, Some(200));
    let figures = Update {
        total: Some(2),
        ..Update::default()
    };
    let queue = desk.board.update(DOWNLOAD_QUEUE, figures, desk.clock.now());
    let queue = queue.unwrap().event.progress;
    assert_eq!(
        (queue.percent, &queue.metadata["unit"]),
        (Some(100.0), &json!("bytes")),
        "the size of all that is open is known"
    );
    desk.start("stranger", ProgressType::Download, Some(50));
    assert!(desk.advance("stranger", 25, Some(50)).queue.is_none());
}
