//! All attempts of one transfer, and its end.

use std::time::SystemTime;

use super::attempt::{Attempt, attempt};
use super::{FetchRequest, Fetched, Observer, TransferEvent, TransferPhase, pace};
use crate::part::Part;
use crate::{Control, ResumeMode, Signal, TransferError, redacted};

pub(super) async fn run(
    client: &reqwest::Client,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
) -> Result<Fetched, TransferError> {
    if !matches!(request.url.scheme(), "http" | "https") || request.url.host().is_none() {
        return Err(TransferError::InvalidUrl {
            url: redacted(&request.url),
        });
    }
    if request.target.symlink_metadata().is_ok() {
        return Err(TransferError::Exists {
            path: request.target.clone(),
        });
    }
    let mut part = Part::open(&request.target)?;
    let resumed_from = part.written();
    match receive(client, request, control, observer, &mut part).await {
        Ok(()) => finish(request, observer, part, resumed_from),
        Err(TransferError::Cancelled) => {
            part.remove()?;
            Err(TransferError::Cancelled)
        }
        Err(error) => {
            // what came so far stays for the next run; a disk that cannot even flush has said so already
            if let Err(unflushed) = blocking(|| part.flush()) {
                tracing::warn!(%unflushed, "the last bytes may be fetched again");
            }
            Err(error)
        }
    }
}

/// Tries until every byte is there, or nothing more can be tried.
async fn receive(
    client: &reqwest::Client,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
    part: &mut Part,
) -> Result<(), TransferError> {
    let mut failures = 0;
    // a server that starts anew each time makes no progress, however many bytes it sends
    let mut furthest = part.written();
    let mut answers_without_progress = 0;
    loop {
        let cause = match attempt(client, request, control, observer, part).await {
            Ok(Attempt::Whole) => match verify(request, observer, part) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            },
            Ok(Attempt::Stopped(signal)) => return Err(stop(signal)),
            Ok(Attempt::More) if part.written() > furthest || answers_without_progress < 2 => {
                answers_without_progress = if part.written() > furthest {
                    0
                } else {
                    answers_without_progress + 1
                };
                furthest = furthest.max(part.written());
                continue;
            }
            Ok(Attempt::More) => TransferError::BadAnswer {
                detail: "the server keeps sending less".to_owned(),
            },
            Err(error) => error,
        };
        if part.written() > furthest {
            furthest = part.written();
            failures = 0;
        }
        failures += 1;
        match cause.resume_mode() {
            ResumeMode::NeedsUser => return Err(cause),
            _ if failures >= request.retry.tries.max(1) => return Err(cause),
            ResumeMode::Restart => part.forget()?,
            ResumeMode::Continue => blocking(|| part.flush())?,
        }
        wait(request, control, observer, failures, cause).await?;
    }
}

/// Waits for the next try, or for the owner to want something else.
async fn wait(
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
    failures: u32,
    cause: TransferError,
) -> Result<(), TransferError> {
    let delay = pace::delay(&request.retry, failures, &cause);
    observer.event(TransferEvent::Waiting {
        until: SystemTime::now() + delay,
        cause,
    });
    tokio::select! {
        biased;
        signal = control.stopped() => Err(stop(signal)),
        () = tokio::time::sleep(delay) => Ok(()),
    }
}

fn stop(signal: Signal) -> TransferError {
    match signal {
        Signal::Pause => TransferError::Paused,
        Signal::Cancel => TransferError::Cancelled,
        Signal::Run | Signal::Interrupt => TransferError::Interrupted,
    }
}

/// Compares size and checksum with what was promised.
fn verify(request: &FetchRequest, observer: &dyn Observer, part: &Part) -> Result<(), TransferError> {
    observer.event(TransferEvent::Phase(TransferPhase::Verifying));
    if let Some(expected) = request
        .expected_bytes
        .filter(|expected| *expected != part.written())
    {
        let detail = format!("{expected} bytes were promised, {} came", part.written());
        return Err(TransferError::Mismatch { detail });
    }
    if let Some(expected) = &request.sha256 {
        let found = blocking(|| part.sha256())?;
        if found != *expected {
            let detail = format!("the SHA-256 should be {} and is {}", hex(expected), hex(&found));
            return Err(TransferError::Mismatch { detail });
        }
    }
    Ok(())
}

fn finish(
    request: &FetchRequest,
    observer: &dyn Observer,
    part: Part,
    resumed_from: u64,
) -> Result<Fetched, TransferError> {
    observer.event(TransferEvent::Phase(TransferPhase::Moving));
    // the folder may have gone away with its disk: then the rename says so, and nothing is lost
    let bytes = blocking(|| part.publish())?;
    tracing::debug!(target = %request.target.display(), bytes, "published");
    Ok(Fetched { bytes, resumed_from })
}

/// Runs what waits for the disk without holding up other tasks of a multi-threaded runtime.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// A checksum as people compare it.
fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::with_capacity(64), |text, byte| {
        text + &format!("{byte:02x}")
    })
}
