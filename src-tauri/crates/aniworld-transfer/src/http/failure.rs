//! What an error of the HTTP client means. Judges by type, never by words.

use std::error::Error;
use std::io;

use url::Url;

use crate::client::UnknownHost;
use crate::redact::host_of as host;
use crate::{TlsReason, TransferError};

/// Words an error that came before the head of an answer.
pub(crate) fn before_head(url: &Url, error: &reqwest::Error) -> TransferError {
    let host = error.url().map_or_else(|| host(url), host);
    if error.is_redirect() {
        return TransferError::Redirects;
    }
    for cause in causes(error) {
        if let Some(UnknownHost { host, .. }) = cause.downcast_ref() {
            let host = host.clone();
            return TransferError::HostUnknown { host };
        }
        if let Some(reason) = TlsReason::of(cause) {
            let detail = cause.to_string();
            return TransferError::Tls { host, reason, detail };
        }
        if cause.downcast_ref().is_some_and(hyper::Error::is_parse) {
            let detail = "it is no HTTP".to_owned();
            return TransferError::BadAnswer { detail };
        }
    }
    let detail = innermost(error);
    TransferError::Connect { host, detail }
}

/// Whether the server broke off because it speaks no HTTP/1.1 over TLS.
pub(crate) fn refuses_http1(error: &reqwest::Error) -> bool {
    let alert = rustls::Error::AlertReceived(rustls::AlertDescription::NoApplicationProtocol);
    causes(error).any(|cause| cause.downcast_ref() == Some(&alert))
}

/// Words an error in the middle of a body.
pub(crate) fn in_body(url: &Url, error: &reqwest::Error, received: u64, total: Option<u64>) -> TransferError {
    match total {
        Some(expected) => TransferError::Short { received, expected },
        None => TransferError::Connect {
            host: host(url),
            detail: format!("the line was cut after {received} bytes ({})", innermost(error)),
        },
    }
}

/// What lies behind an error of the client, outermost first. The client's own text is left out: it
/// names the URL, and with it perhaps a token.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| behind(*cause))
}

/// An I/O error that wraps another one skips it in `source`, so it is asked in its own way.
fn behind<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => cause.source(),
    }
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| "the line was cut".to_owned(), ToString::to_string)
}
