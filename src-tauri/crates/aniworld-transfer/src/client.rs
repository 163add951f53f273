//! The HTTP client for bodies: HTTP/1.1, rustls, no decoding, bounded redirects. Must not know what
//! is fetched.

mod proxy;
mod resolver;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use reqwest::cookie::Jar;
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder};

pub(crate) use self::proxy::is_loopback;
pub use self::proxy::{NotAProxy, ProxyChoice, ProxyUrl};
pub(crate) use self::resolver::UnknownHost;
use crate::{TlsReason, TransferError};

/// The window of HTTP/2 for each body and for all: at 100 ms there and back, 160 MB a second.
const HTTP2_WINDOW: u32 = 16 << 20;

/// What a client needs to know.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// The `User-Agent`; `Aniworld/<version>` when `None`.
    pub user_agent: Option<String>,
    /// More certificates to trust, in PEM.
    pub extra_root_pem: Option<Vec<u8>>,
    /// Through which proxy.
    pub proxy: ProxyChoice,
}

/// Which HTTP a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocols {
    /// HTTP/1.1 and nothing else.
    Http1,
    /// HTTP/2 where the server prefers it.
    Any,
    /// HTTP/1.1, for bodies that the server sends in no other way than coded: they are decoded.
    Decoding,
}

/// Makes a client of an engine: it pools connections. Redirects are not followed here, since what may be
/// sent on is decided hop by hop. Nothing is decoded.
/// A system without any certificate still fetches plain http.
pub(crate) fn client(
    options: &ClientOptions,
    protocols: Protocols,
    cookies: &Arc<Jar>,
) -> Result<reqwest::Client, TransferError> {
    client_in(options, protocols, cookies, &|name| std::env::var(name).ok())
}

/// The same in an environment that tests can choose.
fn client_in(
    options: &ClientOptions,
    protocols: Protocols,
    cookies: &Arc<Jar>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<reqwest::Client, TransferError> {
    let extra = match &options.extra_root_pem {
        Some(pem) => certificates(pem)?,
        None => Vec::new(),
    };
    let builder = || {
        proxy::with_proxies(
            plain_builder(options, protocols, cookies),
            &options.proxy,
            variable,
        )
    };
    builder()
        .tls_certs_merge(extra.clone())
        .build()
        .or_else(|_| builder().tls_certs_only(extra).build())
        .map_err(|error| tls(error.to_string()))
}

fn plain_builder(options: &ClientOptions, protocols: Protocols, cookies: &Arc<Jar>) -> ClientBuilder {
    let agent = concat!("Aniworld/", env!("CARGO_PKG_VERSION"));
    let builder = reqwest::Client::builder()
        .user_agent(options.user_agent.as_deref().unwrap_or(agent))
        .cookie_provider(Arc::clone(cookies))
        .gzip(protocols == Protocols::Decoding)
        .brotli(protocols == Protocols::Decoding)
        // an address may hold a token, and the next host need not know it
        .referer(false)
        .dns_resolver(Arc::new(resolver::System))
        .connect_timeout(Duration::from_secs(15))
        .pool_idle_timeout(Duration::from_secs(30))
        .tcp_nodelay(true)
        .redirect(Policy::none());
    match protocols {
        Protocols::Http1 | Protocols::Decoding => builder.http1_only(),
        Protocols::Any => builder
            .http2_initial_stream_window_size(HTTP2_WINDOW)
            .http2_initial_connection_window_size(HTTP2_WINDOW),
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, TransferError> {
    let found = Certificate::from_pem_bundle(pem).map_err(|error| tls(error.to_string()))?;
    if found.is_empty() {
        return Err(tls("the extra certificates hold none in PEM form".to_owned()));
    }
    Ok(found)
}

/// An error of the client itself; no host is to blame.
fn tls(detail: String) -> TransferError {
    TransferError::Tls {
        host: String::new(),
        reason: TlsReason::OwnCertificates,
        detail,
    }
}
