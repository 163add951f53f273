//! Ways into parsers that only the engine calls, for the fuzz targets. Nobody else turns this feature on.
//!
//! Each function also says what must hold of every result, whatever came in.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

use crate::http::headers;

/// `Content-Range`: what is understood is a range inside the file.
///
/// # Panics
/// Where it is not, which is a finding.
pub fn content_range(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let Some((start, end, size)) = value.to_str().ok().and_then(headers::content_range) else {
        return;
    };
    assert!(start < end, "{value:?}: from {start} to {end}");
    assert!(
        size.is_none_or(|size| end <= size),
        "{value:?}: {end} of {size:?}"
    );
}

/// `Retry-After`: what is understood is a bounded time.
///
/// # Panics
/// Where it is not, which is a finding.
pub fn retry_after(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let wait = headers::retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]));
    assert!(
        wait.is_none_or(|wait| wait <= Duration::from_hours(24)),
        "{wait:?}"
    );
}
