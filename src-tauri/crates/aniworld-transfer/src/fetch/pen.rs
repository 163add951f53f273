//! Writes chunks to the part file without holding up the runtime. Must not know where they come from.

use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::job::{Job, may_block};
use super::plan::ClaimId;
use crate::TransferError;

/// A write that takes longer than this waited for the disk. Memory alone can take a millisecond: under a
/// virtual machine, or where pages have to be found first.
const SLOW: Duration = Duration::from_millis(10);
/// After a slow write, so many are expected to be slow too.
const WARY_WRITES: u32 = 16;

/// At most so many workers of the runtime wait for disks at once.
static WAITING_FOR_DISKS: Semaphore = Semaphore::const_new(4);

/// Writes in the task itself while the disk keeps up, which costs neither a copy nor a change of
/// threads. Only when writes get slow does each hand its worker's other tasks over first: that costs
/// more than a write to memory does.
#[derive(Debug, Default)]
pub(super) struct Pen {
    wary: u32,
}

/// One write that may be done now.
pub(super) struct Turn {
    began: Instant,
    permit: Option<SemaphorePermit<'static>>,
}

impl Pen {
    /// Waits for its turn. What is written then must be looked up afterwards: claims change meanwhile.
    pub(super) async fn turn(&mut self) -> Turn {
        let began = Instant::now();
        let mut permit = None;
        if self.wary > 0 && may_block() {
            self.wary -= 1;
            // never closed; if it were, the write would go on all the same
            permit = WAITING_FOR_DISKS.acquire().await.ok();
        }
        Turn { began, permit }
    }

    /// Writes, and returns how long that took.
    pub(super) fn write(
        &mut self,
        turn: &Turn,
        job: &Job<'_>,
        id: ClaimId,
        at: u64,
        bytes: &[u8],
    ) -> Result<Duration, TransferError> {
        if turn.permit.is_some() {
            tokio::task::block_in_place(|| job.board().write(id, at, bytes))?;
        } else {
            job.board().write(id, at, bytes)?;
        }
        let took = turn.began.elapsed();
        if took >= SLOW {
            self.wary = WARY_WRITES;
        }
        Ok(took)
    }
}
