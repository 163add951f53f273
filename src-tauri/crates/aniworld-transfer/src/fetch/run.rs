//! All attempts of one transfer, and its end.

use std::time::SystemTime;

use rand::Rng;
use tokio::time::Instant;

use super::attempt::{ResumePoint, attempt};
use super::job::{Job, blocking};
use super::pace::{Sampler, Waits, delay};
use super::verify::verify;
use super::{Fetched, Observer, TransferEvent, TransferPhase};
use crate::part::Part;
use crate::{Control, FetchRequest, ResumeMode, TransferError, redacted};

pub(super) async fn run(
    client: &reqwest::Client,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Fetched, TransferError> {
    check(request)?;
    let mut part = Part::open(&request.target)?;
    let mut job = Job {
        client,
        request,
        control,
        observer,
        sampler: Sampler::default(),
        waits: Waits::new(Instant::now()),
    };
    match receive(&mut job, &mut part).await {
        Ok(()) => publish(&job, part),
        Err(error) => {
            if let Err(second) = blocking(|| put_away(part, &error)) {
                tracing::warn!(%second, "what came so far could not be kept or removed");
            }
            Err(error)
        }
    }
}

/// What can be refused before a file is touched or a server is asked.
fn check(request: &FetchRequest) -> Result<(), TransferError> {
    if !matches!(request.url.scheme(), "http" | "https") || request.url.host().is_none() {
        let url = redacted(&request.url);
        return Err(TransferError::InvalidUrl { url });
    }
    refuse_existing(request)
}

fn refuse_existing(request: &FetchRequest) -> Result<(), TransferError> {
    // a link counts, wherever it points to
    if request.target.symlink_metadata().is_ok() {
        let path = request.target.clone();
        return Err(TransferError::Exists { path });
    }
    Ok(())
}

/// A cancelled transfer leaves no trace, and bytes that are proven wrong help nobody. All else is kept.
fn put_away(part: Part, error: &TransferError) -> Result<(), TransferError> {
    match error {
        TransferError::Cancelled | TransferError::Mismatch { .. } => part.discard(),
        _ => part.keep(),
    }
}

fn publish(job: &Job<'_>, part: Part) -> Result<Fetched, TransferError> {
    job.observer.event(TransferEvent::Phase(TransferPhase::Moving));
    let resumed_from = part.inherited();
    let bytes = blocking(|| part.publish())?;
    tracing::debug!(target = %job.request.target.display(), bytes, "published");
    Ok(Fetched { bytes, resumed_from })
}

/// What the tries so far have taught.
#[derive(Debug)]
struct Tries {
    /// Failures in a row, without new bytes in between.
    failures: u32,
    /// The furthest byte ever reached: a server that starts anew each time makes no progress,
    /// however many bytes it sends.
    furthest: u64,
    /// The host has answered before, so its name is right.
    reached: bool,
    /// An answer to a request for a rest could not be used: from now on only whole files.
    only_whole: bool,
}

/// Tries until every byte is there and right, or nothing more can be tried.
async fn receive(job: &mut Job<'_>, part: &mut Part) -> Result<(), TransferError> {
    // whoever held the lock before may have published the file in between
    refuse_existing(job.request)?;
    let mut tries = Tries {
        failures: 0,
        furthest: part.written(),
        reached: false,
        only_whole: false,
    };
    loop {
        let resume = ResumePoint::of(part, job).filter(|_| !tries.only_whole);
        let cause = match attempt(job, part, resume.as_ref(), tries.only_whole).await {
            Ok(true) => match verify(job, part).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            },
            // a sound part holds at least one new byte, so this ends
            Ok(false) => continue,
            Err(error) => error,
        };
        tries.learn(&cause, part.written());
        match tries.next_step(&cause, resume.is_some(), job.request.retry.tries) {
            Step::GiveUp => return Err(cause),
            Step::AskForTheWhole => tries.only_whole = true,
            Step::Wait => wait(job, part, tries.failures, cause).await?,
        }
    }
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
        if written > self.furthest {
            self.furthest = written;
            self.failures = 0;
            self.reached = true;
        }
        self.failures += 1;
        self.reached |= !matches!(
            cause,
            TransferError::HostUnknown { .. } | TransferError::Connect { .. } | TransferError::Tls { .. }
        );
    }

    fn next_step(&self, cause: &TransferError, resumed: bool, tries: u32) -> Step {
        match cause.resume_mode() {
            // bytes of two answers may not fit together, bytes of one are what the server has
            ResumeMode::Restart if resumed => Step::AskForTheWhole,
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
async fn wait(
    job: &mut Job<'_>,
    part: &mut Part,
    failures: u32,
    cause: TransferError,
) -> Result<(), TransferError> {
    blocking(|| part.save())?;
    let delay = delay(
        &job.request.retry,
        failures,
        &cause,
        rand::rng().random_range(0.0..=1.0),
    );
    job.observer.event(TransferEvent::Waiting {
        until: SystemTime::now() + delay,
        tries: failures,
        cause,
    });
    job.unless_stopped(tokio::time::sleep(delay)).await
}
