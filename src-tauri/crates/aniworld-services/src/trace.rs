//! Progress as spans of `tracing`: one span per attempt of an operation, its state changes as events inside.
//! One more subscriber of `ProgressService`, for whoever looks into the program: `RUST_LOG=aniworld::progress=info`.
//!
//! Writes ids, codes and figures: no sentence, no address and no path, which a message may hold. Samples write
//! nothing. Whether anybody listens is asked once, when a data folder is opened: without a listener nothing is
//! subscribed.

mod spans;

use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;

use self::spans::Spans;
use crate::ProgressService;
use crate::progress::{Delivery, SubscriptionId};

/// The target of every span and event written here.
pub const TARGET: &str = "aniworld::progress";

/// Writes spans until it is dropped, which closes those that are open.
#[derive(Debug)]
pub(crate) struct Tracer {
    progress: ProgressService,
    subscription: SubscriptionId,
}

impl Tracer {
    /// Writes from now on; `None` if nobody listens. Must be called inside a tokio runtime.
    pub(crate) fn start(progress: &ProgressService) -> Option<Self> {
        if !tracing::enabled!(target: TARGET, Level::INFO) {
            return None;
        }
        // handlers run on threads of the runtime; who listens here must be heard there
        let listener = tracing::dispatcher::get_default(Clone::clone);
        let spans = Arc::new(Mutex::new(Spans::default()));
        let handler = {
            let (spans, listener) = (Arc::clone(&spans), listener.clone());
            move |delivery| {
                let mut spans = spans.lock().unwrap_or_else(PoisonError::into_inner);
                tracing::dispatcher::with_default(&listener, || spans.take(delivery));
                Box::pin(std::future::ready(Ok(()))) as _
            }
        };
        // held until the snapshot is taken in: what comes after it waits here
        let mut first = spans.lock().unwrap_or_else(PoisonError::into_inner);
        let (subscription, snapshot) = progress.subscribe_with_snapshot("progress_updated", handler);
        tracing::dispatcher::with_default(&listener, || first.take(Delivery::Resync(snapshot)));
        drop(first);
        Some(Self {
            progress: progress.clone(),
            subscription,
        })
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.progress.unsubscribe(self.subscription);
    }
}

#[cfg(test)]
mod tests;
