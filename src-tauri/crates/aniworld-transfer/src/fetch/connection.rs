//! One connection at work on its claim: asks, reads, compares what comes twice, writes the rest.

use std::mem::take;
use std::pin::pin;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::answer::Verdict;
use super::job::Job;
use super::opening::{Body, ask_for_part};
use super::pen::Pen;
use super::plan::{ClaimId, TO_THE_END};
use super::seams::{OVERLAP, is_same};
use super::watch::Watchdog;
use crate::http::failure;
use crate::limit::Ticket;
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
            // a part without a new byte, and a sound one: the server will not send more next time
            Read::Short if job.board().plan.get(id).map(|claim| claim.next) == before => {
                return Err(TransferError::RangeRefused.into());
            }
            Read::Short => {}
        }
        body = ask(job, id, address).await?;
    }
}

/// How often the address that leads on is asked for a place that is still good. Another connection may use
/// one up before this one gets there.
const NEW_PLACES: usize = 3;

/// Asks for the rest of a claim, at the place where the first answer came from. Addresses that redirects
/// led to expire sooner than the one that led there.
async fn ask(job: &Job<'_>, id: ClaimId, address: &Address) -> Result<Body, Broken> {
    let mut asked = ask_at(job, id, &address.resolved).await;
    if address.resolved == address.original {
        return asked;
    }
    for _ in 0..NEW_PLACES {
        let Err(Broken::Failed(TransferError::HttpStatus {
            status: 401 | 403 | 404 | 410,
            ..
        })) = asked
        else {
            break;
        };
        asked = ask_at(job, id, &address.original).await;
    }
    asked
}

async fn ask_at(job: &Job<'_>, id: ClaimId, url: &Url) -> Result<Body, Broken> {
    let (range, at, journal) = {
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
        ((at, asked_end), at, board.part.journal().cloned())
    };
    let Some(validator) = journal.as_ref().and_then(|journal| journal.validator.as_ref()) else {
        return Err(Broken::NoParts);
    };
    let reply = ask_for_part(job, url, range, validator).await?;
    match job.judged_part(&reply, range, journal.as_ref())? {
        Verdict::Part { end, .. } => Ok(Body {
            response: reply.reply.response,
            at,
            end: Some(end),
            url: reply.reply.url,
        }),
        Verdict::Whole { .. } | Verdict::Coded => Err(Broken::NoParts),
    }
}

/// A body that is being read.
struct Reader<'a> {
    job: &'a Job<'a>,
    id: ClaimId,
    /// Where in the file the next byte belongs.
    at: u64,
    body_end: Option<u64>,
    url: Url,
    /// What came and was not looked at yet.
    held: Bytes,
    /// What came behind the claim.
    tail: Vec<u8>,
    ticket: Ticket,
    rest_until: Option<Instant>,
    watchdog: Watchdog,
    pen: Pen,
}

/// Reads a body until the claim is done and the bytes behind it are compared, or until it ends.
async fn read(job: &Job<'_>, id: ClaimId, body: Body) -> Result<Read, Broken> {
    let now = Instant::now();
    if let Some(claim) = job.board().plan.get(id) {
        claim.waits.skip(now);
    }
    let mut reader = Reader {
        job,
        id,
        at: body.at,
        body_end: body.end,
        held: Bytes::new(),
        tail: Vec::new(),
        ticket: job
            .engine
            .limits
            .ticket(&redact::host_of(&body.url), job.control.limit()),
        url: body.url,
        rest_until: None,
        watchdog: Watchdog::new(job.request.retry.stall, now),
        pen: Pen::default(),
    };
    reader.run(body.response).await
}

impl Reader<'_> {
    async fn run(&mut self, mut response: reqwest::Response) -> Result<Read, Broken> {
        // made once: a timer per chunk would cost more than the chunk
        let mut alarm = pin!(sleep_until(self.watchdog.deadline()));
        loop {
            while self.rest_until.is_none() && !self.held.is_empty() {
                if self.take_piece().await? {
                    return finish(self.job, self.id, take(&mut self.tail));
                }
                if let Some(until) = self.rest_until {
                    alarm.as_mut().reset(until);
                }
            }
            tokio::select! {
                biased;
                chunk = response.chunk(), if self.rest_until.is_none() => match chunk {
                    Ok(Some(chunk)) => self.came(chunk)?,
                    Ok(None) => return self.ended(),
                    Err(error) => return Err(self.broke(&error).into()),
                },
                () = self.ticket.changed(), if self.rest_until.is_some() => {
                    let now = Instant::now();
                    let until = now + self.ticket.due(now);
                    self.rest_until = Some(until);
                    alarm.as_mut().reset(until);
                }
                () = &mut alarm => alarm.as_mut().reset(self.rang()?),
            }
        }
    }

    fn came(&mut self, chunk: Bytes) -> Result<(), Broken> {
        self.watchdog.came(chunk.len(), Instant::now());
        refuse_surplus(self.job, self.at + chunk.len() as u64, self.body_end)?;
        self.held = chunk;
        Ok(())
    }

    /// Looks at what came, as much as the limits let through at once. Says whether the claim is done.
    async fn take_piece(&mut self) -> Result<bool, Broken> {
        let piece = self.held.split_to(self.held.len().min(self.ticket.slice()));
        if self.compare_and_write(&piece).await? {
            return Ok(true);
        }
        self.at += piece.len() as u64;
        let now = Instant::now();
        let rest = self.ticket.take(piece.len(), now);
        if !rest.is_zero() {
            self.rest_until = Some(now + rest);
            if let Some(claim) = self.job.board().plan.get(self.id) {
                claim.resting = true;
            }
        }
        Ok(false)
    }

    /// The alarm rang: a rest is over, or nothing came for too long. Returns when it shall ring next.
    fn rang(&mut self) -> Result<Instant, Broken> {
        let now = Instant::now();
        match self.rest_until {
            Some(until) if until > now => return Ok(until),
            Some(_) => {
                self.rest_until = None;
                self.watchdog.rested(now);
                if let Some(claim) = self.job.board().plan.get(self.id) {
                    claim.waits.limit(now);
                    claim.resting = false;
                }
            }
            None => self.watchdog.check(&redact::host_of(&self.url), now)?,
        }
        Ok(self.watchdog.deadline())
    }

    fn broke(&self, error: &reqwest::Error) -> TransferError {
        let board = self.job.board();
        failure::in_body(&self.url, error, board.part.done().bytes(), board.total)
    }

    /// Compares what is there already, writes what is missing, and collects what lies behind the claim.
    /// Says whether the claim is done and enough came behind it.
    async fn compare_and_write(&mut self, chunk: &[u8]) -> Result<bool, Broken> {
        let (job, id, at) = (self.job, self.id, self.at);
        // from here on nothing is waited for: a claim that changes in between would be written past its end
        let turn = self.pen.turn().await;
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
            let disk = self.pen.write(&turn, job, id, next, ours)?;
            let (mut board, now) = (job.board(), Instant::now());
            if let Some(claim) = board.plan.get(id) {
                claim.waits.disk(now, disk);
            }
            job.sample(&mut board, now);
        }
        // a claim may have become shorter since, but never below what is written
        let behind = &fresh[ours.len()..];
        let room = usize::try_from(OVERLAP).unwrap_or(usize::MAX) - self.tail.len();
        self.tail.extend_from_slice(&behind[..behind.len().min(room)]);
        let board = &mut job.board();
        let total = board.total;
        let Some(claim) = board.plan.get(id) else {
            return Err(Broken::NoParts);
        };
        let is_last = claim.end == TO_THE_END || total == Some(claim.end);
        Ok(claim.left() == 0
            && (is_last || self.tail.len() as u64 >= OVERLAP.min(total.unwrap_or(u64::MAX) - claim.end)))
    }

    /// The body ended. A promise that was not kept to the byte is an error.
    fn ended(&mut self) -> Result<Read, Broken> {
        let (job, id, at, body_end) = (self.job, self.id, self.at, self.body_end);
        let tail = take(&mut self.tail);
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
        if left > 0 {
            return Ok(Read::Short);
        }
        // less than the overlap proves too little: the seam stays open, and is asked for at the end
        let enough = tail.len() as u64 >= OVERLAP || total.is_none_or(|total| at >= total);
        finish(job, id, if enough { tail } else { Vec::new() })
    }
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
