//! What an error of the HTTP client means.

use std::error::Error;

use url::Url;

use crate::TransferError;

/// The host of a URL with its port where that is not the usual one.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Words an error that came before the head of an answer.
pub(super) fn before_head(url: &Url, error: &reqwest::Error) -> TransferError {
    let host = error.url().map_or_else(|| host(url), host);
    if error.is_redirect() {
        return TransferError::Redirects;
    }
    let chain = chain(error);
    let says = |words: &[&str]| {
        chain
            .iter()
            .any(|text| words.iter().any(|word| text.contains(word)))
    };
    if says(&["dns error", "failed to lookup address"]) {
        return TransferError::HostUnknown { host };
    }
    let detail = chain.last().cloned().unwrap_or_default();
    if says(&[
        "certificate",
        "received fatal alert",
        "tls handshake",
        "invalid peer",
    ]) {
        return TransferError::Tls { host, detail };
    }
    TransferError::Connect { host, detail }
}

/// Words an error in the middle of a body.
pub(super) fn in_body(url: &Url, error: &reqwest::Error, received: u64, total: Option<u64>) -> TransferError {
    match total {
        Some(expected) => TransferError::Short { received, expected },
        None => TransferError::Connect {
            host: host(url),
            detail: chain(error)
                .last()
                .cloned()
                .unwrap_or_else(|| "the line was cut".to_owned()),
        },
    }
}

/// The texts of an error and of what lies behind it, outermost first. None of them names the URL.
fn chain(error: &reqwest::Error) -> Vec<String> {
    let mut texts = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        texts.push(cause.to_string());
        next = cause.source();
    }
    texts
}
