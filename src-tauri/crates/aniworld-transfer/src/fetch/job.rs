//! What every step of one transfer shares: the request, the owner's wishes, and whom to tell.

use std::num::NonZeroU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::pace::{Sampler, Spent};
use super::plan::{ClaimId, Plan};
use super::seams::{OVERLAP, Seams};
use super::{Observer, TransferEvent};
use crate::engine::Shared;
use crate::http::{Asking, Reply, Sender};
use crate::part::Part;
use crate::stream::StreamKind;
use crate::{Control, FetchRequest, TransferError, TransferNote};

/// One call of [`crate::Engine::fetch`].
pub(super) struct Job<'a> {
    pub(super) engine: &'a Shared,
    pub(super) request: &'a FetchRequest,
    pub(super) control: &'a Control,
    pub(super) observer: &'a dyn Observer,
    board: Mutex<Board>,
}

/// What the connections of a transfer change. Locked for moments only: all of them run in one task.
pub(super) struct Board {
    pub(super) part: Part,
    pub(super) plan: Plan,
    pub(super) seams: Seams,
    /// The size of the file, where it is known.
    pub(super) total: Option<u64>,
    /// Bytes that came in this run, over all connections.
    pub(super) received: u64,
    /// Answers whose bytes are in the file, those of earlier runs as one.
    pub(super) answers: u32,
    /// Only the end of a connection told where the file ends.
    pub(super) end_by_closing: bool,
    /// The bytes themselves are proven wrong.
    pub(super) condemned: bool,
    /// It is no file, but a list of the pieces of one.
    pub(super) stream: Option<StreamKind>,
    pub(super) sampler: Sampler,
    spent: Spent,
}

impl<'a> Job<'a> {
    pub(super) fn new(
        engine: &'a Shared,
        request: &'a FetchRequest,
        control: &'a Control,
        observer: &'a dyn Observer,
        part: Part,
    ) -> Self {
        control
            .limit()
            .begin_with(request.limit_bytes_per_s.and_then(NonZeroU64::new));
        let board = Board {
            part,
            plan: Plan::default(),
            seams: Seams::default(),
            total: None,
            received: 0,
            answers: 0,
            end_by_closing: false,
            condemned: false,
            stream: None,
            sampler: Sampler::default(),
            spent: Spent::default(),
        };
        Self {
            engine,
            request,
            control,
            observer,
            board: Mutex::new(board),
        }
    }

    /// The board, for a moment: never across an `await`.
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The part file, at the end.
    pub(super) fn into_part(self) -> Part {
        self.board
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .part
    }

    /// Sends a request for these bytes.
    pub(super) async fn ask(&self, url: &url::Url, asking: &Asking<'_>) -> Result<Reply, TransferError> {
        let sender = Sender {
            origin: &self.request.url,
            headers: &self.request.headers,
            patience: self.request.retry.stall,
        };
        self.engine.web.get(url, &sender, asking).await
    }

    /// Tells of new bytes, now or soon.
    pub(super) fn sample(&self, board: &mut Board, now: Instant) {
        if board.sampler.changed(now) {
            self.report(board, now, false);
        }
    }

    /// Tells what is owed, if its time has come. Nothing came since, so everyone waited until now.
    pub(super) fn settle(&self, board: &mut Board, now: Instant) {
        if board.sampler.settle(now) {
            self.report(board, now, true);
        }
    }

    fn report(&self, board: &mut Board, now: Instant, waited: bool) {
        for claim in board.plan.claims() {
            if claim.resting {
                claim.waits.limit(now);
            } else if waited {
                claim.waits.server(now);
            }
            board.spent = board.spent.and(claim.waits.drain());
        }
        let limit = std::mem::take(&mut board.spent).most();
        self.observer.event(TransferEvent::Progress {
            bytes: board.part.done().bytes(),
            total: board.total,
            limit,
        });
    }

    /// Tells a fact.
    pub(super) fn note(&self, note: TransferNote) {
        self.observer.event(TransferEvent::Noted(note));
    }
}

impl Board {
    /// No connection is at work yet.
    pub(super) fn begin_attempt(&mut self) {
        self.plan = Plan::default();
        self.seams = Seams::default();
    }

    /// Whether bytes of more than one answer are in the file.
    pub(super) fn is_patched(&self) -> bool {
        self.answers > 1 || self.part.journal().is_some_and(|journal| journal.patched)
    }

    /// Where to go on to fetch the bytes from `start` on, and from where to ask, so that bytes which are
    /// there already come again and can be compared. A piece that is too short for that is given up.
    pub(super) fn begin_at(&mut self, start: u64) -> (u64, u64) {
        match self.part.done().ending_at(start) {
            Some((piece, _)) if start - piece >= OVERLAP => (start, start - OVERLAP),
            Some((piece, _)) => {
                self.part.forget_range(piece, start);
                if piece > 0 {
                    self.part.open_seam(piece);
                }
                (piece, piece)
            }
            None => (start, start),
        }
    }

    /// Takes bytes on for a connection, and remembers where they will meet others.
    pub(super) fn claim(&mut self, start: u64, end: u64, now: Instant) -> ClaimId {
        if start > 0 && self.part.done().ending_at(start).is_none() {
            self.part.open_seam(start);
        }
        if self.total.is_some_and(|total| end < total) {
            self.part.open_seam(end);
        }
        self.answers += 1;
        if self.answers > 1 {
            self.part.patch();
        }
        self.plan.claim(start, end, now)
    }

    /// Nobody works on a claim any more. Where it is rejoined with the one before, no two answers meet.
    pub(super) fn give_up(&mut self, id: ClaimId) {
        if let Some(at) = self.plan.rejoin(id) {
            self.part.close_seam(at);
        }
    }

    /// Writes what a connection brought.
    pub(super) fn write(&mut self, id: ClaimId, at: u64, bytes: &[u8]) -> Result<(), TransferError> {
        self.part.write(at, bytes)?;
        self.plan.advance(id, bytes.len() as u64);
        self.received += bytes.len() as u64;
        Ok(())
    }

    /// Compares the meeting points whose bytes are all there by now.
    pub(super) fn compare_seams(&mut self) -> Result<(), TransferError> {
        let compared = self.seams.compare(&**self.part.file(), self.part.done());
        match compared.map_err(|error| self.part.failed(&error))? {
            Ok(hold) => {
                for at in hold {
                    self.part.close_seam(at);
                }
                Ok(())
            }
            Err(at) => Err(TransferError::BadAnswer {
                detail: format!("two answers differ about the bytes at {at}"),
            }),
        }
    }
}

/// Whether other tasks can go on while this one waits for the disk.
pub(crate) fn may_block() -> bool {
    use tokio::runtime::{Handle, RuntimeFlavor};
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// Runs what waits for the disk without holding up other tasks of a multi-threaded runtime.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    if may_block() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}
