//! Headers of answers: foreign text that becomes numbers, or nothing. Pure.

use std::time::{Duration, SystemTime};

use reqwest::header::{self, HeaderMap, HeaderName};

use crate::Strength;
use crate::journal::Validator;

/// The longest `Retry-After` that is honoured.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(24);
/// A date is strong when it is at least this much older than the answer (RFC 9110, section 8.8.2.2).
const STRONG_DATE_AGE: Duration = Duration::from_mins(1);
/// Entity tags are short; one that is longer is not kept.
const MAX_TAG_BYTES: usize = 1 << 10;

/// `bytes 5-9/10` or `bytes 5-9/*`: first byte, byte behind the last, size.
pub(crate) fn content_range(value: &str) -> Option<(u64, u64, Option<u64>)> {
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

pub(crate) fn strong_validator(headers: &HeaderMap) -> Option<Validator> {
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
pub(crate) fn strength(headers: &HeaderMap) -> Strength {
    if strong_validator(headers).is_some() {
        Strength::Strong
    } else if headers.contains_key(header::ETAG) || headers.contains_key(header::LAST_MODIFIED) {
        Strength::Weak
    } else {
        Strength::None
    }
}

pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
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

pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = text(headers, header::CONTENT_TYPE).unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

pub(crate) fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name)?.trim().parse().ok()
}

pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_bounded() {
        let wait = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, value.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("99999999"), Some(MAX_RETRY_AFTER));
        assert_eq!(wait("Tue, 24 Nov 2020 10:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
    }
}
