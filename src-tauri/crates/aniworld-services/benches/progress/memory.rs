//! Whether memory grows: what is allocated before and after many updates, to the byte.
//!
//! What progress keeps reaches its size only with time: seasons and series have operations after the first look, and
//! everything has a time left after two seconds. So updates come until all of that is there, and then the count begins.

use std::time::Duration;

use aniworld_services::ProgressService;
use aniworld_services::progress::{DOWNLOAD_QUEUE, keys};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{ALLOCATED, ours};

const OPERATIONS: usize = 10_000;
const SUBSCRIBERS: usize = 3;
/// Longer than the next look takes to come, and shorter than what makes a stall.
const QUIET: Duration = Duration::from_millis(1_500);

/// Whether everything is there that an operation can come to hold.
fn is_grown(service: &ProgressService, ids: &[String]) -> bool {
    let has = |id: &str, key| {
        let progress = service.get(id);
        progress.is_some_and(|it| it.metadata.contains_key(key))
    };
    ids.iter().all(|id| has(id, keys::ETA)) && has(DOWNLOAD_QUEUE, keys::ETA_HIGH)
}

/// Returns when nothing is in flight: everybody has handled everything, and no look at the operations is due.
async fn quiet(service: &ProgressService) {
    service.settled().await;
    tokio::time::sleep(QUIET).await;
    service.settled().await;
}

/// Counts while nothing is in flight: before the updates, and after everybody has handled them.
pub(crate) fn line(runtime: &Runtime, updates: usize) -> Value {
    runtime.block_on(async {
        let (service, ids) = ours::service(OPERATIONS, SUBSCRIBERS, true).await;
        let mut done = 0;
        while done < updates || !is_grown(&service, &ids) {
            ours::run(&service, &ids, done, OPERATIONS).await;
            done += OPERATIONS;
        }
        quiet(&service).await;
        // the pause is the first thing that everybody sees after it
        ours::run(&service, &ids, done, updates).await;
        quiet(&service).await;
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        ours::run(&service, &ids, done + updates, updates).await;
        quiet(&service).await;
        json!({
            "case": "memory",
            "operations": OPERATIONS,
            "subscribers": SUBSCRIBERS,
            "updates": updates,
            "before": before,
            "after": ALLOCATED.current_usage(),
            "peak": ALLOCATED.peak_usage(),
        })
    })
}
