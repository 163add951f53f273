//! Joining, leaving, replacing; and which rows are sent.

use aniworld_services::progress::{DOWNLOAD_QUEUE, ProgressType};
use aniworld_wire::message::ProgressState;

use super::{ALL, Stage, ids, last_of, start_queue, states};

#[tokio::test]
async fn the_answer_is_what_is_known_and_the_frames_are_what_follows() {
    let mut stage = Stage::new();
    stage.whole_download("past").await;
    stage.start("a", ProgressType::Download).await;
    let joined = stage.join("main", &ALL);
    assert_eq!(ids(&joined), ["a", "past"], "active ones first");
    assert_eq!(joined.frame, 0);

    for current in 1..100 {
        stage.advance("a", current).await;
        // what comes while others run is coalesced, never reordered
        tokio::task::yield_now().await;
    }
    stage.complete("a").await;
    let frames = stage.until_done("main", "a").await;
    let numbers: Vec<u64> = frames.iter().map(|(_, frame)| frame.frame).collect();
    let expected: Vec<u64> = (1..=frames.len() as u64).collect();
    assert_eq!(numbers, expected);
    assert!(frames.iter().all(|(_, frame)| frame.epoch == joined.epoch));
    let messages = frames.iter().flat_map(|(_, frame)| &frame.messages);
    let known = joined.messages.iter().map(|it| it.seq).max().unwrap();
    let seqs: Vec<u64> = messages.map(|it| it.seq).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    assert!(seqs[0] > known, "what the answer held is not sent again");
    assert!(frames.len() < 20, "{} frames for 100 changes", frames.len());
}

#[tokio::test]
async fn a_window_hears_its_rooms_only() {
    let mut stage = Stage::new();
    stage.join("main", &["progress:a", "no such room"]);
    stage.join("scans", &["scan"]);
    stage.whole_download("b").await;
    stage.whole_download("a").await;
    let frames = stage.rest().await;
    assert!(frames.iter().all(|(to, _)| to == "main"), "{frames:?}");
    assert!(last_of(&frames, "a").is_some());
    assert_eq!(last_of(&frames, "b"), None);
}

#[tokio::test]
async fn joining_under_the_same_name_replaces_and_another_name_adds() {
    let mut stage = Stage::new();
    stage.join("main", &ALL);
    stage.join_as("main", Some("detail"), &["progress:a"]);
    stage.join("main", &["scan"]);
    let unions = |stage: &Stage| {
        let unions = stage.relay.rooms("main").into_iter();
        unions
            .map(|it| format!("{}: {}", it.name.unwrap(), it.rooms.join(" ")))
            .collect::<Vec<_>>()
    };
    assert_eq!(unions(&stage), ["detail: progress:a", "main: scan"]);

    stage.whole_download("b").await;
    stage.whole_download("a").await;
    let frames = stage.rest().await;
    assert!(last_of(&frames, "a").is_some());
    assert_eq!(
        last_of(&frames, "b"),
        None,
        "the union with all downloads was replaced"
    );

    assert!(stage.relay.leave("main", "detail"));
    assert!(!stage.relay.leave("main", "detail"), "once is enough");
    assert_eq!(unions(&stage), ["main: scan"]);
    stage.whole_download("a").await;
    assert_eq!(stage.rest().await, []);
}

#[tokio::test]
async fn rows_out_of_sight_are_not_sent_and_totals_always_are() {
    let mut stage = Stage::new();
    start_queue(&stage).await;
    for id in ["seen", "unseen"] {
        stage.start(id, ProgressType::Download).await;
    }
    stage.join("main", &ALL);
    stage.relay.show_rows("main", Some(vec!["seen".to_owned()]));
    for id in ["unseen", "seen", DOWNLOAD_QUEUE] {
        stage.advance(id, 10).await;
    }
    stage.complete("unseen").await;
    stage.complete("seen").await;
    let frames = stage.rest().await;
    assert_eq!(last_of(&frames, "unseen"), None);
    assert_eq!(last_of(&frames, "seen").unwrap().status, ProgressState::Completed);
    assert_eq!(last_of(&frames, DOWNLOAD_QUEUE).unwrap().current, 10);

    // it comes into view, and is sent as it stands
    stage.relay.show_rows("main", Some(vec!["unseen".to_owned()]));
    let frames = stage.until_done("main", "unseen").await;
    assert_eq!(
        states(&frames.last().unwrap().1),
        [("unseen", ProgressState::Completed)]
    );
}

#[tokio::test]
async fn an_operation_that_was_joined_by_its_name_is_sent_out_of_sight_too() {
    let mut stage = Stage::new();
    stage.join("main", &ALL);
    stage.relay.show_rows("main", Some(Vec::new()));
    let joined = stage.join_as("main", Some("detail"), &["progress:named"]);
    assert_eq!(ids(&joined), Vec::<&str>::new());
    stage.whole_download("named").await;
    stage.whole_download("other").await;
    let frames = stage.rest().await;
    assert_eq!(
        last_of(&frames, "named").unwrap().status,
        ProgressState::Completed
    );
    assert_eq!(last_of(&frames, "other"), None);
    assert!(stage.relay.leave("main", "detail"));
    stage.whole_download("named").await;
    assert_eq!(stage.rest().await, [], "it has left, and its list shows none");
}

#[tokio::test]
async fn with_all_rows_in_sight_again_the_window_begins_anew() {
    let mut stage = Stage::new();
    stage.join("main", &ALL);
    stage.relay.show_rows("main", Some(Vec::new()));
    stage.whole_download("a").await;
    assert_eq!(stage.rest().await, []);

    stage.relay.show_rows("main", None);
    let (_, announced) = stage.next().await;
    assert_eq!((announced.frame, announced.messages.len()), (1, 0));
    let joined = stage.join("main", &ALL);
    assert_eq!(joined.epoch, announced.epoch);
    assert!(ids(&joined).contains(&"a"));
}
