//! One piece from its address to bytes that may be written: fetched, decrypted, looked at.

use super::body::Body;
use super::clock::strip_tag;
use super::decrypt::decrypt;
use super::inspect::{damage, is_web_page, recognise};
use super::job::StreamJob;
use super::window::Charge;
use super::{Container, Piece, PieceRole, StreamRefusal};
use crate::TransferError;
use crate::hash::{Hash, Hasher};
use crate::redact::host_of;

/// A piece that may be written.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) bytes: Vec<u8>,
    /// What its bytes are.
    pub(super) container: Container,
    /// The time that a tag in front of its sound told, in ticks of 90 kHz.
    pub(super) tagged: Option<u64>,
    /// How many bytes came for it.
    pub(super) arrived: usize,
}

impl Ready {
    /// Of the bytes that are written.
    pub(super) fn hash(&self) -> Hash {
        let mut hasher = Hasher::new();
        hasher.update(&self.bytes);
        hasher.finish()
    }
}

/// Fetches a piece once.
pub(super) async fn fetch(
    job: &StreamJob<'_>,
    piece: &Piece,
    charge: &mut Charge<'_>,
) -> Result<Ready, TransferError> {
    let key = match &piece.key {
        Some(key) => Some((job.keys.get(job, &key.url).await?, key.iv)),
        None => None,
    };
    let limit = job.control.limit();
    let mut ticket = job.engine.limits.ticket(&host_of(&piece.url), limit);
    let body = job.body(&piece.url, piece.range, &mut ticket, charge).await?;
    let arrived = body.bytes.len();
    let opened = opened(body, key);
    if let (Err(TransferError::BadAnswer { .. }), Some(key)) = (&opened, &piece.key) {
        job.keys.forget(&key.url).await;
    }
    match opened.and_then(|body| looked_at(body, piece.role)) {
        Ok((bytes, container, tagged)) => Ok(Ready {
            bytes,
            container,
            tagged,
            arrived,
        }),
        Err(cause) => {
            job.lost(arrived);
            Err(cause)
        }
    }
}

fn opened(mut body: Body, key: Option<([u8; 16], [u8; 16])>) -> Result<Body, TransferError> {
    if let Some((key, iv)) = key {
        // an error page is not encrypted, and says more than a padding that does not fit
        if is_web_page(&body.bytes) {
            return Err(TransferError::WebPage);
        }
        decrypt(&mut body.bytes, &key, &iv)?;
    }
    Ok(body)
}

fn looked_at(body: Body, role: PieceRole) -> Result<(Vec<u8>, Container, Option<u64>), TransferError> {
    let Body {
        mut bytes,
        open_ended,
    } = body;
    let container = recognise(&bytes).ok_or_else(|| unknown(&bytes))?;
    if let Some(what) = damage(&bytes, container, role) {
        return Err(bad(format!("a piece of the stream is damaged: {what}")));
    }
    if open_ended && container != Container::Fmp4 {
        // only boxes say themselves where they end
        return Err(bad("it does not say where a piece ends".into()));
    }
    let mut tagged = None;
    if container == Container::PackedAudio {
        let (sound, time) = strip_tag(&bytes);
        let tag = bytes.len() - sound.len();
        bytes.drain(..tag);
        tagged = time;
    }
    Ok((bytes, container, tagged))
}

fn unknown(bytes: &[u8]) -> TransferError {
    let start = bytes.trim_ascii_start();
    if is_web_page(bytes) {
        return TransferError::WebPage;
    }
    if start.starts_with(b"<?xml") || start.starts_with(b"<tt") {
        return StreamRefusal::unsupported("subtitles in TTML").into();
    }
    bad("a piece of the stream is neither MPEG-TS nor MP4 nor sound nor subtitles".into())
}

fn bad(detail: String) -> TransferError {
    TransferError::BadAnswer { detail }
}
