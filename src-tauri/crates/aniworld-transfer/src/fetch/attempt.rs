//! One request and its answer.

use reqwest::header;

use super::answer::{Asked, Verdict, judge, strength};
use super::body::{self, Promise};
use super::job::Job;
use super::{TransferEvent, failure};
use crate::journal::{Journal, Validator};
use crate::part::Part;
use crate::{Expects, StartedAgain, TransferError, TransferNote, note, redact, redacted};

/// Where to go on, and the proof that the file is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResumePoint {
    offset: u64,
    validator: Validator,
}

impl ResumePoint {
    /// Where the part file can go on: only with a strong validator that was given for this address.
    pub(super) fn of(part: &Part, job: &Job<'_>) -> Option<Self> {
        let journal = part.journal()?;
        let same = part.written() > 0 && journal.url == redacted(&job.request.url);
        let validator = journal.validator.clone().filter(|_| same)?;
        Some(Self {
            offset: part.written(),
            validator,
        })
    }
}

/// Asks for what is missing and writes it down: `Ok(true)` when every byte is there, `Ok(false)` when
/// the answer was sound and yet holds less than the file.
///
/// Kept bytes are given up only for a sound answer that brings the whole file: an error page must not
/// cost what is there.
pub(super) async fn attempt(
    job: &mut Job<'_>,
    part: &mut Part,
    resume: Option<&ResumePoint>,
    only_whole: bool,
) -> Result<bool, TransferError> {
    if is_complete(part, resume) {
        resumed(job, part);
        started(job, part, Some(part.written()));
        return Ok(true);
    }
    let response = ask(job, resume).await?;
    answered(job, &response);
    let asked = Asked {
        offset: resume.map_or(0, |resume| resume.offset),
        journal: part.journal().filter(|_| resume.is_some()),
        expected_bytes: job.request.expected_bytes,
        refuse_web_page: job.request.expects == Expects::Media,
    };
    let promise = match judge(asked, response.status(), response.headers())? {
        Verdict::Complete => {
            resumed(job, part);
            started(job, part, Some(part.written()));
            return Ok(true);
        }
        Verdict::Rest { end, total } => {
            part.go_on(total)?;
            resumed(job, part);
            Promise {
                total,
                end: Some(end),
            }
        }
        Verdict::Whole { total, validator } => {
            // a size that is promised elsewhere ends a body without a length, too
            let total = total.or(job.request.expected_bytes);
            if part.written() > 0 {
                let why = why_again(job, part, resume, validator.as_ref(), only_whole);
                let lost_bytes = part.written();
                note(job, TransferNote::StartedAgain { why, lost_bytes });
            }
            part.restart(Journal::new(redacted(&job.request.url), total, validator))?;
            Promise { total, end: None }
        }
    };
    started(job, part, promise.total);
    body::read(job, response, part, promise).await?;
    Ok(match promise.total {
        Some(total) => part.written() >= total,
        // a part of a file of unknown size says nothing about what lies behind it
        None => promise.end.is_none(),
    })
}

/// A crash may come after the last byte and before the final name. What is whole and of one version
/// needs no further request, which not every server would answer (RFC 9110 leaves 416 optional).
fn is_complete(part: &Part, resume: Option<&ResumePoint>) -> bool {
    let total = part.journal().and_then(|journal| journal.total);
    resume.is_some_and(|resume| total == Some(resume.offset))
}

async fn ask(job: &Job<'_>, resume: Option<&ResumePoint>) -> Result<reqwest::Response, TransferError> {
    let url = &job.request.url;
    let mut builder = job
        .client
        .get(url.clone())
        .header(header::ACCEPT_ENCODING, "identity");
    if let Some(ResumePoint { offset, validator }) = resume {
        builder = builder
            .header(header::RANGE, format!("bytes={offset}-"))
            .header(header::IF_RANGE, validator.as_str());
    }
    let answer = tokio::time::timeout(job.request.retry.stall, builder.send());
    job.unless_stopped(answer)
        .await?
        .map_err(|_| body::stalled(job))?
        .map_err(|error| failure::before_head(url, &error))
}

/// Tells what the server said, before anything is made of it.
fn answered(job: &Job<'_>, response: &reqwest::Response) {
    let (from, headers) = (response.url(), response.headers());
    if redact::host_of(from) != redact::host_of(&job.request.url) {
        let host = redact::host_of(from);
        note(job, TransferNote::Redirected { host });
    }
    let answer = note::answer(from, response.status(), headers, strength(headers));
    note(job, TransferNote::Answered(answer));
}

/// Why the bytes that are there count for nothing, now that a whole file comes.
fn why_again(
    job: &Job<'_>,
    part: &Part,
    resume: Option<&ResumePoint>,
    validator: Option<&Validator>,
    only_whole: bool,
) -> StartedAgain {
    let other_address = part
        .journal()
        .is_some_and(|journal| journal.url != redacted(&job.request.url));
    match resume {
        Some(asked) if validator == Some(&asked.validator) => StartedAgain::NoRanges,
        Some(_) => StartedAgain::FileChanged,
        None if only_whole => StartedAgain::BadPart,
        None if other_address => StartedAgain::OtherAddress,
        None => StartedAgain::NoValidator,
    }
}

fn resumed(job: &Job<'_>, part: &Part) {
    let at_bytes = part.written();
    note(job, TransferNote::Resumed { at_bytes });
}

fn note(job: &Job<'_>, note: TransferNote) {
    job.observer.event(TransferEvent::Noted(note));
}

fn started(job: &Job<'_>, part: &Part, total: Option<u64>) {
    job.observer.event(TransferEvent::Started {
        resumed_from: part.written(),
        total,
    });
}
