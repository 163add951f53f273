//! What a transfer tells beside its figures: what the server answered, and what was decided because of it.
//!
//! Facts for whoever asks later why a transfer went as it did. No address and no secret is in here: hosts only.

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::redact;

/// The longest media type that is kept; longer ones are cut.
const MAX_MEDIA_TYPE: usize = 80;

/// One fact of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum TransferNote {
    /// The head of an answer came, whatever it said.
    Answered(Answer),
    /// The answer came from another host than the one that was asked.
    Redirected {
        /// That host, with its port where that is not the usual one.
        host: String,
    },
    /// Bytes of an earlier answer are kept, and the transfer goes on behind them.
    Resumed {
        /// How many.
        at_bytes: u64,
    },
    /// Bytes of an earlier answer are given up, and the file comes from its first byte again.
    StartedAgain {
        /// Why.
        why: StartedAgain,
        /// How many.
        lost_bytes: u64,
    },
}

/// What the head of an answer said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Who answered, with the port where that is not the usual one.
    pub host: String,
    /// The size of the whole file in bytes, where the answer names it.
    pub total: Option<u64>,
    /// Whether it hands out parts: it answered with one, or says that it does.
    pub ranges: bool,
    /// What it gave to tell later whether the file is still the same.
    pub validator: Strength,
    /// The media type, without its parameters.
    pub content_type: Option<String>,
}

/// How well a file can be told from its next version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// To the byte: a strong entity tag, or a date that is old enough.
    Strong,
    /// Not to the byte.
    Weak,
    /// Not at all.
    None,
}

/// Why kept bytes were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartedAgain {
    /// The server has another version of the file now.
    FileChanged,
    /// The server sends whole files only.
    NoRanges,
    /// Nothing proves that the kept bytes are of the file that the server has now.
    NoValidator,
    /// The kept bytes came from another address.
    OtherAddress,
    /// What came behind the kept bytes did not fit to them, or the whole was not what was promised.
    BadPart,
}

/// What an answer says about itself, as far as it may be told on.
pub(crate) fn answer(url: &Url, status: StatusCode, headers: &HeaderMap, validator: Strength) -> Answer {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let is_part = status == StatusCode::PARTIAL_CONTENT;
    let total = match text(header::CONTENT_RANGE).and_then(|range| range.rsplit_once('/')) {
        Some((_, size)) => number(size),
        None if status == StatusCode::OK => text(header::CONTENT_LENGTH).and_then(number),
        None => None,
    };
    let media_type = text(header::CONTENT_TYPE).and_then(|value| value.split(';').next());
    Answer {
        status: status.as_u16(),
        host: redact::host_of(url),
        total,
        ranges: is_part || text(header::ACCEPT_RANGES).is_some_and(|units| units.contains("bytes")),
        validator,
        content_type: media_type.map(|value| {
            value
                .trim()
                .to_ascii_lowercase()
                .chars()
                .take(MAX_MEDIA_TYPE)
                .collect()
        }),
    }
}
