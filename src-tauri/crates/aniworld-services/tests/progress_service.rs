//! `ProgressService` with its subscribers: order, isolation, overflow, the end.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aniworld_services::ProgressService;
use aniworld_services::progress::{
    Action, Delivery, ManualClock, Note, Progress, ProgressError, ProgressEvent, ProgressStatus,
    ProgressType, ProgressUpdate, Start, Update,
};
use futures_util::FutureExt;
use serde_json::json;
use tokio::sync::{Semaphore, watch};

/// Keeps what a handler got.
#[derive(Debug, Clone, Default)]
struct Heard(Arc<Mutex<Vec<ProgressEvent>>>);

impl Heard {
    fn by(service: &ProgressService, event_name: &str) -> Self {
        let heard = Self::default();
        let keep = heard.clone();
        service.subscribe(event_name, move |event| {
            keep.0.lock().unwrap().push(event);
            async {}
        });
        heard
    }

    fn of<T>(&self, what: impl Fn(&ProgressEvent) -> T) -> Vec<T> {
        self.0.lock().unwrap().iter().map(what).collect()
    }

    fn statuses(&self) -> Vec<(String, ProgressStatus)> {
        self.of(|event| (event.progress.id.clone(), event.progress.status))
    }
}

fn figures(current: u64, total: u64) -> Update {
    Update {
        current: Some(current),
        total: Some(total),
        ..Update::default()
    }
}

async fn run(service: &ProgressService, id: &str, kind: ProgressType) {
    service.start_progress(id, kind, "Test").await.unwrap();
    service.update_progress(id, figures(1, 2)).await.unwrap();
    service.complete_progress(id, "done").await.unwrap();
}

#[tokio::test]
async fn states_write_themselves_into_the_journal_and_samples_do_not() {
    let progress = ProgressService::new();
    progress
        .start_progress("download_naruto_1_1", ProgressType::Download, "Downloading")
        .await
        .unwrap();
    for current in 1..=1_000 {
        let update = Update {
            current: Some(current),
            total: Some(1_000),
            ..Update::default()
        };
        progress
            .update_progress("download_naruto_1_1", update)
            .await
            .unwrap();
    }
    progress
        .complete_progress("download_naruto_1_1", "done")
        .await
        .unwrap();
    let journal = progress.journal("download_naruto_1_1").unwrap();
    let statuses: Vec<ProgressStatus> = journal
        .entries()
        .filter_map(|entry| match &entry.note {
            Note::State { status, .. } => Some(*status),
            _ => None,
        })
        .collect();
    let states = [
        ProgressStatus::Started,
        ProgressStatus::InProgress,
        ProgressStatus::Completed,
    ];
    assert_eq!(statuses, states);
    assert_eq!(journal.total(), 3);
}

#[tokio::test]
async fn a_download_is_heard_from_start_to_end() {
    let service = ProgressService::new();
    let heard = Heard::by(&service, "progress_updated");
    run(&service, "test_download", ProgressType::Download).await;
    service.settled().await;
    let id = "test_download".to_owned();
    assert_eq!(
        heard.statuses(),
        [
            (id.clone(), ProgressStatus::Started),
            (id.clone(), ProgressStatus::InProgress),
            (id, ProgressStatus::Completed)
        ]
    );
    assert_eq!(heard.of(|event| event.event_type), ["download_progress"; 3]);
    assert_eq!(heard.of(|event| event.room), ["downloads"; 3]);
    assert!(heard.of(|event| event.seq).is_sorted_by(|a, b| a < b));
}

#[tokio::test]
async fn event_names_choose_what_is_heard() {
    let service = ProgressService::new();
    let names = [
        "progress_updated",
        "scan_progress",
        "room:downloads",
        "room:series:Naruto",
        "room:progress:a",
        "room:lobby",
    ];
    let heard = names.map(|name| Heard::by(&service, name));
    let of_naruto = Start {
        metadata: [("serie_folder".to_owned(), json!("Naruto"))].into(),
        ..Start::default()
    };
    service
        .start_progress_with("a", ProgressType::Download, "A", of_naruto)
        .await
        .unwrap();
    service
        .start_progress("b", ProgressType::Download, "B")
        .await
        .unwrap();
    service
        .start_progress("c", ProgressType::Scan, "C")
        .await
        .unwrap();
    service.settled().await;
    let ids = heard.map(|it| it.of(|event| event.progress.id.clone()).concat());
    assert_eq!(ids, ["abc", "c", "ab", "a", "a", ""]);
}

#[tokio::test]
async fn a_handler_that_panics_or_hangs_harms_nobody() {
    let service = ProgressService::new();
    service.subscribe("progress_updated", |event| async move {
        panic!("no {}", event.progress.id);
    });
    service.subscribe("progress_updated", |_| -> std::future::Ready<()> {
        panic!("before there is a future")
    });
    let hanging = service.subscribe("progress_updated", |_| std::future::pending());
    let heard = Heard::by(&service, "progress_updated");
    run(&service, "a", ProgressType::Scan).await;
    assert!(
        service.settled().now_or_never().is_none(),
        "one of them never finishes"
    );
    service.unsubscribe(hanging);
    service.settled().await;
    assert_eq!(heard.statuses().len(), 3);
    assert_eq!(service.get("a").unwrap().status, ProgressStatus::Completed);
}

#[tokio::test]
async fn a_handler_that_panics_goes_on_with_the_next_event() {
    let service = ProgressService::new();
    let calls = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&calls);
    service.subscribe("progress_updated", move |event| {
        let keep = Arc::clone(&keep);
        async move {
            keep.lock().unwrap().push(event.progress.status);
            assert_ne!(
                event.progress.status,
                ProgressStatus::Started,
                "the first one fails"
            );
        }
    });
    run(&service, "a", ProgressType::Scan).await;
    service.settled().await;
    assert_eq!(calls.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn ten_failures_in_a_row_detach_a_handler_and_are_reported() {
    let service = ProgressService::new();
    let id = service.subscribe_deliveries("scan_progress", |_| async { Err("broken".into()) }.boxed());
    let system = Heard::by(&service, "system_progress");
    for n in 0..10 {
        service
            .start_progress(&format!("s{n}"), ProgressType::Scan, "S")
            .await
            .unwrap();
    }
    service.settled().await;
    service.settled().await; // the report itself is an event of the first round
    let last = system.of(|event| Arc::clone(&event.progress)).pop().unwrap();
    assert_eq!(last.status, ProgressStatus::Failed);
    assert_eq!(
        last.message,
        "It failed 10 times in a row and was detached: broken"
    );
    assert!(!service.unsubscribe(id), "it is gone already");
    let listeners = service.listeners();
    assert_eq!((listeners.subscribers, listeners.detached), (1, 1));
    assert_eq!(listeners.resyncs, 0);
}

#[tokio::test]
async fn a_subscriber_that_must_stay_is_given_a_snapshot_after_a_failure() {
    let clock = ManualClock::new();
    let service = ProgressService::with_clock(Arc::new(clock.clone()));
    let (seen, mut sight) = watch::channel(Vec::<String>::new());
    let id = service.subscribe_deliveries("progress_updated", move |delivery| {
        let seen = seen.clone();
        async move {
            let (what, outcome) = match delivery {
                Delivery::Event(event) => (event.progress.id.clone(), Err("lost it".into())),
                Delivery::Resync(snapshot) => (format!("all {}", snapshot.active.len()), Ok(())),
            };
            seen.send_modify(|seen| seen.push(what));
            outcome
        }
        .boxed()
    });
    assert!(service.never_detach(id));
    service
        .start_progress("a", ProgressType::Scan, "A")
        .await
        .unwrap();
    sight.wait_for(|seen| seen.len() == 1).await.unwrap();
    service
        .start_progress("b", ProgressType::System, "B")
        .await
        .unwrap();
    // the pause passes: what waited is replaced by a snapshot of everything
    let mut settled = std::pin::pin!(service.settled());
    while (&mut settled).now_or_never().is_none() {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert_eq!(*sight.borrow(), ["a", "all 2"]);
}

#[tokio::test]
async fn a_slow_handler_gets_one_snapshot_and_then_what_follows() {
    let service = ProgressService::new();
    let gate = Arc::new(Semaphore::new(0));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (keep, wait) = (Arc::clone(&seen), Arc::clone(&gate));
    service.subscribe_deliveries("progress_updated", move |delivery| {
        let (keep, wait) = (Arc::clone(&keep), Arc::clone(&wait));
        async move {
            let _permit = wait.acquire().await?;
            keep.lock().unwrap().push(match delivery {
                Delivery::Event(event) => event.progress.id.clone(),
                Delivery::Resync(snapshot) => {
                    format!("{} active, {} past", snapshot.active.len(), snapshot.past.len())
                }
            });
            Ok(())
        }
        .boxed()
    });
    service
        .start_progress("first", ProgressType::System, "")
        .await
        .unwrap();
    tokio::task::yield_now().await; // the handler holds "first" now
    for n in 0..1_500 {
        run(&service, &format!("op{n}"), ProgressType::System).await;
    }
    gate.add_permits(1);
    service.settled().await;
    service
        .start_progress("last", ProgressType::System, "")
        .await
        .unwrap();
    service.settled().await;
    assert_eq!(*seen.lock().unwrap(), ["first", "1 active, 500 past", "last"]);
}

#[tokio::test]
async fn a_plain_handler_gets_the_final_states_after_an_overflow() {
    let service = ProgressService::new();
    let heard = Heard::by(&service, "progress_updated");
    for n in 0..400 {
        run(&service, &format!("op{n}"), ProgressType::System).await;
    }
    service.settled().await;
    let statuses = heard.statuses();
    assert_eq!(statuses.len(), 400, "one event per operation");
    assert!(
        statuses
            .iter()
            .all(|(_, status)| *status == ProgressStatus::Completed)
    );
    assert_eq!(
        (statuses[0].0.as_str(), statuses[399].0.as_str()),
        ("op0", "op399")
    );
    let listeners = service.listeners();
    assert_eq!(
        (listeners.subscribers, listeners.detached, listeners.resyncs),
        (1, 0, 1)
    );
}

#[tokio::test]
async fn joining_misses_nothing_and_repeats_nothing() {
    let service = ProgressService::new();
    service
        .start_progress("a", ProgressType::Scan, "A")
        .await
        .unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    let (_, snapshot) = service.subscribe_with_snapshot("scan_progress", move |delivery| {
        if let Delivery::Event(event) = delivery {
            keep.lock().unwrap().push(event.seq);
        }
        async { Ok(()) }.boxed()
    });
    service.update_progress("a", figures(1, 9)).await.unwrap();
    service.settled().await;
    assert_eq!(snapshot.active[0].status, ProgressStatus::Started);
    assert_eq!(*seen.lock().unwrap(), [snapshot.seq + 1]);
}

#[tokio::test]
async fn an_unsubscribed_handler_hears_nothing_more_and_others_go_on() {
    let service = ProgressService::new();
    let heard = Heard::by(&service, "progress_updated");
    let count = Arc::new(Mutex::new(0));
    let keep = Arc::clone(&count);
    let id = service.subscribe("progress_updated", move |_| {
        *keep.lock().unwrap() += 1;
        async {}
    });
    service
        .start_progress("a", ProgressType::Scan, "A")
        .await
        .unwrap();
    service.settled().await;
    assert!(service.unsubscribe(id));
    assert!(!service.unsubscribe(id));
    service.cancel_progress("a", "stopped").await.unwrap();
    service.settled().await;
    assert_eq!((*count.lock().unwrap(), heard.statuses().len()), (1, 2));
}

#[tokio::test]
async fn a_handler_may_use_the_service_itself() {
    let service = ProgressService::new();
    let inner = service.clone();
    service.subscribe("scan_progress", move |event| {
        let inner = inner.clone();
        async move {
            let id = format!("{}_report", event.progress.id);
            let _ = inner.start_progress(&id, ProgressType::System, "Report").await;
        }
    });
    service
        .start_progress("a", ProgressType::Scan, "A")
        .await
        .unwrap();
    service.settled().await;
    assert!(service.get("a_report").is_some());
}

#[tokio::test]
async fn a_stall_is_announced_by_the_clock_alone() {
    let clock = ManualClock::new();
    let service = ProgressService::with_clock(Arc::new(clock.clone()));
    let (seen, mut sight) = watch::channel(None::<Arc<Progress>>);
    service.subscribe("download_progress", move |event| {
        seen.send_replace(Some(event.progress));
        async {}
    });
    service
        .start_progress("a", ProgressType::Download, "A")
        .await
        .unwrap();
    service.update_progress("a", figures(10, 1_000)).await.unwrap();
    let mut stalled = std::pin::pin!(sight.wait_for(|progress| {
        let progress = progress.as_ref();
        progress.is_some_and(|it| it.metadata.get("reason") == Some(&json!("stalled")))
    }));
    let mut rounds = 0;
    while (&mut stalled).now_or_never().is_none() {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
        rounds += 1;
        assert!(rounds < 10_000, "nobody looks for stalls");
    }
}

#[tokio::test]
async fn updates_without_a_start_are_refused() {
    let service = ProgressService::new();
    let error = service.fail_progress("nothing", "why").await.unwrap_err();
    assert_eq!(error, ProgressError::Unknown("nothing".to_owned()));
    let refused = service.apply(ProgressUpdate::new(
        "nothing",
        Action::Cancel {
            message: String::new(),
        },
    ));
    assert_eq!(refused, Err(error));
}

#[tokio::test]
async fn history_and_active_operations_are_told_apart() {
    let service = ProgressService::new();
    run(&service, "old", ProgressType::Scan).await;
    run(&service, "new", ProgressType::Scan).await;
    service
        .start_progress("running", ProgressType::Scan, "")
        .await
        .unwrap();
    let ids = |list: Vec<Arc<Progress>>| list.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(service.active()), ["running"]);
    assert_eq!(ids(service.history()), ["new", "old"]);
    service.update_progress("old", figures(1, 2)).await.unwrap_err();
    assert_eq!(service.late_updates(), 1);
}

#[tokio::test]
async fn many_updates_of_many_operations_end_in_their_right_state_for_everyone() {
    let service = ProgressService::new();
    let heard = Heard::by(&service, "progress_updated");
    for n in 0..50 {
        service
            .start_progress(&format!("op{n}"), ProgressType::Download, "")
            .await
            .unwrap();
    }
    for round in 1..=200 {
        for n in 0..50 {
            service
                .update_progress(&format!("op{n}"), figures(round, 200))
                .await
                .unwrap();
        }
        if round % 20 == 0 {
            tokio::task::yield_now().await;
        }
    }
    for n in 0..50 {
        service
            .complete_progress(&format!("op{n}"), "done")
            .await
            .unwrap();
    }
    service.settled().await;
    for n in 0..50 {
        let id = format!("op{n}");
        let mine: Vec<_> = heard
            .of(|event| Arc::clone(&event.progress))
            .into_iter()
            .filter(|progress| progress.id == id)
            .collect();
        assert!(mine.is_sorted_by(|a, b| a.current <= b.current), "in order");
        assert_eq!(mine.last().unwrap().status, ProgressStatus::Completed);
        assert!(mine.len() < 30, "samples are coalesced: {}", mine.len());
    }
}
