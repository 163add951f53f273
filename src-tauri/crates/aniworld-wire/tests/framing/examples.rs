//! Each rule by an example.

use std::collections::HashSet;

use aniworld_services::progress::{Action, Clock, DOWNLOAD_QUEUE, ProgressUpdate};
use aniworld_wire::framing::{FRAME_GAP, FRAME_LIMIT};
use aniworld_wire::{Attention, Client, JoinRequest};

use super::{Stage, millis};

#[test]
fn a_state_change_leaves_at_once_and_the_next_after_the_gap() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    stage.deliver();
    stage.start("b");
    stage.deliver();
    assert_eq!(stage.frames.len(), 1);
    assert_eq!(stage.client.next_deadline(), Some(stage.origin + FRAME_GAP));
    stage.pass(FRAME_GAP);
    assert_eq!(stage.frames.len(), 2);
    assert_eq!(
        stage.client.next_deadline(),
        None,
        "nothing more to do: no wake-ups"
    );
}

#[test]
fn samples_keep_the_pace_of_the_window() {
    for (attention, expected) in [
        (Attention::Focused, 10),
        (Attention::Visible, 4),
        (Attention::Hidden, 0),
    ] {
        let mut stage = Stage::new(Attention::Focused);
        stage.start("a");
        stage.advance("a", 0);
        stage.pass(millis(1_000));
        stage.frames.clear();
        stage.client.set_attention(attention);
        for current in 1..500 {
            stage.advance("a", current);
            stage.pass(millis(2));
        }
        assert_eq!(stage.frames.len(), expected, "{attention:?}");
    }
}

#[test]
fn a_hidden_window_gets_nothing_and_begins_anew_when_it_is_shown() {
    let mut stage = Stage::new(Attention::Visible);
    stage.start("a");
    stage.pass(millis(100));
    stage.client.set_attention(Attention::Hidden);
    stage.frames.clear();
    stage.advance("a", 700);
    stage.start("b");
    stage.pass(millis(5_000));
    assert_eq!(stage.frames.len(), 0);
    stage.client.set_attention(Attention::Focused);
    stage.pass(millis(100));
    let (_, announcement) = &stage.frames[0];
    assert_eq!((announcement.epoch, announcement.messages.len()), (2, 0));
    assert_eq!(stage.page.current("a"), 700);
    assert!(stage.page.operations.contains_key("b"));
}

#[test]
fn a_window_that_missed_nothing_while_hidden_goes_on() {
    let mut stage = Stage::new(Attention::Visible);
    stage.client.set_attention(Attention::Hidden);
    stage.client.set_attention(Attention::Visible);
    stage.start("a");
    stage.pass(millis(1));
    assert_eq!(stage.frames[0].1.epoch, 1);
}

#[test]
fn a_frame_is_bounded_and_the_rest_follows_in_order() {
    let mut stage = Stage::new(Attention::Focused);
    for n in 0..450 {
        stage.start(&format!("op{n}"));
    }
    stage.pass(millis(1_000));
    let sizes: Vec<usize> = stage
        .frames
        .iter()
        .map(|(_, frame)| frame.messages.len())
        .collect();
    assert_eq!(sizes, [FRAME_LIMIT, FRAME_LIMIT, 50]);
    let seqs = stage
        .frames
        .iter()
        .flat_map(|(_, frame)| frame.messages.iter().map(|it| it.seq));
    assert!(seqs.is_sorted_by(|a, b| a < b));
}

#[test]
fn too_many_state_changes_become_a_new_epoch() {
    let mut stage = Stage::new(Attention::Focused);
    for n in 0..5_000 {
        stage.start(&format!("op{n}"));
    }
    stage.pass(millis(1_000));
    assert_eq!(stage.page.epoch, 2);
    assert_eq!(stage.page.operations.len(), 5_000);
}

#[test]
fn only_rows_in_view_are_sent_and_totals_always() {
    let mut stage = Stage::new(Attention::Focused);
    for id in [DOWNLOAD_QUEUE, "seen", "unseen"] {
        stage.start(id);
    }
    stage.pass(millis(1_000));
    stage.frames.clear();
    let snapshot = stage.board.snapshot();
    stage.client.show_rows(Some(vec!["seen".to_owned()]), &snapshot);
    for id in [DOWNLOAD_QUEUE, "seen", "unseen"] {
        stage.advance(id, 500);
    }
    stage.pass(millis(1_000));
    let sent: HashSet<&str> = stage
        .frames
        .iter()
        .flat_map(|(_, frame)| frame.messages.iter().map(|it| it.message.data.id.as_str()))
        .collect();
    assert_eq!(sent, HashSet::from([DOWNLOAD_QUEUE, "seen"]));
    assert_eq!(stage.page.current("unseen"), 0);
    // it comes into view
    let snapshot = stage.board.snapshot();
    stage.client.show_rows(Some(vec!["unseen".to_owned()]), &snapshot);
    stage.pass(millis(1_000));
    assert_eq!(stage.page.current("unseen"), 500);
    // all rows again: the page begins anew
    stage.advance("seen", 900);
    stage.client.show_rows(None, &stage.board.snapshot());
    stage.pass(millis(1_000));
    assert_eq!(stage.page.current("seen"), 900);
}

#[test]
fn rooms_are_joined_left_replaced_and_listed() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    stage.start("b");
    let snapshot = stage.board.snapshot();
    let only_a = JoinRequest {
        rooms: vec!["progress:a".to_owned(), "nonsense".to_owned()],
        name: Some("detail".to_owned()),
        replace: false,
    };
    let answer = stage.client.join(&only_a, &snapshot);
    assert_eq!(answer.messages.len(), 1);
    let names = |client: &Client| {
        let unions = client.rooms().into_iter();
        unions
            .map(|it| (it.name.unwrap(), it.rooms.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&stage.client),
        [("detail".to_owned(), 1), ("main".to_owned(), 5)]
    );
    let alone = JoinRequest {
        replace: true,
        ..only_a
    };
    stage.client.join(&alone, &snapshot);
    assert_eq!(names(&stage.client), [("detail".to_owned(), 1)]);
    stage.advance("b", 10);
    stage.pass(millis(1_000));
    assert!(
        stage
            .frames
            .iter()
            .all(|(_, frame)| { frame.messages.iter().all(|it| it.message.data.id == "a") })
    );
    assert!(stage.client.leave("detail"));
    assert!(!stage.client.leave("detail"));
    assert!(stage.client.rooms().is_empty());
}

#[test]
fn an_event_that_the_answer_to_a_join_holds_is_not_sent_again() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    let late = stage
        .board
        .apply(
            ProgressUpdate::new(
                "a",
                Action::Advance {
                    current: 5,
                    total: Some(10),
                    message: None,
                },
            ),
            stage.clock.now(),
        )
        .unwrap();
    stage.join();
    // it was on its way when the window joined
    stage.client.offer(&late.event);
    stage.pass(millis(1_000));
    assert_eq!(stage.frames.len(), 0);
    assert_eq!(stage.page.current("a"), 5);
}

#[test]
fn a_page_that_hangs_gets_no_more_than_a_few_frames_and_then_all_it_missed() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    stage.pass(millis(200));
    stage.page.hangs = true;
    let before = stage.frames.len();
    for current in 1..=500 {
        stage.advance("a", current);
        stage.pass(millis(200));
    }
    let late = stage.frames.split_off(before);
    assert_eq!(
        late.len(),
        64,
        "all that may be on their way, however long it hangs"
    );

    // it goes on: the page takes what waited for it, and reports it
    stage.page.hangs = false;
    for (_, frame) in &late {
        stage.page.take(frame);
    }
    stage.client.heard(64);
    stage.pass(millis(200));
    assert_eq!(stage.page.current("a"), 500);
}

#[test]
fn a_page_that_joins_again_is_not_held_to_frames_that_were_lost_on_their_way() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    stage.pass(millis(200));
    stage.page.hangs = true;
    for current in 1..=100 {
        stage.advance("a", current);
        stage.pass(millis(200));
    }
    stage.join();
    stage.advance("a", 101);
    stage.pass(millis(200));
    assert_eq!(stage.page.current("a"), 101);
}
