//! The first request of an attempt: it decides what of the kept bytes counts, and becomes the first connection.
//!
//! Kept bytes are given up only for a sound answer that brings the whole file: an error page must not
//! cost what is there.

use reqwest::header::TRANSFER_ENCODING;
use tokio::time::Instant;
use url::Url;

use super::TransferEvent;
use super::answer::{Asked, Verdict, judge};
use super::job::Job;
use super::plan::{ClaimId, TO_THE_END};
use super::seams::{OVERLAP, Seams};
use crate::http::headers::{media_type, strength};
use crate::http::{Asking, Range, Reply};
use crate::journal::{Journal, Validator};
use crate::stream::{StreamKind, StreamRefusal};
use crate::{Expects, StartedAgain, TransferError, TransferNote, note, redact, redacted};

/// A body on its way.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) response: reqwest::Response,
    /// Where in the file its first byte belongs.
    pub(super) at: u64,
    /// The byte behind its last one, where it says so.
    pub(super) end: Option<u64>,
    /// Who sends it.
    pub(super) url: Url,
}

/// What an attempt begins with.
#[derive(Debug)]
pub(super) enum Opening {
    /// Every byte is there.
    Complete,
    /// The first connection.
    Flowing(ClaimId, Box<Body>),
}

/// Which answers an attempt may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Parts too.
    Parts,
    /// Only whole files: parts of this server did not fit.
    OnlyWhole,
}

/// Asks for the first bytes that are missing.
pub(super) async fn open(job: &Job<'_>, trust: Trust) -> Result<Opening, TransferError> {
    let Some(resume) = Resume::of(job).filter(|_| trust == Trust::Parts) else {
        return fresh(job, trust).await;
    };
    let Some((start, end)) = resume.gap else {
        // a crash came after the last byte and before the final name: what is whole and of one version
        // needs no further request
        job.board().total = resume.total;
        job.tell_kept();
        return Ok(Opening::Complete);
    };
    let (start, asked_start) = job.board().begin_at(start);
    let range = (asked_start, resume.asked_end(end));
    let reply = ask_for_part(job, &job.request.url, range, &resume.validator).await?;
    let journal = job.board().part.journal().cloned();
    let verdict = job.judged_part(&reply, range, journal.as_ref())?;
    let reply = reply.reply;
    match verdict {
        Verdict::Part { end: body_end, total } => {
            job.board().part.go_on(total)?;
            job.board().total = total;
            job.board().answers = 1;
            job.tell_kept();
            let claim_end = total.map_or(TO_THE_END, |total| end.unwrap_or(total));
            let id = job.board().claim(start, claim_end, Instant::now());
            Ok(Opening::Flowing(
                id,
                Box::new(body(reply, asked_start, Some(body_end))),
            ))
        }
        Verdict::Whole { total, validator } => {
            let why = if validator.as_ref() == Some(&resume.validator) {
                StartedAgain::NoRanges
            } else {
                StartedAgain::FileChanged
            };
            begin_anew(job, reply, total, validator, Some(why))
        }
        Verdict::Coded => Err(unusable()),
    }
}

/// What a resume needs: a strong validator that was given for this address.
struct Resume {
    validator: Validator,
    total: Option<u64>,
    /// What is missing first: up to where, if there are later bytes.
    gap: Option<(u64, Option<u64>)>,
}

impl Resume {
    fn of(job: &Job<'_>) -> Option<Self> {
        let board = job.board();
        let (journal, done) = (board.part.journal()?, board.part.done());
        // less than what is compared is not worth a question
        let same = done.bytes() >= OVERLAP && journal.url == redacted(&job.request.url);
        let validator = journal.validator.clone().filter(|_| same && !journal.doubted)?;
        let gap = match journal.total {
            Some(total) => done.gaps(total).first().map(|&(start, end)| (start, Some(end))),
            None => Some((done.iter().next().filter(|(start, _)| *start == 0)?.1, None)),
        };
        Some(Self {
            validator,
            total: journal.total,
            gap,
        })
    }

    /// How far is asked: a little into the bytes that come next, to compare them.
    fn asked_end(&self, end: Option<u64>) -> Option<u64> {
        let (end, total) = (end?, self.total?);
        (end < total).then(|| (end + OVERLAP).min(total))
    }
}

/// An answer to a request for a part.
#[derive(Debug)]
pub(super) struct PartReply {
    pub(super) reply: Reply,
    /// Whether it was asked for with `If-Range`.
    conditional: bool,
}

/// Asks with `If-Range`. Some networks of servers answer it with the whole file though nothing has
/// changed: then once without, and the tag and the overlap are the proof.
pub(super) async fn ask_for_part(
    job: &Job<'_>,
    url: &Url,
    range: Range,
    validator: &Validator,
) -> Result<PartReply, TransferError> {
    let asking = Asking {
        range: Some(range),
        if_range: Some(validator.as_str()),
        ..Asking::default()
    };
    let reply = job.control.unless_stopped(job.ask(url, &asking)).await??;
    job.tell_answer(&reply);
    if !is_whole_of(&reply, validator) {
        return Ok(PartReply {
            reply,
            conditional: true,
        });
    }
    // its body is not wanted, and a host may allow one connection only
    drop(reply);
    let without = Asking {
        range: Some(range),
        ..Asking::default()
    };
    let second = job.control.unless_stopped(job.ask(url, &without)).await??;
    job.tell_answer(&second);
    Ok(PartReply {
        reply: second,
        conditional: false,
    })
}

/// 200 to a request for a part, and yet the same version.
fn is_whole_of(reply: &Reply, validator: &Validator) -> bool {
    let found = crate::http::headers::strong_validator(reply.response.headers());
    reply.response.status() == reqwest::StatusCode::OK
        && matches!(validator, Validator::Etag(_))
        && found.as_ref() == Some(validator)
}

/// Asks for the whole file.
async fn fresh(job: &Job<'_>, trust: Trust) -> Result<Opening, TransferError> {
    let mut reply = job
        .control
        .unless_stopped(job.ask(&job.request.url, &Asking::default()))
        .await??;
    job.tell_answer(&reply);
    let mut verdict = job.judged(&reply)?;
    if verdict == Verdict::Coded {
        let decoded = Asking {
            decoded: true,
            ..Asking::default()
        };
        reply = job
            .control
            .unless_stopped(job.ask(&job.request.url, &decoded))
            .await??;
        verdict = job.judged(&reply)?;
    }
    let Verdict::Whole { total, validator } = verdict else {
        return Err(unusable());
    };
    let kind = StreamKind::of(&reply.url, Some(&media_type(reply.response.headers())), None);
    if kind.is_some() && !StreamKind::is_list(&job.request.target) {
        job.board().stream = kind;
        return Err(StreamRefusal::unsupported("an address that leads to a playlist").into());
    }
    let lost = job.board().part.done().bytes();
    let why = (lost > 0).then(|| job.why_not_resumed(trust));
    begin_anew(job, reply, total, validator, why)
}

/// A part where none was asked for, or a coding that is not known.
fn unusable() -> TransferError {
    TransferError::BadAnswer {
        detail: "the whole file was asked for, and something else came".to_owned(),
    }
}

/// From the first byte, with what the server says now.
fn begin_anew(
    job: &Job<'_>,
    reply: Reply,
    total: Option<u64>,
    validator: Option<Validator>,
    why: Option<StartedAgain>,
) -> Result<Opening, TransferError> {
    // a size that is promised elsewhere ends a body without a length, too
    let total = total.or(job.request.expected_bytes);
    let mut board = job.board();
    if let Some(why) = why {
        let lost_bytes = board.part.done().bytes();
        job.note(TransferNote::StartedAgain { why, lost_bytes });
    }
    let mut journal = Journal::new(redacted(&job.request.url), total, validator);
    journal.content_type = Some(media_type(reply.response.headers())).filter(|text| !text.is_empty());
    board.part.restart(journal, job.request.manifest)?;
    board.seams = Seams::default();
    board.answers = 0;
    board.end_by_closing = total.is_none() && !tells_its_end(&reply.response);
    board.total = total;
    let id = board.claim(0, total.unwrap_or(TO_THE_END), Instant::now());
    drop(board);
    job.tell_started();
    Ok(Opening::Flowing(id, Box::new(body(reply, 0, total))))
}

/// Whether a body without a length says where it ends: in chunks, or in frames of HTTP/2 (RFC 9112,
/// section 6.3; RFC 9113, section 8.1).
fn tells_its_end(response: &reqwest::Response) -> bool {
    response.version() > reqwest::Version::HTTP_11 || response.headers().contains_key(TRANSFER_ENCODING)
}

fn body(reply: Reply, at: u64, end: Option<u64>) -> Body {
    Body {
        response: reply.response,
        at,
        end,
        url: reply.url,
    }
}

impl Job<'_> {
    /// Judges the head of an answer to a request for the whole file.
    fn judged(&self, reply: &Reply) -> Result<Verdict, TransferError> {
        self.judged_by(reply, None, None, false)
    }

    /// Judges the head of an answer to a request for a part.
    pub(super) fn judged_part(
        &self,
        reply: &PartReply,
        range: Range,
        journal: Option<&Journal>,
    ) -> Result<Verdict, TransferError> {
        self.judged_by(&reply.reply, Some(range), journal, reply.conditional)
    }

    fn judged_by(
        &self,
        reply: &Reply,
        range: Option<Range>,
        journal: Option<&Journal>,
        conditional: bool,
    ) -> Result<Verdict, TransferError> {
        let asked = Asked {
            range,
            journal,
            conditional,
            expected_bytes: self.request.expected_bytes,
            media: self.request.expects == Expects::Media,
        };
        judge(asked, reply.response.status(), reply.response.headers())
    }

    /// Tells what the server said, before anything is made of it. A further connection that gets the part
    /// it asked for tells nothing new.
    pub(super) fn tell_answer(&self, reply: &Reply) {
        let joins = self.board().plan.claims().next().is_some();
        if joins && reply.response.status() == reqwest::StatusCode::PARTIAL_CONTENT {
            return;
        }
        let headers = reply.response.headers();
        let host = redact::host_of(&reply.url);
        if host != redact::host_of(&self.request.url) {
            self.note(TransferNote::Redirected { host });
        }
        let answer = note::answer(&reply.url, reply.response.status(), headers, strength(headers));
        self.note(TransferNote::Answered(answer));
    }

    fn tell_kept(&self) {
        let at_bytes = self.board().part.done().bytes();
        self.note(TransferNote::Resumed { at_bytes });
        self.tell_started();
    }

    fn tell_started(&self) {
        let board = self.board();
        let (resumed_from, total) = (board.part.done().bytes(), board.total);
        drop(board);
        self.observer
            .event(TransferEvent::Started { resumed_from, total });
    }

    /// Why the bytes that are there count for nothing, now that a whole file comes.
    fn why_not_resumed(&self, trust: Trust) -> StartedAgain {
        let board = self.board();
        let doubted = board.part.journal().is_some_and(|journal| journal.doubted);
        let other_address = board
            .part
            .journal()
            .is_some_and(|journal| journal.url != redacted(&self.request.url));
        match trust {
            Trust::OnlyWhole => StartedAgain::BadPart,
            Trust::Parts if doubted => StartedAgain::BadPart,
            Trust::Parts if other_address => StartedAgain::OtherAddress,
            Trust::Parts => StartedAgain::NoValidator,
        }
    }
}
