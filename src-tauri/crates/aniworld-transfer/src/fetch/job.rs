//! What every step of one transfer shares: the request, the owner's wishes, and whom to tell.

use std::future::Future;
use std::pin::pin;

use tokio::time::Instant;

use super::pace::{Sampler, Waits};
use super::{Observer, TransferEvent};
use crate::{Control, FetchRequest, Signal, TransferError};

/// One call of [`super::fetch`].
pub(super) struct Job<'a> {
    pub(super) client: &'a reqwest::Client,
    pub(super) request: &'a FetchRequest,
    pub(super) control: &'a Control,
    pub(super) observer: &'a dyn Observer,
    pub(super) sampler: Sampler,
    pub(super) waits: Waits,
}

impl Job<'_> {
    /// Waits for something, or for the owner to want something else.
    pub(super) async fn unless_stopped<T>(
        &self,
        wanted: impl Future<Output = T>,
    ) -> Result<T, TransferError> {
        let wanted = pin!(wanted);
        tokio::select! {
            biased;
            signal = self.control.stopped() => Err(stop(signal)),
            done = wanted => Ok(done),
        }
    }

    /// Whether to go on, where nothing is waited for.
    pub(super) fn check_signal(&self) -> Result<(), TransferError> {
        match self.control.get() {
            Signal::Run => Ok(()),
            signal => Err(stop(signal)),
        }
    }

    /// Tells of new bytes, now or soon.
    pub(super) fn sample(&mut self, bytes: u64, total: Option<u64>, now: Instant) {
        if self.sampler.changed(now) {
            self.report(bytes, total);
        }
    }

    /// Tells what is owed, if its time has come.
    pub(super) fn settle(&mut self, bytes: u64, total: Option<u64>, now: Instant) {
        if self.sampler.settle(now) {
            self.report(bytes, total);
        }
    }

    fn report(&mut self, bytes: u64, total: Option<u64>) {
        let limit = self.waits.verdict();
        self.observer
            .event(TransferEvent::Progress { bytes, total, limit });
    }
}

/// How a transfer ends that its owner stopped.
pub(super) fn stop(signal: Signal) -> TransferError {
    match signal {
        Signal::Pause => TransferError::Paused,
        Signal::Cancel => TransferError::Cancelled,
        Signal::Run | Signal::Interrupt => TransferError::Interrupted,
    }
}

/// Whether other tasks can go on while this one waits for the disk.
pub(super) fn may_block() -> bool {
    use tokio::runtime::{Handle, RuntimeFlavor};
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// Runs what waits for the disk without holding up other tasks of a multi-threaded runtime.
pub(super) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    if may_block() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}
