//! What the head of an answer allows: pure, over status and headers. Must not touch the part file.

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};

use crate::TransferError;
use crate::http::headers::{content_range, media_type, number, retry_after, strong_validator, text};
use crate::journal::{Journal, Validator};

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// First byte and the byte behind the last; `None`: the whole file.
    pub(super) range: Option<(u64, Option<u64>)>,
    /// What an earlier answer said about the file, where a part of it is asked for.
    pub(super) journal: Option<&'a Journal>,
    /// Whether the server promised to send the part only of this version (`If-Range`). Else it has to say of
    /// which it is.
    pub(super) conditional: bool,
    /// The size that must come out.
    pub(super) expected_bytes: Option<u64>,
    /// Whether a web page is refused.
    pub(super) media: bool,
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
    /// It is the whole file, but coded, and no media. Decoded it can be had.
    Coded,
    /// It begins at the byte asked for.
    Part {
        /// The byte behind the last one that comes: at most what was asked for, perhaps less.
        end: u64,
        /// The size of the file.
        total: Option<u64>,
    },
}

/// Judges the head of an answer.
///
/// A [`TransferError::BadAnswer`] to a request for a part means that the kept bytes cannot be used:
/// the whole file can still be asked for.
pub(super) fn judge(
    asked: Asked<'_>,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Verdict, TransferError> {
    match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT if is_web_page(asked, headers) => {
            Err(TransferError::WebPage)
        }
        StatusCode::OK => whole(asked, headers),
        StatusCode::PARTIAL_CONTENT => match asked.range {
            Some(range) => part(asked, range, headers),
            None => Err(bad("a part came though the whole was asked for")),
        },
        StatusCode::RANGE_NOT_SATISFIABLE if asked.range.is_some() => {
            Err(bad("the server has no such part of the file"))
        }
        // what leads on in the web was followed
        _ if status.is_redirection() && headers.contains_key(header::LOCATION) => {
            Err(TransferError::Redirects)
        }
        _ => Err(TransferError::HttpStatus {
            status: status.as_u16(),
            retry_after: retry_after(headers),
        }),
    }
}

/// A page where media is expected, or where something else came before.
fn is_web_page(asked: Asked<'_>, headers: &HeaderMap) -> bool {
    const PAGE: &str = "text/html";
    let before = asked.journal.and_then(|journal| journal.content_type.as_deref());
    media_type(headers) == PAGE && (asked.media || before.is_some_and(|before| before != PAGE))
}

fn whole(asked: Asked<'_>, headers: &HeaderMap) -> Result<Verdict, TransferError> {
    let coded = refuse_coded(headers);
    if coded.is_err() && !asked.media {
        return Ok(Verdict::Coded);
    }
    coded?;
    let total = number(headers, header::CONTENT_LENGTH);
    check_size(asked.expected_bytes, total)?;
    Ok(Verdict::Whole {
        total,
        validator: strong_validator(headers),
    })
}

/// A 206 must be of what was asked for, from its first byte on; anything else is not built upon. It
/// may hold less (RFC 9110, section 15.3.7): the rest is asked for again.
fn part(asked: Asked<'_>, range: (u64, Option<u64>), headers: &HeaderMap) -> Result<Verdict, TransferError> {
    refuse_coded(headers)?;
    if media_type(headers) == "multipart/byteranges" {
        return Err(bad("several parts came where one was asked for"));
    }
    let known = asked.journal.and_then(|journal| journal.total);
    let found = text(headers, header::CONTENT_RANGE).and_then(content_range);
    let Some((start, end, total)) = found else {
        return Err(bad("a part came without a sound Content-Range"));
    };
    if start != range.0 || range.1.is_some_and(|asked| end > asked) {
        return Err(bad("another part came than was asked for"));
    }
    if total.is_some() && known.is_some() && total != known {
        return Err(bad("the size of the file changed"));
    }
    let kept = asked.journal.map_or(0, |journal| journal.done.end());
    if total.is_some_and(|total| total < kept) {
        return Err(bad("the file is shorter than what came of it"));
    }
    if number(headers, header::CONTENT_LENGTH).is_some_and(|length| length != end - start) {
        return Err(bad("Content-Length and Content-Range contradict each other"));
    }
    if !same_version(asked.journal, headers, asked.conditional) {
        return Err(bad("a part of another version came"));
    }
    let total = total.or(known);
    check_size(asked.expected_bytes, total)?;
    Ok(Verdict::Part { end, total })
}

/// Whether a part is of the version that the kept bytes are of. A server that was asked for this version only may
/// leave the validators out.
fn same_version(kept: Option<&Journal>, headers: &HeaderMap, conditional: bool) -> bool {
    let (ours, theirs) = match kept.and_then(|journal| journal.validator.as_ref()) {
        Some(Validator::Etag(tag)) => (tag, text(headers, header::ETAG)),
        Some(Validator::LastModified(date)) => (date, text(headers, header::LAST_MODIFIED)),
        None => return false,
    };
    theirs.map_or(conditional, |theirs| theirs == ours)
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

fn bad(detail: &str) -> TransferError {
    TransferError::BadAnswer {
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests;
