//! What the head of an answer allows: pure, over status and headers. Must not touch the part file.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName};

use crate::journal::{Journal, Validator};
use crate::{Strength, TransferError};

/// The longest `Retry-After` that is honoured.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);
/// A date is strong when it is at least this much older than the answer (RFC 9110, section 8.8.2.2).
const STRONG_DATE_AGE: Duration = Duration::from_mins(1);
/// Entity tags are short; one that is longer is not kept.
const MAX_TAG_BYTES: usize = 1 << 10;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The first byte asked for; 0: the whole file, without `Range`.
    pub(super) offset: u64,
    /// What an earlier answer said about the bytes before `offset`.
    pub(super) journal: Option<&'a Journal>,
    /// The size that must come out.
    pub(super) expected_bytes: Option<u64>,
    /// Whether a web page is refused.
    pub(super) refuse_web_page: bool,
}

/// What to do with the body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the whole file, from the first byte.
    Whole {
        /// The size, where the server says it.
        total: Option<u64>,
        /// What proves later that it is the same file.
        validator: Option<Validator>,
    },
    /// It goes on at the byte asked for.
    Rest {
        /// The byte behind the last one that comes.
        end: u64,
        /// The size of the file.
        total: Option<u64>,
    },
    /// There is nothing more to fetch.
    Complete,
}

/// Judges the head of an answer.
///
/// A [`TransferError::BadAnswer`] to a request for a rest means that the kept bytes cannot be used:
/// the whole file can still be asked for.
pub(super) fn judge(
    asked: Asked<'_>,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Verdict, TransferError> {
    match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT
            if asked.refuse_web_page && media_type(headers) == "text/html" =>
        {
            Err(TransferError::WebPage)
        }
        StatusCode::OK => whole(asked, headers),
        StatusCode::PARTIAL_CONTENT if asked.offset == 0 => {
            Err(bad("a part came though the whole was asked for"))
        }
        StatusCode::PARTIAL_CONTENT => rest(asked, headers),
        StatusCode::RANGE_NOT_SATISFIABLE if asked.offset > 0 => out_of_range(asked, headers),
        // the client follows what leads on in the web
        _ if status.is_redirection() && headers.contains_key(header::LOCATION) => {
            Err(TransferError::Redirects)
        }
        _ => Err(TransferError::HttpStatus {
            status: status.as_u16(),
            retry_after: retry_after(headers),
        }),
    }
}

fn whole(asked: Asked<'_>, headers: &HeaderMap) -> Result<Verdict, TransferError> {
    refuse_coded(headers)?;
    let total = number(headers, header::CONTENT_LENGTH);
    check_size(asked.expected_bytes, total)?;
    Ok(Verdict::Whole {
        total,
        validator: strong_validator(headers),
    })
}

/// A 206 must be exactly what was asked for; anything else is not built upon.
fn rest(asked: Asked<'_>, headers: &HeaderMap) -> Result<Verdict, TransferError> {
    refuse_coded(headers)?;
    let known = asked.journal.and_then(|journal| journal.total);
    let range = text(headers, header::CONTENT_RANGE).and_then(content_range);
    let Some((start, end, total)) = range else {
        return Err(bad("a part came without a sound Content-Range"));
    };
    if start != asked.offset {
        return Err(bad("another part came than was asked for"));
    }
    if total.is_some() && known.is_some() && total != known {
        return Err(bad("the size of the file changed"));
    }
    if number(headers, header::CONTENT_LENGTH).is_some_and(|length| length != end - start) {
        return Err(bad("Content-Length and Content-Range contradict each other"));
    }
    if !same_version(asked.journal, headers) {
        return Err(bad("a part of another version came"));
    }
    if media_type(headers) == "multipart/byteranges" {
        return Err(bad("several parts came where one was asked for"));
    }
    let total = total.or(known);
    check_size(asked.expected_bytes, total)?;
    Ok(Verdict::Rest { end, total })
}

/// Whether a part is of the version that the kept bytes are of. A server may leave the validators out.
fn same_version(kept: Option<&Journal>, headers: &HeaderMap) -> bool {
    let (ours, theirs) = match kept.and_then(|journal| journal.validator.as_ref()) {
        Some(Validator::Etag(tag)) => (tag, text(headers, header::ETAG)),
        Some(Validator::LastModified(date)) => (date, text(headers, header::LAST_MODIFIED)),
        None => return false,
    };
    theirs.is_none_or(|theirs| theirs == ours)
}

/// 416 at the very end of a file means that nothing is left; anywhere else the file has changed.
fn out_of_range(asked: Asked<'_>, headers: &HeaderMap) -> Result<Verdict, TransferError> {
    let size = text(headers, header::CONTENT_RANGE)
        .and_then(|range| range.strip_prefix("bytes */"))
        .and_then(|size| size.trim().parse::<u64>().ok());
    let known = asked.journal.and_then(|journal| journal.total);
    if size == Some(asked.offset) && (known.is_none() || known == size) {
        Ok(Verdict::Complete)
    } else {
        Err(bad("the server has no such part of the file"))
    }
}

fn refuse_coded(headers: &HeaderMap) -> Result<(), TransferError> {
    match text(headers, header::CONTENT_ENCODING) {
        None | Some("" | "identity") => Ok(()),
        Some(coding) => Err(bad(&format!(
            "the body is coded as {coding} though it was asked for as it is"
        ))),
    }
}

fn check_size(expected: Option<u64>, total: Option<u64>) -> Result<(), TransferError> {
    match (expected, total) {
        (Some(expected), Some(total)) if expected != total => Err(TransferError::Mismatch {
            detail: format!("{expected} bytes were promised, the server has {total}"),
        }),
        _ => Ok(()),
    }
}

/// `bytes 5-9/10` or `bytes 5-9/*`: first byte, byte behind the last, size.
fn content_range(value: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, size) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let size = if size.trim() == "*" {
        None
    } else {
        Some(size.trim().parse().ok()?)
    };
    let sane = first <= last && size.is_none_or(|size| last < size);
    sane.then_some((first, last.checked_add(1)?, size))
}

fn strong_validator(headers: &HeaderMap) -> Option<Validator> {
    if let Some(tag) = text(headers, header::ETAG) {
        let strong = (3..=MAX_TAG_BYTES).contains(&tag.len()) && tag.starts_with('"') && tag.ends_with('"');
        return strong.then(|| Validator::Etag(tag.to_owned()));
    }
    let modified = text(headers, header::LAST_MODIFIED)?;
    let date = httpdate::parse_http_date(text(headers, header::DATE)?).ok()?;
    let age = date
        .duration_since(httpdate::parse_http_date(modified).ok()?)
        .ok()?;
    (age >= STRONG_DATE_AGE).then(|| Validator::LastModified(modified.to_owned()))
}

/// How well the answer lets its file be told from the next version.
pub(super) fn strength(headers: &HeaderMap) -> Strength {
    if strong_validator(headers).is_some() {
        Strength::Strong
    } else if headers.contains_key(header::ETAG) || headers.contains_key(header::LAST_MODIFIED) {
        Strength::Weak
    } else {
        Strength::None
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?.trim();
    let wait = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(value)
            .ok()?
            .duration_since(SystemTime::now())
            .unwrap_or_default(),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

fn media_type(headers: &HeaderMap) -> String {
    let value = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name)?.trim().parse().ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn bad(detail: &str) -> TransferError {
    TransferError::BadAnswer {
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests;
