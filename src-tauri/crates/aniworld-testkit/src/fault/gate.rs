//! A place where an answer waits until the test lets it go on: tests wait for events, not for time.

use tokio::sync::Semaphore;

/// Counts arrivals and permissions.
#[derive(Debug)]
pub(super) struct Gate {
    arrived: Semaphore,
    opened: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            arrived: Semaphore::new(0),
            opened: Semaphore::new(0),
        }
    }
}

impl Gate {
    /// For the answer: says that it is here and waits.
    pub(super) async fn pass(&self) {
        self.arrived.add_permits(1);
        take(&self.opened).await;
    }

    /// For the test: waits for an arrival.
    pub(super) async fn reached(&self) {
        take(&self.arrived).await;
    }

    /// For the test: one may pass.
    pub(super) fn open(&self) {
        self.opened.add_permits(1);
    }
}

async fn take(semaphore: &Semaphore) {
    // never closed
    if let Ok(permit) = semaphore.acquire().await {
        permit.forget();
    }
}
