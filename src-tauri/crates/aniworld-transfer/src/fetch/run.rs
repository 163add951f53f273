//! All attempts of one transfer, and its end.

use std::time::SystemTime;

use rand::Rng;

use super::job::{Job, blocking};
use super::opening::{Opening, Trust, open};
use super::pace::delay;
use super::seams;
use super::swarm::{self, Failed};
use super::verify::verify;
use super::{Ended, Fetched, Observer, TransferEvent, TransferPhase};
use crate::disk::Disk;
use crate::engine::Shared;
use crate::part::{self, Part};
use crate::{Control, FetchRequest, Proof, ResumeMode, TransferError, redacted};

pub(super) async fn run(
    engine: &Shared,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Fetched, Ended> {
    check(&*engine.disk, request)?;
    let mut part = Part::open(&engine.disk, &request.target)?;
    part.checkpoint_every(engine.checkpoint_bytes);
    if request.checksums.is_empty() {
        part.will_not_be_read();
    }
    let job = Job::new(engine, request, control, observer, part);
    let received = receive(&job).await;
    let (stream, condemned) = {
        let board = job.board();
        (board.stream, board.condemned)
    };
    let part = job.into_part();
    match received {
        Ok(proof) => {
            observer.event(TransferEvent::Phase(TransferPhase::Moving));
            let resumed_from = part.inherited();
            let bytes = blocking(|| part.publish())?;
            tracing::debug!(target = %request.target.display(), bytes, "published");
            Ok(Fetched {
                bytes,
                resumed_from,
                proof,
            })
        }
        Err(error) => {
            let worthless = condemned || error == TransferError::Cancelled;
            if let Err(second) = blocking(|| if worthless { part.discard() } else { part.keep() }) {
                tracing::warn!(%second, "what came so far could not be kept or removed");
            }
            Err(stream.map_or(Ended::Failed(error), Ended::Stream))
        }
    }
}

/// What can be refused before a file is touched or a server is asked.
fn check(disk: &dyn Disk, request: &FetchRequest) -> Result<(), TransferError> {
    if !matches!(request.url.scheme(), "http" | "https") || request.url.host().is_none() {
        let url = redacted(&request.url);
        return Err(TransferError::InvalidUrl { url });
    }
    refuse_existing(disk, request)
}

fn refuse_existing(disk: &dyn Disk, request: &FetchRequest) -> Result<(), TransferError> {
    // a link counts, wherever it points to
    if disk.exists(&request.target) {
        part::sweep(disk, &request.target);
        let path = request.target.clone();
        return Err(TransferError::Exists { path });
    }
    Ok(())
}

/// So many new bytes are progress, after which the tries are counted anew.
const PROGRESS: u64 = 16 << 10;

/// What the tries so far have taught.
#[derive(Debug)]
struct Tries {
    /// Failures in a row, without new bytes in between.
    failures: u32,
    /// The most bytes there ever were: a server that starts anew each time makes no progress, however
    /// many bytes it sends.
    furthest: u64,
    /// The host has answered before, so its name is right.
    reached: bool,
    /// Whether parts of this server are used.
    trust: Trust,
}

/// Tries until every byte is there and right, or nothing more can be tried.
async fn receive(job: &Job<'_>) -> Result<Proof, TransferError> {
    // whoever held the lock before may have published the file in between
    refuse_existing(&*job.engine.disk, job.request)?;
    let inherited = job.board().part.done().bytes();
    let mut tries = Tries {
        failures: 0,
        furthest: inherited,
        // what is there came from it: this computer may be offline, and the user is not wrong
        reached: inherited > 0,
        trust: Trust::Parts,
    };
    loop {
        let (cause, doubtful) = match attempt(job, tries.trust).await {
            Ok(proof) => return Ok(proof),
            Err(failed) => failed,
        };
        tries.learn(&cause, job.board().part.done().bytes());
        match tries.next_step(&cause, doubtful, job.request.retry.tries) {
            Step::GiveUp => return Err(cause),
            Step::AskForTheWhole => tries.trust = Trust::OnlyWhole,
            Step::Wait => wait(job, tries.failures, cause).await?,
        }
    }
}

/// One attempt: opens, lets the connections run, and compares the result with what was promised. Says with a failure
/// whether bytes of several answers are in doubt.
async fn attempt(job: &Job<'_>, trust: Trust) -> Result<Proof, (TransferError, bool)> {
    let host = crate::host_of(&job.request.url);
    let visit = job
        .control
        .unless_stopped(job.engine.hosts.visit(&host))
        .await
        .map_err(|error| (error, false))?;
    let kept = {
        let mut board = job.board();
        board.begin_attempt();
        board.part.done().bytes() > 0
    };
    // bytes of one answer are what the server has; those of several may not fit together
    let doubtful = |error| {
        let patched = trust == Trust::Parts && (kept || job.board().is_patched());
        (error, patched)
    };
    if let Opening::Flowing(first, body) = open(job, trust).await.map_err(doubtful)? {
        match swarm::run(job, first, *body, visit, trust).await {
            Ok(()) => {}
            Err(Failed::Now(error)) => return Err((condemning(job, error), false)),
            Err(Failed::Contradiction(error)) => return Err(doubtful(doubting(job, error))),
        }
    }
    seams::close(job)
        .await
        .map_err(|error| doubtful(doubting(job, error)))?;
    verify(job)
        .await
        .map_err(|error| doubtful(condemning(job, doubting(job, error))))
}

/// Notes for later runs that answers contradicted each other, where the bytes say so. The head of an answer says
/// nothing about the bytes that are there.
fn doubting(job: &Job<'_>, error: TransferError) -> TransferError {
    if matches!(
        error,
        TransferError::BadAnswer { .. } | TransferError::Mismatch { .. } | TransferError::BrokenMedia { .. }
    ) {
        job.board().part.doubt();
    }
    error
}

/// Remembers where an error says that the very bytes that came are wrong: they help nobody. An answer
/// that only came instead of the rest says nothing about what came before.
fn condemning(job: &Job<'_>, error: TransferError) -> TransferError {
    let mut board = job.board();
    let whole = board
        .total
        .is_some_and(|total| board.part.done().covers(0, total));
    board.condemned = match error {
        TransferError::Mismatch { .. } | TransferError::BrokenMedia { .. } => true,
        TransferError::WebPage => whole,
        _ => false,
    };
    error
}

/// What comes after a failure.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Wait,
    AskForTheWhole,
    GiveUp,
}

impl Tries {
    fn learn(&mut self, cause: &TransferError, written: u64) {
        let gained = written.saturating_sub(self.furthest);
        // a server that crawls brings bytes each time, and never the file
        if gained >= PROGRESS && !matches!(cause, TransferError::TooSlow { .. }) {
            self.furthest = written;
            self.failures = 0;
        }
        self.failures += 1;
        self.reached |= gained > 0;
        self.reached |= !matches!(
            cause,
            TransferError::HostUnknown { .. } | TransferError::Connect { .. } | TransferError::Tls { .. }
        );
    }

    fn next_step(&self, cause: &TransferError, doubtful: bool, tries: u32) -> Step {
        match cause.resume_mode() {
            // bytes of two answers may not fit together, bytes of one are what the server has
            ResumeMode::Restart if doubtful => Step::AskForTheWhole,
            ResumeMode::Restart => Step::GiveUp,
            _ if self.failures >= tries.max(1) => Step::GiveUp,
            ResumeMode::Continue => Step::Wait,
            // a name that was known a moment ago: this computer is offline, not the user wrong
            ResumeMode::NeedsUser if self.reached && matches!(cause, TransferError::HostUnknown { .. }) => {
                Step::Wait
            }
            ResumeMode::NeedsUser => Step::GiveUp,
        }
    }
}

/// Waits for the next try, or for the owner to want something else.
async fn wait(job: &Job<'_>, failures: u32, cause: TransferError) -> Result<(), TransferError> {
    blocking(|| job.board().part.save())?;
    let dice = rand::rng().random_range(0.0..=1.0);
    let delay = delay(&job.request.retry, failures, &cause, dice);
    job.observer.event(TransferEvent::Waiting {
        until: SystemTime::now() + delay,
        tries: failures,
        cause,
    });
    job.control.unless_stopped(tokio::time::sleep(delay)).await
}
