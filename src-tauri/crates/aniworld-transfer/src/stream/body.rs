//! Bytes of a stream from the network: small documents whole, and pieces whole or as a range. Every answer is
//! checked before a byte of it counts. Must not know what the bytes mean.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};
use percent_encoding::percent_decode_str;
use reqwest::header;
use tokio::time::{Instant, timeout};
use url::Url;

use super::job::StreamJob;
use super::versions::Version;
use super::window::Charge;
use super::{MAX_PIECE_BYTES, PieceRange, StreamRefusal};
use crate::fetch::watch::Watchdog;
use crate::http::{Asking, Reply, failure, headers};
use crate::journal::Validator;
use crate::limit::Ticket;
use crate::{TransferError, redact};

/// What a piece is given before it tells its length.
const FIRST_CHARGE: u64 = 1 << 20;
/// `data:` with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A small file whole.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) bytes: Vec<u8>,
    /// Where it was found, after redirects.
    pub(crate) url: Url,
}

/// A body that came whole.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// The end of the connection was the only end of the body: it may be cut.
    pub(super) open_ended: bool,
}

/// Which bytes of a body are wanted.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    /// Bytes in front that are not.
    skip: u64,
    /// How many, where known.
    length: Option<u64>,
    /// More than these are refused.
    most: u64,
    /// The rest of the body is not read: a file that came whole for one part of it.
    cut: bool,
}

impl StreamJob<'_> {
    /// Fetches a small file, with as many tries as the request allows. A file without an end of its own is
    /// refused: a list that is cut looks like a shorter one.
    pub(crate) async fn document(&self, url: &Url, most: usize) -> Result<Document, TransferError> {
        let mut failures = 0;
        loop {
            let cause = match self.control.unless_stopped(self.try_document(url, most)).await? {
                Ok(document) => return Ok(document),
                Err(cause) => cause,
            };
            failures += 1;
            if !is_worth_another_try(&cause) || failures >= self.request.retry.tries.max(1) {
                return Err(cause);
            }
            let pause = self.pause_after(failures, cause);
            self.control.unless_stopped(tokio::time::sleep(pause)).await?;
        }
    }

    async fn try_document(&self, url: &Url, most: usize) -> Result<Document, TransferError> {
        if url.scheme() == "data" {
            let bytes = data(url, most)?;
            return Ok(Document {
                bytes,
                url: url.clone(),
            });
        }
        let reply = self.ask(url, &Asking::default()).await?;
        refuse_status(&reply, &[200])?;
        refuse_coding(&reply)?;
        if is_open_ended(&reply) {
            return Err(bad("it does not say where the list ends"));
        }
        let wanted = Wanted {
            skip: 0,
            length: reply.response.content_length(),
            most: most as u64,
            cut: false,
        };
        let found = reply.url.clone();
        let bytes = self.read(reply, wanted, None, None).await?;
        Ok(Document { bytes, url: found })
    }

    /// Fetches a file, or a range of one, once.
    pub(super) async fn body(
        &self,
        url: &Url,
        range: Option<PieceRange>,
        ticket: &mut Ticket,
        charge: &mut Charge<'_>,
    ) -> Result<Body, TransferError> {
        if url.scheme() == "data" {
            let bytes = data(url, usize::MAX)?;
            let open_ended = false;
            return Ok(Body { bytes, open_ended });
        }
        match range {
            None => self.whole(url, ticket, charge).await,
            Some(range) => self.part(url, range, ticket, charge).await,
        }
    }

    async fn whole(
        &self,
        url: &Url,
        ticket: &mut Ticket,
        charge: &mut Charge<'_>,
    ) -> Result<Body, TransferError> {
        let reply = self.ask(url, &Asking::default()).await?;
        refuse_status(&reply, &[200])?;
        refuse_no_media(&reply)?;
        let open_ended = is_open_ended(&reply);
        let wanted = Wanted {
            skip: 0,
            length: reply.response.content_length(),
            most: MAX_PIECE_BYTES,
            cut: false,
        };
        let bytes = self.read(reply, wanted, Some(ticket), Some(charge)).await?;
        Ok(Body { bytes, open_ended })
    }

    /// A range; an answer may hold less of it (RFC 9110 section 15.3.7), then the rest is asked for.
    async fn part(
        &self,
        url: &Url,
        range: PieceRange,
        ticket: &mut Ticket,
        charge: &mut Charge<'_>,
    ) -> Result<Body, TransferError> {
        if range.length > MAX_PIECE_BYTES {
            let what = format!("a piece of more than {} MiB", MAX_PIECE_BYTES >> 20);
            return Err(StreamRefusal::too_large(what).into());
        }
        charge.grow_to(range.length).await;
        let end = range.offset + range.length;
        let mut bytes = Vec::new();
        loop {
            let at = range.offset + bytes.len() as u64;
            let asking = Asking {
                range: Some((at, Some(end))),
                ..Asking::default()
            };
            let reply = self.ask(url, &asking).await?;
            refuse_status(&reply, &[200, 206])?;
            refuse_no_media(&reply)?;
            let (wanted, found) = placed(&reply, at, end)?;
            if !self.versions.fits(&reply.url, found) {
                return Err(TransferError::FileChanged);
            }
            let more = self.read(reply, wanted, Some(ticket), Some(charge)).await?;
            if more.is_empty() {
                let (received, expected) = (bytes.len() as u64, range.length);
                return Err(TransferError::Short { received, expected });
            }
            bytes.extend_from_slice(&more);
            if bytes.len() as u64 == range.length {
                let open_ended = false;
                return Ok(Body { bytes, open_ended });
            }
        }
    }

    /// Reads what is wanted of a body, and no more.
    async fn read(
        &self,
        mut reply: Reply,
        wanted: Wanted,
        mut ticket: Option<&mut Ticket>,
        mut charge: Option<&mut Charge<'_>>,
    ) -> Result<Vec<u8>, TransferError> {
        if wanted.length.is_some_and(|length| length > wanted.most) {
            return Err(too_large(wanted.most));
        }
        let mut arrived = Arrived { job: self, bytes: 0 };
        let mut bytes = Vec::new();
        let mut skip = wanted.skip;
        let host = redact::host_of(&reply.url);
        let mut watchdog = Watchdog::new(self.request.retry.stall, Instant::now());
        loop {
            if let Some(charge) = charge.as_deref_mut() {
                let length = wanted.length.unwrap_or(bytes.len() as u64 + FIRST_CHARGE);
                if charge.grow_to(length).await {
                    watchdog.rested(Instant::now());
                }
            }
            if wanted.cut && wanted.length == Some(bytes.len() as u64) {
                break;
            }
            let patience = watchdog.deadline().saturating_duration_since(Instant::now());
            let chunk = match next_chunk(&mut reply, patience, wanted, bytes.len()).await? {
                Came::Bytes(chunk) => chunk,
                Came::End => break,
                Came::Nothing => {
                    watchdog.check(&host, Instant::now())?;
                    continue;
                }
            };
            watchdog.came(chunk.len(), Instant::now());
            let skipped = usize::try_from(skip).unwrap_or(usize::MAX).min(chunk.len());
            skip -= skipped as u64;
            let mut useful = &chunk[skipped..];
            if let Some(length) = wanted.length.filter(|_| wanted.cut) {
                let room = usize::try_from(length).unwrap_or(usize::MAX) - bytes.len();
                useful = &useful[..useful.len().min(room)];
            }
            bytes.extend_from_slice(useful);
            if bytes.len() as u64 > wanted.length.unwrap_or(wanted.most).min(wanted.most) {
                return Err(bad("it sends more than it promised, or than a piece may have"));
            }
            if charge.is_some() {
                arrived.add(useful.len());
            }
            if let Some(ticket) = ticket.as_deref_mut() {
                ticket.pay(chunk.len()).await;
            }
        }
        if let Some(expected) = wanted.length.filter(|length| *length != bytes.len() as u64) {
            let received = bytes.len() as u64;
            return Err(TransferError::Short { received, expected });
        }
        arrived.keep();
        Ok(bytes)
    }
}

/// What came of a body next.
enum Came {
    Bytes(bytes::Bytes),
    End,
    /// Nothing, in time.
    Nothing,
}

async fn next_chunk(
    reply: &mut Reply,
    patience: Duration,
    wanted: Wanted,
    received: usize,
) -> Result<Came, TransferError> {
    match timeout(patience, reply.response.chunk()).await {
        Err(_) => Ok(Came::Nothing),
        Ok(Ok(Some(chunk))) => Ok(Came::Bytes(chunk)),
        Ok(Ok(None)) => Ok(Came::End),
        Ok(Err(error)) => Err(failure::in_body(
            &reply.url,
            &error,
            received as u64,
            wanted.length,
        )),
    }
}

/// Bytes that count as arrived, until they are thrown away.
struct Arrived<'a> {
    job: &'a StreamJob<'a>,
    bytes: usize,
}

impl Arrived<'_> {
    fn add(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.job.arrived(bytes);
    }

    fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Arrived<'_> {
    fn drop(&mut self) {
        self.job.lost(self.bytes);
    }
}

/// Where the answer to a range lies in its file.
fn placed(reply: &Reply, at: u64, end: u64) -> Result<(Wanted, Version), TransferError> {
    let most = MAX_PIECE_BYTES;
    let headers = reply.response.headers();
    let tag = match headers::strong_validator(headers) {
        Some(Validator::Etag(tag)) => Some(tag),
        _ => None,
    };
    if reply.response.status() == 200 {
        // the whole file: what lies in front comes again for every piece, which is borne for small files only
        if end > most {
            return Err(bad("it sends the whole file for each of its pieces"));
        }
        let total = reply.response.content_length();
        let wanted = Wanted {
            skip: at,
            length: Some(end - at),
            most,
            cut: true,
        };
        return Ok((wanted, Version { tag, total }));
    }
    let told = headers::text(headers, header::CONTENT_RANGE).and_then(headers::content_range);
    let Some((start, behind, total)) = told else {
        return Err(bad("it does not say which part of the file it sends"));
    };
    if start != at || behind > end {
        return Err(bad("it sends another part of the file than was asked for"));
    }
    let length = behind - start;
    if reply.response.content_length().is_some_and(|told| told != length) {
        return Err(bad("its Content-Length and its Content-Range differ"));
    }
    let wanted = Wanted {
        skip: 0,
        length: Some(length),
        most,
        cut: false,
    };
    Ok((wanted, Version { tag, total }))
}

fn refuse_status(reply: &Reply, good: &[u16]) -> Result<(), TransferError> {
    let status = reply.response.status().as_u16();
    if good.contains(&status) {
        return Ok(());
    }
    if reply.response.status().is_success() {
        return Err(bad(&format!("it answers {status} where a file was asked for")));
    }
    Err(TransferError::HttpStatus {
        status,
        retry_after: headers::retry_after(reply.response.headers()),
    })
}

fn refuse_no_media(reply: &Reply) -> Result<(), TransferError> {
    let kind = headers::media_type(reply.response.headers());
    if matches!(kind.as_str(), "text/html" | "application/xhtml+xml") {
        return Err(TransferError::WebPage);
    }
    if kind.starts_with("multipart/") {
        return Err(bad("it sends several parts in one"));
    }
    refuse_coding(reply)
}

fn refuse_coding(reply: &Reply) -> Result<(), TransferError> {
    match headers::text(reply.response.headers(), header::CONTENT_ENCODING) {
        None | Some("identity") => Ok(()),
        Some(coding) => Err(bad(&format!("it sends the bytes coded as {coding:.40}"))),
    }
}

/// Without a length and without chunks, only the end of the connection is the end (RFC 9112 section 6.3).
fn is_open_ended(reply: &Reply) -> bool {
    let chunked = reply.response.headers().contains_key(header::TRANSFER_ENCODING);
    let framed = reply.response.version() >= reqwest::Version::HTTP_2;
    !chunked && !framed && reply.response.content_length().is_none()
}

/// A `data:` URL (RFC 2397).
fn data(url: &Url, most: usize) -> Result<Vec<u8>, TransferError> {
    let (head, text) = url
        .path()
        .split_once(',')
        .ok_or_else(|| bad("a data: address without data"))?;
    // a question mark in it belongs to the data
    let text = url
        .query()
        .map_or_else(|| text.to_owned(), |query| format!("{text}?{query}"));
    let plain: Vec<u8> = percent_decode_str(&text).collect();
    let bytes = if head.to_ascii_lowercase().ends_with(";base64") {
        BASE64
            .decode(&plain)
            .map_err(|_| bad("a data: address that is no base64"))?
    } else {
        plain
    };
    if bytes.len() > most {
        return Err(too_large(most as u64));
    }
    Ok(bytes)
}

/// Whether asking again may help.
pub(super) fn is_worth_another_try(cause: &TransferError) -> bool {
    cause.resume_mode() != crate::ResumeMode::NeedsUser
}

fn too_large(most: u64) -> TransferError {
    bad(&format!(
        "it sends more than {} MiB where a piece was asked for",
        most >> 20
    ))
}

fn bad(detail: &str) -> TransferError {
    TransferError::BadAnswer {
        detail: detail.to_owned(),
    }
}
