//! One request and its body.

use std::pin::pin;

use reqwest::header;
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::{Asked, Verdict, judge};
use super::pace::{Bucket, Sampler};
use super::{FetchRequest, Observer, TransferEvent, fault};
use crate::journal::Journal;
use crate::part::Part;
use crate::{Control, Signal, TransferError, redacted};

/// How an attempt ended without an error.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Every byte is in the part file.
    Whole,
    /// The answer was kept to the letter and yet less than the file: ask for the rest.
    More,
    /// The owner wants something else.
    Stopped(Signal),
}

/// Asks for what is missing and writes it down.
pub(super) async fn attempt(
    client: &reqwest::Client,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
    part: &mut Part,
) -> Result<Attempt, TransferError> {
    let (offset, validator) = resume_point(part)?;
    let mut builder = client
        .get(request.url.clone())
        .header(header::ACCEPT_ENCODING, "identity");
    if let Some(validator) = &validator {
        builder = builder
            .header(header::RANGE, format!("bytes={offset}-"))
            .header(header::IF_RANGE, validator);
    }
    let response = tokio::select! {
        biased;
        signal = control.stopped() => return Ok(Attempt::Stopped(signal)),
        answer = timeout(request.retry.stall, builder.send()) => answer
            .map_err(|_| stalled(request))?
            .map_err(|error| fault::before_head(&request.url, &error))?,
    };
    let asked = Asked {
        offset,
        journal: part.journal(),
        expected_bytes: request.expected_bytes,
        refuse_web_page: request.refuse_web_page,
    };
    let total = match judge(asked, response.status(), response.headers())? {
        Verdict::Complete => return Ok(Attempt::Whole),
        Verdict::StartOver => {
            part.forget()?;
            return Ok(Attempt::More);
        }
        Verdict::Rest { total } => total,
        Verdict::Whole { total, validator } => {
            part.restart(Journal::new(redacted(&request.url), total, validator))?;
            total
        }
    };
    observer.event(TransferEvent::Started {
        resumed_from: part.written(),
        total,
    });
    body(response, request, control, observer, part, total).await
}

/// Where to go on, and the proof to send along: nothing without a strong validator.
fn resume_point(part: &mut Part) -> Result<(u64, Option<String>), TransferError> {
    let validator = part.journal().and_then(|journal| journal.validator.as_ref());
    match validator.map(|validator| validator.as_str().to_owned()) {
        Some(validator) if part.written() > 0 => {
            part.cut()?;
            Ok((part.written(), Some(validator)))
        }
        _ => {
            part.forget()?;
            Ok((0, None))
        }
    }
}

async fn body(
    mut response: reqwest::Response,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
    part: &mut Part,
    total: Option<u64>,
) -> Result<Attempt, TransferError> {
    let stall = request.retry.stall;
    let mut sampler = Sampler::new();
    let mut bucket = request
        .limit_bytes_per_s
        .map(|limit| Bucket::new(limit, Instant::now()));
    let mut last_byte = Instant::now();
    // made once: a timer and a listener per chunk would cost more than the chunk
    let mut stopped = pin!(control.stopped());
    let mut watchdog = pin!(sleep_until(last_byte + stall));
    loop {
        let chunk = tokio::select! {
            biased;
            signal = &mut stopped => return Ok(Attempt::Stopped(signal)),
            chunk = response.chunk() => chunk,
            () = &mut watchdog => {
                if last_byte.elapsed() >= stall {
                    return Err(stalled(request));
                }
                watchdog.as_mut().reset(last_byte + stall);
                continue;
            }
        };
        let chunk = chunk.map_err(|error| fault::in_body(&request.url, &error, part.written(), total))?;
        let Some(chunk) = chunk else { break };
        part.append(&chunk)?;
        last_byte = Instant::now();
        if sampler.due(last_byte) {
            observer.event(TransferEvent::Progress {
                bytes: part.written(),
                total,
            });
        }
        let pause = bucket
            .as_mut()
            .map(|bucket| bucket.take(chunk.len(), last_byte))
            .unwrap_or_default();
        if !pause.is_zero() {
            tokio::select! {
                signal = &mut stopped => return Ok(Attempt::Stopped(signal)),
                () = tokio::time::sleep(pause) => last_byte = Instant::now(),
            }
        }
    }
    observer.event(TransferEvent::Progress {
        bytes: part.written(),
        total,
    });
    match total {
        Some(total) if part.written() > total => Err(TransferError::BadAnswer {
            detail: format!("more than the promised {total} bytes came"),
        }),
        Some(total) if part.written() < total => Ok(Attempt::More),
        _ => Ok(Attempt::Whole),
    }
}

fn stalled(request: &FetchRequest) -> TransferError {
    TransferError::Stalled {
        host: fault::host(&request.url),
        after: request.retry.stall,
    }
}
