//! The two tasks of the relay: what takes events in, and what sends frames out when they are due.
//!
//! Neither ever ends: a failure is reported, and every window begins anew.

use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use aniworld_services::ProgressService;
use aniworld_services::progress::SubscriptionId;

use super::Shared;

/// The rest after a failure, so that one that repeats does not keep a core busy.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// Takes the events of a service in. `number` tells them from those of the service before.
pub(super) fn subscribe(shared: Weak<Shared>, progress: &ProgressService, number: u64) -> SubscriptionId {
    let subscription = progress.subscribe_deliveries("progress_updated", move |delivery| {
        if let Some(shared) = shared.upgrade() {
            shared.take(number, &delivery);
        }
        Box::pin(std::future::ready(Ok(())))
    });
    progress.never_detach(subscription);
    subscription
}

/// Sends frames out for good, and starts again whenever that fails.
pub(super) async fn supervise(shared: Arc<Shared>) {
    loop {
        let Err(failure) = tokio::spawn(pump(Arc::clone(&shared))).await;
        if failure.is_cancelled() {
            // the runtime itself ends
            return;
        }
        tracing::error!(%failure, "the relay of progress to the window failed and is started again");
        tokio::time::sleep(RESTART_PAUSE).await;
        shared.resync();
    }
}

/// Sleeps until something happens or a frame is due; with nothing to send it sleeps until then.
async fn pump(shared: Arc<Shared>) -> Infallible {
    loop {
        match shared.flush(Instant::now()) {
            None => shared.wake.notified().await,
            Some(deadline) => {
                // either of the two, and both lead to the next look
                let _ = tokio::time::timeout_at(deadline.into(), shared.wake.notified()).await;
            }
        }
    }
}
