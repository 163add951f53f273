//! What breaks on the way: the way out panics, or more comes in than can be kept. The final state arrives.

use std::sync::atomic::{AtomicU32, Ordering};

use aniworld_services::progress::ProgressType;
use aniworld_wire::message::ProgressState;

use super::{ALL, Stage};

#[tokio::test]
async fn after_a_panic_on_the_way_out_every_window_begins_anew_and_the_final_state_arrives() {
    let calls = AtomicU32::new(0);
    let mut stage = Stage::with(move |_| {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        assert!(call > 0, "this test breaks the first frame");
    });
    let lost = stage.join("main", &ALL);
    stage.start("a", ProgressType::Download).await;
    stage.complete("a").await;

    // the frame that was lost held the end of `a`; nothing else happens that could bring it back
    let (to, announced) = stage.next().await;
    assert_eq!(to, "main");
    assert_ne!(announced.epoch, lost.epoch);
    assert!(announced.messages.is_empty());
    let joined = stage.join("main", &ALL);
    let data = &joined.messages[0].message.data;
    assert_eq!((data.id.as_str(), data.status), ("a", ProgressState::Completed));

    stage.whole_download("b").await;
    let frames = stage.until_done("main", "b").await;
    assert_eq!(
        (frames[0].1.epoch, frames[0].1.frame),
        (joined.epoch, joined.frame + 1)
    );
}

#[tokio::test]
async fn more_than_can_be_kept_becomes_a_new_epoch_and_the_final_state_arrives() {
    let mut stage = Stage::new();
    let before = stage.join("main", &ALL);
    // nothing here waits, so nobody takes anything out meanwhile
    for n in 0..5_000 {
        stage.whole_download(&format!("download_{n}")).await;
    }
    let mut joined = before;
    // windows begin anew as often as it takes
    while !joined
        .messages
        .iter()
        .any(|it| it.message.data.id == "download_4999")
    {
        let (_, frame) = stage.next().await;
        if frame.epoch != joined.epoch {
            joined = stage.join("main", &ALL);
        }
    }
    assert!(
        joined
            .messages
            .iter()
            .all(|it| it.message.data.status == ProgressState::Completed)
    );
    stage.whole_download("after").await;
    let frames = stage.until_done("main", "after").await;
    assert!(frames.iter().any(|(_, frame)| frame.epoch == joined.epoch));
}
