//! Whether memory grows: what is allocated before and after many updates, to the byte.

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{ALLOCATED, ours};

const OPERATIONS: usize = 10_000;
const SUBSCRIBERS: usize = 3;

/// Counts while nothing is in flight: before the updates, and after everybody has handled them.
pub(crate) fn line(runtime: &Runtime, updates: usize) -> Value {
    runtime.block_on(async {
        let (service, ids) = ours::service(OPERATIONS, SUBSCRIBERS, true).await;
        // what is kept between updates reaches its size here
        ours::run(&service, &ids, 0, updates / 2).await;
        service.settled().await;
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        ours::run(&service, &ids, updates / 2, updates).await;
        service.settled().await;
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
