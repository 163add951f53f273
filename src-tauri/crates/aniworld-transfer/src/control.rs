//! Pause, resume, cancel and slow down, from outside a running transfer.

use std::num::NonZeroU64;
use std::pin::pin;

use tokio::sync::watch;

use crate::{ItemLimit, TransferError};

/// What the owner of a transfer wants of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Go on.
    Run,
    /// Stop reading, keep the part file, and end with [`crate::TransferError::Paused`].
    Pause,
    /// Stop, remove the part file and its journal, and end with [`crate::TransferError::Cancelled`].
    Cancel,
    /// Stop at once and keep the part file (the program ends): [`crate::TransferError::Interrupted`].
    Interrupt,
}

/// The handle that steers one transfer. Clones steer the same one.
#[derive(Debug, Clone)]
pub struct Control {
    sender: watch::Sender<Signal>,
    limit: ItemLimit,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            sender: watch::Sender::new(Signal::Run),
            limit: ItemLimit::default(),
        }
    }
}

impl Control {
    /// A handle that says "run".
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes what is wanted.
    pub fn set(&self, signal: Signal) {
        self.sender.send_replace(signal);
    }

    /// What is wanted now.
    pub fn get(&self) -> Signal {
        *self.sender.borrow()
    }

    /// Bytes per second for this transfer from now on; `None` is unlimited. Counts more than
    /// [`crate::FetchRequest::limit_bytes_per_s`], whenever it is called.
    pub fn set_limit(&self, bytes_per_s: Option<NonZeroU64>) {
        self.limit.set(bytes_per_s);
    }

    /// The limit of this transfer, for the tickets of its connections.
    pub fn limit(&self) -> &ItemLimit {
        &self.limit
    }

    /// Returns once anything but `Run` is wanted. Cancel-safe.
    pub async fn stopped(&self) -> Signal {
        let mut receiver = self.sender.subscribe();
        match receiver.wait_for(|signal| *signal != Signal::Run).await {
            Ok(signal) => *signal,
            // the sender lives in `self`, so it cannot be gone
            Err(_) => Signal::Interrupt,
        }
    }

    /// Waits for something, or for the owner to want something else.
    pub(crate) async fn unless_stopped<T>(
        &self,
        wanted: impl Future<Output = T>,
    ) -> Result<T, TransferError> {
        let wanted = pin!(wanted);
        tokio::select! {
            biased;
            signal = self.stopped() => Err(signal.into()),
            done = wanted => Ok(done),
        }
    }

    /// Whether to go on, where nothing is waited for.
    pub(crate) fn check(&self) -> Result<(), TransferError> {
        match self.get() {
            Signal::Run => Ok(()),
            signal => Err(signal.into()),
        }
    }
}

/// How a transfer ends that its owner stopped.
impl From<Signal> for TransferError {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Pause => Self::Paused,
            Signal::Cancel => Self::Cancelled,
            Signal::Run | Signal::Interrupt => Self::Interrupted,
        }
    }
}
