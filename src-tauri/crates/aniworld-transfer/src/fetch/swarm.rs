//! All connections of one attempt: hands claims out, takes failed ones back, and looks after the rest.
//!
//! All of them run in the task of the transfer, so nothing is passed between threads.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, sleep_until};

use super::connection::{Address, Broken, work};
use super::job::Job;
use super::opening::{Body, Trust};
use super::plan::{ClaimId, SplitRule};
use super::ramp::{Ramp, View};
use crate::hosts::Visit;
use crate::{Connections, ResumeMode, Signal, TransferError};

/// A claim is split for connections that were ordered, whatever the time it takes.
const ORDERED: SplitRule = SplitRule {
    least_bytes: 256 << 10,
    least_time: Duration::ZERO,
};
/// A claim is split for a connection that should help.
const HELPFUL: SplitRule = SplitRule {
    least_bytes: 1 << 20,
    least_time: Duration::from_secs(1),
};
/// How often it looks around while nothing happens.
const LOOK: Duration = Duration::from_millis(500);

/// How an attempt failed.
#[derive(Debug)]
pub(super) enum Failed {
    /// What is there is right.
    Now(TransferError),
    /// Nothing that is there can be trusted.
    Contradiction(TransferError),
}

type Ended = (ClaimId, Result<(), Broken>);

/// The connections of one attempt.
struct Swarm<'s> {
    job: &'s Job<'s>,
    address: Address,
    visit: Visit,
    ramp: Ramp,
    rule: SplitRule,
    running: FuturesUnordered<Pin<Box<dyn Future<Output = Ended> + Send + 's>>>,
    /// Claims whose connection was told to end.
    retired: Vec<ClaimId>,
}

/// What happened.
enum Event {
    Stopped(Signal),
    Ended(Ended),
    Time,
    Empty,
}

/// Runs the first connection and as many more as help, until every byte is there.
pub(super) async fn run(
    job: &Job<'_>,
    first: ClaimId,
    body: Body,
    visit: Visit,
    trust: Trust,
) -> Result<(), Failed> {
    let address = Address {
        original: job.request.url.clone(),
        resolved: body.url.clone(),
    };
    let most = if trust == Trust::Parts && parts_are_possible(job) {
        usize::from(job.request.connections.most()).min(visit.tolerated())
    } else {
        1
    };
    let (start, rule) = match job.request.connections {
        Connections::Exactly(_) => (most, ORDERED),
        Connections::UpTo(_) => (visit.helped().clamp(1, most), HELPFUL),
    };
    let mut swarm = Swarm {
        job,
        address,
        visit,
        ramp: Ramp::new(start, most, Instant::now()),
        rule,
        running: FuturesUnordered::new(),
        retired: Vec::new(),
    };
    swarm.start(first, Some(body));
    swarm.run().await
}

/// Parts can be asked for only where the size is known and a strong validator ties them together.
fn parts_are_possible(job: &Job<'_>) -> bool {
    let board = job.board();
    let validator = board
        .part
        .journal()
        .and_then(|journal| journal.validator.as_ref());
    board.total.is_some() && validator.is_some()
}

impl Swarm<'_> {
    async fn run(&mut self) -> Result<(), Failed> {
        let mut stopped = pin!(self.job.control.stopped());
        let mut alarm = pin!(sleep_until(Instant::now()));
        loop {
            self.fill();
            alarm.as_mut().reset(self.next_look());
            let event = poll_fn(|context| {
                if let Poll::Ready(signal) = stopped.as_mut().poll(context) {
                    return Poll::Ready(Event::Stopped(signal));
                }
                match self.running.poll_next_unpin(context) {
                    Poll::Ready(Some(ended)) => return Poll::Ready(Event::Ended(ended)),
                    Poll::Ready(None) => return Poll::Ready(Event::Empty),
                    Poll::Pending => {}
                }
                // the connections that ran just now may owe a report sooner than was thought
                let owed = self.job.board().sampler.owed_at();
                if let Some(owed) = owed.filter(|owed| *owed < alarm.deadline()) {
                    alarm.as_mut().reset(owed);
                }
                alarm.as_mut().poll(context).map(|()| Event::Time)
            })
            .await;
            match event {
                Event::Stopped(signal) => return Err(Failed::Now(signal.into())),
                Event::Ended((id, outcome)) => self.ended(id, outcome)?,
                Event::Time => self.look(),
                Event::Empty => return Ok(()),
            }
        }
    }

    fn start(&mut self, id: ClaimId, body: Option<Body>) {
        let (job, address) = (self.job, self.address.clone());
        self.running
            .push(Box::pin(async move { (id, work(job, id, &address, body).await) }));
    }

    /// Gives work to as many connections as there may be.
    fn fill(&mut self) {
        while self.running.len() < self.ramp.allowed() {
            // the first one is always there; more only where the host may have more
            let more = !self.running.is_empty();
            if more && !self.visit.add() {
                return;
            }
            let Some(id) = self.next_claim() else {
                if more {
                    self.visit.remove();
                }
                return;
            };
            self.start(id, None);
        }
    }

    fn next_claim(&self) -> Option<ClaimId> {
        let now = Instant::now();
        let mut board = self.job.board();
        let missing = board.plan.unclaimed(board.part.done(), board.total?);
        let (start, end) = missing.or_else(|| board.plan.split(self.rule, now))?;
        Some(board.claim(start, end, now))
    }

    fn ended(&mut self, id: ClaimId, outcome: Result<(), Broken>) -> Result<(), Failed> {
        self.job.board().give_up(id);
        if !self.running.is_empty() {
            self.visit.remove();
        }
        if let Some(at) = self.retired.iter().position(|retired| *retired == id) {
            self.retired.swap_remove(at);
            return Ok(());
        }
        match outcome {
            Ok(()) => Ok(()),
            Err(Broken::Contradiction(error)) => Err(Failed::Contradiction(error)),
            Err(Broken::NoParts) if self.running.is_empty() => {
                let detail = "the server does not send parts of this file".to_owned();
                Err(Failed::Contradiction(TransferError::BadAnswer { detail }))
            }
            Err(Broken::NoParts) => {
                self.ramp.lower(1, Instant::now());
                Ok(())
            }
            Err(Broken::Failed(error)) if is_final(&error) => Err(Failed::Now(error)),
            Err(Broken::Failed(error)) if self.running.is_empty() => Err(last_failure(error)),
            Err(Broken::Failed(error)) => {
                tracing::debug!(%error, left = self.running.len(), "a connection failed, the others go on");
                let left = self.visit.refused(&error, self.running.len() + 1);
                self.ramp.lower(left, Instant::now());
                Ok(())
            }
        }
    }

    fn look(&mut self) {
        let now = Instant::now();
        let view = {
            let mut board = self.job.board();
            self.job.settle(&mut board, now);
            let missing = board.total.unwrap_or(0).saturating_sub(board.part.done().bytes());
            View {
                bytes: board.received,
                left: missing,
                flowing: board.plan.flowing(),
            }
        };
        self.ramp.look(view, now);
        if self.ramp.next_look().is_none() {
            self.visit.helped_by(self.ramp.allowed());
        }
        let staying = self.running.len() - self.retired.len();
        let yields = self.retired.is_empty() && self.visit.should_yield();
        if staying > 1 && (staying > self.ramp.allowed() || yields) {
            self.retire_one();
        }
    }

    /// Takes its claim from the youngest connection, which then ends by itself; others go on with it.
    fn retire_one(&mut self) {
        let mut board = self.job.board();
        let youngest = board.plan.youngest().filter(|id| !self.retired.contains(id));
        if let Some(id) = youngest {
            board.plan.release(id);
            self.retired.push(id);
        }
        let fewer = self.running.len() - self.retired.len();
        drop(board);
        self.ramp.lower(fewer, Instant::now());
    }

    fn next_look(&self) -> Instant {
        let idle = Instant::now() + LOOK;
        let owed = self.job.board().sampler.owed_at();
        [owed, self.ramp.next_look()]
            .into_iter()
            .flatten()
            .fold(idle, Instant::min)
    }
}

/// Parts that cannot be used may be of a file that can be had whole.
fn last_failure(error: TransferError) -> Failed {
    match error.resume_mode() {
        ResumeMode::Restart => Failed::Contradiction(error),
        ResumeMode::Continue | ResumeMode::NeedsUser => Failed::Now(error),
    }
}

/// Failures that other connections would meet, too.
fn is_final(error: &TransferError) -> bool {
    matches!(
        error,
        TransferError::DiskFull { .. }
            | TransferError::NotEnoughSpace { .. }
            | TransferError::ReadOnly { .. }
            | TransferError::FolderMissing { .. }
            | TransferError::Disk { .. }
            | TransferError::Mismatch { .. }
    )
}
