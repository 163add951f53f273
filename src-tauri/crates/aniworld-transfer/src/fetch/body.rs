//! The byte loop: from an answer's body into the part file.

use std::pin::pin;

use tokio::time::{Instant, sleep_until};

use super::failure;
use super::job::{Job, stop};
use super::pace::Bucket;
use super::pen::Pen;
use crate::part::Part;
use crate::{TransferError, redact};

/// What an answer promises.
#[derive(Debug, Clone, Copy)]
pub(super) struct Promise {
    /// The size of the file, where known.
    pub(super) total: Option<u64>,
    /// The byte behind the last one of this answer, where known.
    pub(super) end: Option<u64>,
}

/// Reads a body to its end. Ends with `Ok` when the promise was kept to the byte.
pub(super) async fn read(
    job: &mut Job<'_>,
    mut response: reqwest::Response,
    part: &mut Part,
    promise: Promise,
) -> Result<(), TransferError> {
    let (request, control) = (job.request, job.control);
    let stall = request.retry.stall;
    let mut pen = Pen::default();
    let mut last_byte = Instant::now();
    job.waits.skip(last_byte);
    let mut bucket = request
        .limit_bytes_per_s
        .map(|limit| Bucket::new(limit, last_byte));
    let mut rest_until = None;
    // made once: a timer and a listener per chunk would cost more than the chunk
    let mut stopped = pin!(control.stopped());
    let mut alarm = pin!(sleep_until(last_byte + stall));
    loop {
        let rang = tokio::select! {
            biased;
            signal = &mut stopped => return Err(stop(signal)),
            chunk = response.chunk(), if rest_until.is_none() => {
                let chunk = chunk
                    .map_err(|error| failure::in_body(&request.url, &error, part.written(), promise.total))?;
                let Some(chunk) = chunk else { break };
                refuse_surplus(part.written() + chunk.len() as u64, promise, request.expected_bytes)?;
                let disk = pen.write(part, &chunk).await?;
                last_byte = Instant::now();
                job.waits.disk(last_byte, disk);
                job.sample(part.written(), promise.total, last_byte);
                let pause = bucket.as_mut().map(|bucket| bucket.take(chunk.len(), last_byte));
                rest_until = pause.filter(|pause| !pause.is_zero()).map(|pause| last_byte + pause);
                false
            }
            () = &mut alarm => {
                let now = Instant::now();
                if rest_until.is_some() { job.waits.limit(now) } else { job.waits.server(now) }
                job.settle(part.written(), promise.total, now);
                if rest_until.is_some_and(|until| until <= now) {
                    rest_until = None;
                    last_byte = now;
                }
                if rest_until.is_none() && now >= last_byte + stall {
                    return Err(stalled(job));
                }
                true
            }
        };
        // an alarm that comes too early costs one round; one that comes too late would be a lie
        let next = rest_until.unwrap_or(last_byte + stall);
        let next = job.sampler.owed_at().map_or(next, |owed| owed.min(next));
        if rang || next < alarm.deadline() {
            alarm.as_mut().reset(next);
        }
    }
    match promise.end.or(promise.total) {
        Some(expected) if part.written() < expected => Err(TransferError::Short {
            received: part.written(),
            expected,
        }),
        _ => Ok(()),
    }
}

/// A body must not be longer than it said: nobody knows which of its bytes are the surplus.
fn refuse_surplus(after: u64, promise: Promise, expected: Option<u64>) -> Result<(), TransferError> {
    let Some(end) = promise.end.or(promise.total).filter(|end| after > *end) else {
        return Ok(());
    };
    if expected == Some(end) {
        let detail = format!("{end} bytes were promised, more came");
        return Err(TransferError::Mismatch { detail });
    }
    let detail = format!("more bytes came than the {end} that it promised");
    Err(TransferError::BadAnswer { detail })
}

/// The server went silent.
pub(super) fn stalled(job: &Job<'_>) -> TransferError {
    TransferError::Stalled {
        host: redact::host_of(&job.request.url),
        after: job.request.retry.stall,
    }
}
