//! The cases of `ProgressService`.

use std::hint::black_box;
use std::time::Instant;

use aniworld_services::ProgressService;
use aniworld_services::progress::{DOWNLOAD_QUEUE, Metadata, ProgressType, Start, Update, download_id, keys};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{Case, Took};

/// Large enough that no operation is done before the measuring is.
pub(crate) const TOTAL: u64 = 1 << 40;

pub(crate) fn update(runtime: &Runtime, case: &Case) -> Took {
    runtime.block_on(async {
        let (service, ids) = service(case.operations, case.subscribers, false).await;
        measure(&service, &ids, case.calls).await
    })
}

/// Each update changes the queue's sums, too, and that is an event of its own.
pub(crate) fn update_children(runtime: &Runtime, case: &Case) -> Took {
    runtime.block_on(async {
        let (service, ids) = service(case.operations, case.subscribers, true).await;
        measure(&service, &ids, case.calls).await
    })
}

pub(crate) fn snapshot(runtime: &Runtime, case: &Case) -> Took {
    runtime.block_on(async {
        let (service, _) = service(case.operations, case.subscribers, false).await;
        let start = Instant::now();
        for _ in 0..case.calls {
            black_box(service.snapshot());
        }
        Took::at(start, start.elapsed())
    })
}

async fn measure(service: &ProgressService, ids: &[String], calls: usize) -> Took {
    let start = Instant::now();
    run(service, ids, 0, calls).await;
    let called = start.elapsed();
    service.settled().await;
    Took::at(start, called)
}

/// A service whose downloads have begun, with subscribers that have heard of it.
pub(crate) async fn service(
    operations: usize,
    subscribers: usize,
    in_queue: bool,
) -> (ProgressService, Vec<String>) {
    let service = ProgressService::new();
    if in_queue {
        let start = service.start_progress(DOWNLOAD_QUEUE, ProgressType::Queue, "Download queue");
        start.await.unwrap();
    }
    let mut ids = Vec::with_capacity(operations);
    for number in 0..operations {
        let folder = format!("Series {}", number / 24);
        let id = download_id(&folder, 1, &(number % 24 + 1), 1);
        let start = Start {
            message: format!("S01E{:02}", number % 24 + 1),
            metadata: metadata(&folder, number, in_queue),
            ..Start::default()
        };
        let title = format!("Downloading {folder}");
        let start = service.start_progress_with(&id, ProgressType::Download, &title, start);
        start.await.unwrap();
        ids.push(id);
    }
    for _ in 0..subscribers {
        service.subscribe("progress_updated", |event| {
            black_box(event.progress.current);
            async {}
        });
    }
    run(&service, &ids, 0, operations).await;
    service.settled().await;
    (service, ids)
}

/// What the downloads of the program carry.
fn metadata(folder: &str, number: usize, in_queue: bool) -> Metadata {
    let mut metadata: Metadata = [
        (keys::SERIE_FOLDER.to_owned(), json!(folder)),
        (keys::SERIES.to_owned(), json!(folder)),
        (keys::SEASON.to_owned(), json!(1)),
        (keys::EPISODE.to_owned(), json!((number % 24 + 1).to_string())),
    ]
    .into();
    if in_queue {
        metadata.insert(keys::JOB.to_owned(), json!(number));
    }
    metadata
}

/// Updates one operation after the other, beginning with the first again behind the last.
pub(crate) async fn run(service: &ProgressService, ids: &[String], from: usize, calls: usize) {
    for call in from..from + calls {
        let update = Update {
            current: Some((call as u64 + 1) * 1024),
            total: Some(TOTAL),
            ..Update::default()
        };
        let id = &ids[call % ids.len()];
        service.update_progress(id, update).await.unwrap();
    }
}
