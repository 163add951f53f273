//! Which windows are reached: those that joined, that can be seen, and that still show the same page.

use aniworld_services::ProgressService;
use aniworld_services::progress::ProgressType;
use aniworld_wire::Attention;

use super::{ALL, Stage, ids, last_of};

#[tokio::test]
async fn each_window_has_frames_and_numbers_of_its_own() {
    let mut stage = Stage::new();
    stage.join("first", &ALL);
    stage.whole_download("a").await;
    let frames = stage.rest().await;
    assert!(frames.iter().all(|(to, _)| to == "first"), "{frames:?}");

    let joined = stage.join("second", &ALL);
    assert_eq!(joined.frame, 0);
    stage.whole_download("b").await;
    let frames = stage.rest().await;
    for window in ["first", "second"] {
        let own: Vec<_> = frames.iter().filter(|(to, _)| to == window).cloned().collect();
        assert!(last_of(&own, "b").is_some(), "{window}");
        assert!(own.is_sorted_by(|a, b| a.1.frame + 1 == b.1.frame), "{own:?}");
    }
}

#[tokio::test]
async fn a_page_that_begins_again_hears_nothing_until_it_joins_in_a_new_epoch() {
    let mut stage = Stage::new();
    let before = stage.join("main", &ALL);
    stage.start("a", ProgressType::Download).await;
    stage.progress.settled().await;
    stage.relay.page_began("main");
    assert_eq!(stage.relay.rooms("main"), []);
    stage.complete("a").await;
    let frames = stage.rest().await;
    // what was on its way when the page began again is of the old epoch, which the new page has never joined
    assert!(
        frames.iter().all(|(_, frame)| frame.epoch == before.epoch),
        "{frames:?}"
    );
    assert!(frames.len() <= 1, "{frames:?}");

    let after = stage.join("main", &ALL);
    assert_ne!(after.epoch, before.epoch);
    assert!(ids(&after).contains(&"a"));
    stage.whole_download("b").await;
    let frames = stage.until_done("main", "b").await;
    assert_eq!((frames[0].1.epoch, frames[0].1.frame), (after.epoch, 1));
}

#[tokio::test]
async fn a_page_that_begins_again_out_of_sight_stays_out_of_sight() {
    let mut stage = Stage::new();
    stage.relay.set_attention("main", Attention::Hidden);
    stage.relay.page_began("main");
    stage.join("main", &ALL);
    stage.whole_download("a").await;
    assert_eq!(stage.rest().await, []);
}

#[tokio::test]
async fn a_window_out_of_sight_gets_nothing_and_one_snapshot_when_it_is_shown() {
    let mut stage = Stage::new();
    let before = stage.join("main", &ALL);
    stage.relay.set_attention("main", Attention::Hidden);
    stage.whole_download("a").await;
    stage.whole_download("b").await;
    assert_eq!(stage.rest().await, []);

    stage.relay.set_attention("main", Attention::Focused);
    let frames = stage.rest().await;
    assert_eq!(frames.len(), 1, "{frames:?}");
    let announced = &frames[0].1;
    assert_ne!(announced.epoch, before.epoch);
    assert_eq!((announced.frame, announced.messages.len()), (1, 0));
    let joined = stage.join("main", &ALL);
    assert_eq!((joined.epoch, joined.frame), (announced.epoch, 1));
    for id in ["a", "b"] {
        assert!(ids(&joined).contains(&id), "{id}");
    }
}

#[tokio::test]
async fn a_window_that_missed_nothing_out_of_sight_goes_on() {
    let mut stage = Stage::new();
    let joined = stage.join("main", &ALL);
    stage.relay.set_attention("main", Attention::Hidden);
    stage.relay.set_attention("main", Attention::Visible);
    stage.whole_download("a").await;
    let frames = stage.until_done("main", "a").await;
    assert_eq!((frames[0].1.epoch, frames[0].1.frame), (joined.epoch, 1));
}

#[tokio::test]
async fn a_window_that_is_gone_hears_nothing() {
    let mut stage = Stage::new();
    stage.join("main", &ALL);
    stage.relay.forget("main");
    stage.whole_download("a").await;
    assert_eq!(stage.rest().await, []);
    assert_eq!(stage.relay.rooms("main"), []);
}

#[tokio::test]
async fn another_service_is_a_new_epoch_and_the_one_before_is_not_heard_any_more() {
    let mut stage = Stage::new();
    stage.start("old", ProgressType::Download).await;
    let before = stage.join("main", &ALL);
    let old = std::mem::replace(&mut stage.progress, ProgressService::new());
    stage.start("new", ProgressType::Download).await;
    stage.relay.switch(&stage.progress);
    old.complete_progress("old", "").await.unwrap();
    stage.complete("new").await;

    let (_, announced) = stage.next().await;
    assert_ne!(announced.epoch, before.epoch);
    assert_eq!((announced.frame, announced.messages.len()), (1, 0));
    let joined = stage.join("main", &ALL);
    assert_eq!(joined.epoch, announced.epoch);
    assert_eq!(ids(&joined), ["new"]);

    old.start_progress("old", ProgressType::Download, "")
        .await
        .unwrap();
    stage.whole_download("newer").await;
    let frames = stage.rest().await;
    assert!(last_of(&frames, "newer").is_some());
    assert_eq!(last_of(&frames, "old"), None);
}

#[tokio::test]
async fn another_service_while_out_of_sight_is_told_when_the_window_is_shown() {
    let mut stage = Stage::new();
    let before = stage.join("main", &ALL);
    stage.relay.set_attention("main", Attention::Hidden);
    stage.progress = ProgressService::new();
    stage.relay.switch(&stage.progress);
    assert_eq!(stage.rest().await, []);
    stage.relay.set_attention("main", Attention::Visible);
    let (_, announced) = stage.next().await;
    assert_ne!(announced.epoch, before.epoch);
}
