//! One connection at work on its claim: asks, reads, compares what comes twice, writes the rest.

use std::pin::pin;

use tokio::time::{Instant, sleep_until};
use url::Url;

use super::answer::Verdict;
use super::job::Job;
use super::opening::{Body, is_whole_of};
use super::pen::Pen;
use super::plan::{ClaimId, TO_THE_END};
use super::seams::{OVERLAP, is_same};
use super::watch::Watchdog;
use crate::http::{Asking, failure};
use crate::{TransferError, redact};

/// Why a connection ended before its claim was done.
#[derive(Debug)]
pub(super) enum Broken {
    /// It failed; what it wrote is right.
    Failed(TransferError),
    /// Bytes that came twice were not the same: nothing that is there can be trusted.
    Contradiction(TransferError),
    /// The server does not hand out parts of this version; the answer that flows already is not harmed.
    NoParts,
}

impl From<TransferError> for Broken {
    fn from(error: TransferError) -> Self {
        Self::Failed(error)
    }
}

/// Where a connection asks for its parts.
#[derive(Debug, Clone)]
pub(super) struct Address {
    /// The address of the transfer, which may lead on to another one each time.
    pub(super) original: Url,
    /// Where the first answer came from: its neighbour may hold another version.
    pub(super) resolved: Url,
}

/// What one run over a body came to.
enum Read {
    /// The claim is done.
    Done,
    /// The body ended soundly, but before the claim.
    Short,
}

/// Works on a claim until it is done. `body` is the answer that flows already, for the first connection.
pub(super) async fn work(
    job: &Job<'_>,
    id: ClaimId,
    address: &Address,
    body: Option<Body>,
) -> Result<(), Broken> {
    let mut body = match body {
        Some(body) => body,
        None => ask(job, id, address).await?,
    };
    loop {
        let before = job.board().plan.get(id).map(|claim| claim.next);
        match read(job, id, body).await? {
            Read::Done => return Ok(()),
            Read::Short => {
                let mut board = job.board();
                let next = board.plan.get(id).map(|claim| claim.next);
                if next == before {
                    let (received, expected) = (board.part.done().bytes(), board.total.unwrap_or(0));
                    return Err(TransferError::Short { received, expected }.into());
                }
            }
        }
        body = ask(job, id, address).await?;
    }
}

/// Asks for the rest of a claim, at the place where the first answer came from. Addresses that redirects
/// led to expire sooner than the one that led there.
async fn ask(job: &Job<'_>, id: ClaimId, address: &Address) -> Result<Body, Broken> {
    match ask_at(job, id, &address.resolved).await {
        Err(Broken::Failed(TransferError::HttpStatus {
            status: 401 | 403 | 404 | 410,
            ..
        })) if address.resolved != address.original => ask_at(job, id, &address.original).await,
        asked => asked,
    }
}

async fn ask_at(job: &Job<'_>, id: ClaimId, url: &Url) -> Result<Body, Broken> {
    let (at, range, journal) = {
        let mut board = job.board();
        let total = board.total;
        let Some(claim) = board.plan.get(id) else {
            return Err(Broken::NoParts);
        };
        let (next, end) = (claim.next, claim.end);
        let (begin, at) = board.begin_at(next);
        if let Some(claim) = board.plan.get(id) {
            claim.next = begin;
        }
        let asked_end = total
            .filter(|total| end < *total)
            .map(|total| (end + OVERLAP).min(total));
        (at, Some((at, asked_end)), board.part.journal().cloned())
    };
    let Some(validator) = journal.as_ref().and_then(|journal| journal.validator.as_ref()) else {
        return Err(Broken::NoParts);
    };
    let mut asking = Asking {
        range,
        if_range: Some(validator.as_str()),
    };
    let mut reply = job.ask(url, &asking).await?;
    if is_whole_of(&reply, validator) {
        asking.if_range = None;
        reply = job.ask(url, &asking).await?;
    }
    job.tell_answer(&reply);
    match job.judged(&reply, range, journal.as_ref())? {
        Verdict::Part { end, .. } => Ok(Body {
            response: reply.response,
            at,
            end: Some(end),
            url: reply.url,
        }),
        Verdict::Whole { .. } => Err(Broken::NoParts),
    }
}

/// Reads a body until the claim is done and the bytes behind it are compared, or until it ends.
async fn read(job: &Job<'_>, id: ClaimId, body: Body) -> Result<Read, Broken> {
    let Body {
        mut response,
        mut at,
        end: body_end,
        url,
    } = body;
    let stall = job.request.retry.stall;
    let mut pen = Pen::default();
    let mut tail = Vec::new();
    let mut watchdog = Watchdog::new(stall, Instant::now());
    if let Some(claim) = job.board().plan.get(id) {
        claim.waits.skip(Instant::now());
    }
    let mut rest_until = None;
    // made once: a timer per chunk would cost more than the chunk
    let mut alarm = pin!(sleep_until(watchdog.deadline()));
    loop {
        tokio::select! {
            biased;
            chunk = response.chunk(), if rest_until.is_none() => {
                let total = job.board().total;
                let chunk = chunk
                    .map_err(|error| failure::in_body(&url, &error, job.board().part.done().bytes(), total))?;
                let Some(chunk) = chunk else {
                    return ended(job, id, at, body_end, tail);
                };
                refuse_surplus(job, at + chunk.len() as u64, body_end)?;
                let now = Instant::now();
                watchdog.came(chunk.len(), now);
                if take(job, id, at, &chunk, &mut pen, &mut tail).await? {
                    return finish(job, id, tail);
                }
                at += chunk.len() as u64;
                rest_until = pause(job, id, chunk.len());
                if let Some(until) = rest_until {
                    alarm.as_mut().reset(until);
                }
            }
            () = &mut alarm => {
                let now = Instant::now();
                if rest_until.is_some_and(|until| until <= now) {
                    rest_until = None;
                    rested(job, id, now);
                    watchdog.rested(now);
                }
                watchdog.check(&redact::host_of(&url), now)?;
                alarm.as_mut().reset(watchdog.deadline());
            }
        }
    }
}

/// Compares what is there already, writes what is missing, and collects what lies behind the claim.
/// Says whether the claim is done and enough came behind it.
async fn take(
    job: &Job<'_>,
    id: ClaimId,
    at: u64,
    chunk: &[u8],
    pen: &mut Pen,
    tail: &mut Vec<u8>,
) -> Result<bool, Broken> {
    let (next, end) = {
        let mut board = job.board();
        let Some(claim) = board.plan.get(id) else {
            return Err(Broken::NoParts);
        };
        let (next, end) = (claim.next, claim.end);
        if at < next {
            let known = until(chunk, next - at);
            let same = is_same(&**board.part.file(), at, known);
            if !same.map_err(|error| board.part.failed(&error))? {
                return Err(Broken::Contradiction(TransferError::BadAnswer {
                    detail: format!("what came does not fit to the bytes before {next}"),
                }));
            }
        }
        (next, end)
    };
    let fresh = &chunk[until(chunk, next.saturating_sub(at)).len()..];
    let ours = until(fresh, end - next);
    if !ours.is_empty() {
        let disk = pen.write(job, id, next, ours).await?;
        let (mut board, now) = (job.board(), Instant::now());
        if let Some(claim) = board.plan.get(id) {
            claim.waits.disk(now, disk);
        }
        job.sample(&mut board, now);
    }
    // a claim may have become shorter since, but never below what is written
    let behind = &fresh[ours.len()..];
    let room = usize::try_from(OVERLAP).unwrap_or(usize::MAX) - tail.len();
    tail.extend_from_slice(&behind[..behind.len().min(room)]);
    let board = &mut job.board();
    let total = board.total;
    let Some(claim) = board.plan.get(id) else {
        return Err(Broken::NoParts);
    };
    let is_last = claim.end == TO_THE_END || total == Some(claim.end);
    Ok(claim.left() == 0
        && (is_last || tail.len() as u64 >= OVERLAP.min(total.unwrap_or(u64::MAX) - claim.end)))
}

/// At most so many bytes from the front.
fn until(bytes: &[u8], most: u64) -> &[u8] {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    &bytes[..bytes.len().min(most)]
}

/// The claim is done: what came behind it is compared, now or when the other bytes are there.
fn finish(job: &Job<'_>, id: ClaimId, tail: Vec<u8>) -> Result<Read, Broken> {
    let mut board = job.board();
    let end = board.plan.get(id).map(|claim| claim.end);
    if let Some(end) = end.filter(|_| !tail.is_empty()) {
        board.seams.keep(end, tail);
    }
    board.compare_seams().map_err(Broken::Contradiction)?;
    Ok(Read::Done)
}

/// The body ended. A promise that was not kept to the byte is an error.
fn ended(job: &Job<'_>, id: ClaimId, at: u64, body_end: Option<u64>, tail: Vec<u8>) -> Result<Read, Broken> {
    let mut board = job.board();
    let total = board.total;
    let Some(claim) = board.plan.get(id) else {
        return Err(Broken::NoParts);
    };
    let (left, open_ended) = (claim.left(), claim.end == TO_THE_END);
    if let Some(expected) = body_end.filter(|end| at < *end) {
        return Err(TransferError::Short {
            received: at,
            expected,
        }
        .into());
    }
    if open_ended && body_end.is_none() {
        // nothing tells how long it should have been: the end of the connection is the end of the file
        board.total = Some(at);
        return Ok(Read::Done);
    }
    drop(board);
    if open_ended {
        // a part of a file of unknown size says nothing about what lies behind it
        return Ok(Read::Short);
    }
    if left == 0 && (!tail.is_empty() || total.is_none_or(|total| at >= total)) {
        return finish(job, id, tail);
    }
    if left == 0 {
        Ok(Read::Done)
    } else {
        Ok(Read::Short)
    }
}

/// A body must not be longer than it said: nobody knows which of its bytes are the surplus.
fn refuse_surplus(job: &Job<'_>, after: u64, body_end: Option<u64>) -> Result<(), Broken> {
    let Some(end) = body_end.filter(|end| after > *end) else {
        return Ok(());
    };
    if job.request.expected_bytes == Some(end) {
        let detail = format!("{end} bytes were promised, more came");
        return Err(TransferError::Mismatch { detail }.into());
    }
    let detail = format!("more bytes came than the {end} that it promised");
    Err(Broken::Contradiction(TransferError::BadAnswer { detail }))
}

/// How long to read nothing after so many bytes, to keep to a limit.
fn pause(job: &Job<'_>, id: ClaimId, bytes: usize) -> Option<Instant> {
    let mut board = job.board();
    let now = Instant::now();
    let pause = board.bucket.as_mut()?.take(bytes, now);
    if pause.is_zero() {
        return None;
    }
    if let Some(claim) = board.plan.get(id) {
        claim.resting = true;
    }
    Some(now + pause)
}

fn rested(job: &Job<'_>, id: ClaimId, now: Instant) {
    if let Some(claim) = job.board().plan.get(id) {
        claim.waits.limit(now);
        claim.resting = false;
    }
}
