//! The program as a whole: downloads and the scan, never added together, and what limits them.

use aniworld_services::progress::{
    Clock, DOWNLOAD_QUEUE, LIBRARY_SCAN, Progress, ProgressError, ProgressStatus, ProgressType, SYSTEM_APP,
    Significance,
};
use serde_json::{Value, json};

use super::scopes::{begin, id};
use super::{Desk, advance, complete, start};

impl Desk {
    fn app(&self) -> Option<&Progress> {
        self.board.get(SYSTEM_APP).map(|it| &**it)
    }

    fn figures(&self) -> (ProgressStatus, Value, u64, Option<u64>, Option<f64>) {
        let app = self.app().unwrap();
        let unit = app.metadata["unit"].clone();
        (app.status, unit, app.current, app.total, app.percent)
    }
}

#[test]
fn it_begins_with_a_scan_has_its_figures_and_ends_with_it() {
    let mut desk = Desk::default();
    desk.start(LIBRARY_SCAN, ProgressType::Scan, Some(4));
    desk.state(
        LIBRARY_SCAN,
        ProgressStatus::InProgress,
        json!({"phase": "sources"}),
    );
    assert!(desk.board.has_news());
    let begun = desk.tick().pop().unwrap();
    assert_eq!(
        (begun.event_type, begun.room, begun.significance),
        ("system_progress", "system", Significance::StateChange)
    );
    desk.apply(advance(LIBRARY_SCAN, 1, Some(4))).unwrap();
    desk.tick();
    let running = ProgressStatus::InProgress;
    assert_eq!(
        desk.figures(),
        (running, json!("sources"), 1, Some(4), Some(25.0))
    );
    let app = desk.app().unwrap();
    assert_eq!(
        (&app.metadata["scope"], &app.metadata["activities"]),
        (&json!("app"), &json!({"downloads": 0, "scans": 1}))
    );
    assert!(!desk.board.has_news());

    desk.apply(complete(LIBRARY_SCAN)).unwrap();
    let last = desk.tick().pop().unwrap();
    assert_eq!(
        (last.progress.id.as_str(), last.progress.status, last.significance),
        (SYSTEM_APP, ProgressStatus::Completed, Significance::StateChange)
    );
    assert_eq!(desk.app(), None);
    assert_eq!(desk.board.past().len(), 1, "the scan itself");
    assert!(desk.tick().is_empty() && !desk.board.needs_ticks());
}

#[test]
fn while_downloads_are_open_its_figures_are_theirs() {
    let mut desk = Desk::default();
    desk.start(LIBRARY_SCAN, ProgressType::Scan, Some(4));
    desk.apply(begin(1, 1, Some(1_000))).unwrap();
    desk.advance(&id(1, 1), 250, Some(1_000));
    desk.tick();
    let (running, bytes) = (ProgressStatus::InProgress, json!("bytes"));
    assert_eq!(
        desk.figures(),
        (running, bytes.clone(), 250, Some(1_000), Some(25.0))
    );
    assert_eq!(
        desk.app().unwrap().metadata["activities"],
        json!({"downloads": 1, "scans": 1})
    );
    desk.apply(complete(&id(1, 1))).unwrap();
    desk.advance(LIBRARY_SCAN, 2, Some(4));
    desk.tick();
    assert_eq!(
        desk.figures(),
        (running, json!("folders"), 2, Some(4), Some(50.0)),
        "the scan goes on"
    );
}

#[test]
fn it_waits_while_nothing_runs_and_is_paused_when_all_is() {
    let mut desk = Desk::default();
    desk.plan(1, 2, Some(1_000));
    desk.tick();
    assert_eq!(desk.app(), None, "nothing ran yet");
    desk.apply(begin(1, 1, Some(1_000))).unwrap();
    desk.tick();
    desk.state(&id(1, 1), ProgressStatus::Paused, json!({}));
    desk.tick();
    assert_eq!(
        desk.figures().0,
        ProgressStatus::Waiting,
        "the second waits for its turn"
    );
    desk.start(DOWNLOAD_QUEUE, ProgressType::Queue, Some(2));
    desk.state(DOWNLOAD_QUEUE, ProgressStatus::Paused, json!({}));
    desk.tick();
    assert_eq!(
        desk.figures().0,
        ProgressStatus::Paused,
        "the queue lets nothing begin"
    );
    desk.state(DOWNLOAD_QUEUE, ProgressStatus::Waiting, json!({}));
    desk.board.unplan(&id(1, 2));
    desk.tick();
    assert_eq!(
        desk.figures().0,
        ProgressStatus::Paused,
        "all that is open is paused"
    );
}

#[test]
fn nobody_can_begin_it() {
    let mut desk = Desk::default();
    let refused = desk.apply(start(SYSTEM_APP, ProgressType::System, None));
    assert!(matches!(refused, Err(ProgressError::Illegal { .. })));
}

/// Downloads for some seconds, limited as said, with a look every 200 ms.
fn download(desk: &mut Desk, from: u64, steps: u64, limited_by: &str) {
    for step in from..from + steps {
        let update = advance(&id(1, 1), step * 200, Some(100_000)).with("limited_by", limited_by);
        desk.apply(update).unwrap();
        desk.tick();
        desk.wait(200);
    }
}

#[test]
fn a_bottleneck_is_named_after_two_seconds_and_goes_with_what_it_limits() {
    let mut desk = Desk::default();
    desk.start(DOWNLOAD_QUEUE, ProgressType::Queue, Some(1));
    desk.apply(begin(1, 1, Some(100_000)).with("host", "archive.org"))
        .unwrap();
    let shown = |desk: &Desk| {
        let of = |id: &str| desk.get(id).metadata.get("bottleneck").cloned();
        assert_eq!(of(DOWNLOAD_QUEUE), of(SYSTEM_APP));
        of(SYSTEM_APP)
    };
    download(&mut desk, 0, 10, "server");
    assert_eq!(shown(&desk), None);
    download(&mut desk, 10, 4, "server");
    let host = json!({"kind": "host", "host": "archive.org"});
    assert_eq!(shown(&desk), Some(host.clone()));
    download(&mut desk, 14, 10, "disk");
    assert_eq!(shown(&desk), Some(host), "not for a moment");
    download(&mut desk, 24, 4, "disk");
    assert_eq!(shown(&desk), Some(json!({"kind": "disk"})));
    desk.state(&id(1, 1), ProgressStatus::Paused, json!({}));
    desk.tick();
    assert!(!desk.get(&id(1, 1)).metadata.contains_key("limited_by"));
    assert!(desk.board.needs_ticks(), "it has to be taken back");
    desk.wait(2_000);
    desk.tick();
    assert_eq!(shown(&desk), None);
    assert!(!desk.board.needs_ticks());
}

#[test]
fn what_limits_a_download_is_a_sample_and_its_host_is_that_of_its_start() {
    let mut desk = Desk::default();
    desk.apply(begin(1, 1, Some(1_000)).with("host", "archive.org"))
        .unwrap();
    desk.advance(&id(1, 1), 1, Some(1_000));
    let update = advance(&id(1, 1), 2, Some(1_000))
        .with("limited_by", "disk")
        .with("host", "example.org");
    let applied = desk.board.apply(update, desk.clock.now()).unwrap();
    assert_eq!(applied.event.significance, Significance::Sample);
    let metadata = &desk.get(&id(1, 1)).metadata;
    assert_eq!(
        (&metadata["limited_by"], &metadata["host"]),
        (&json!("disk"), &json!("archive.org"))
    );
    desk.state(
        &id(1, 1),
        ProgressStatus::InProgress,
        json!({"phase": "verifying"}),
    );
    assert!(!desk.get(&id(1, 1)).metadata.contains_key("limited_by"));
}
