//! The HTTP client for bodies: HTTP/1.1, rustls, no decoding, bounded redirects. Must not know what
//! is fetched.

mod resolver;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy};

pub(crate) use self::resolver::UnknownHost;
use crate::{TlsReason, TransferError};

/// Redirects that are followed; media hosts put several trackers in front of a file.
const MAX_REDIRECTS: usize = 10;
/// This computer itself: a proxy would look for it on its own side.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// What a client needs to know.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// The `User-Agent`; `Aniworld/<version>` when `None`.
    pub user_agent: Option<String>,
    /// More certificates to trust, in PEM.
    pub extra_root_pem: Option<Vec<u8>>,
}

/// Makes the client of an engine: it pools connections.
///
/// One window of HTTP/2 is shared by all bodies of a connection, so bodies come over HTTP/1.1.
/// Nothing is decoded: a range of a coded body is a range of the coded bytes (RFC 9110, section 14.1.2).
/// A system without any certificate still fetches plain http.
pub(crate) fn client(options: &ClientOptions) -> Result<reqwest::Client, TransferError> {
    client_in(options, &|name| std::env::var(name).ok())
}

/// The same in an environment that tests can choose.
fn client_in(
    options: &ClientOptions,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<reqwest::Client, TransferError> {
    let extra = match &options.extra_root_pem {
        Some(pem) => certificates(pem)?,
        None => Vec::new(),
    };
    let builder = || with_proxies(plain_builder(options), variable);
    builder()
        .tls_certs_merge(extra.clone())
        .build()
        .or_else(|_| builder().tls_certs_only(extra).build())
        .map_err(|error| tls(error.to_string()))
}

fn plain_builder(options: &ClientOptions) -> ClientBuilder {
    let agent = concat!("Aniworld/", env!("CARGO_PKG_VERSION"));
    reqwest::Client::builder()
        .user_agent(options.user_agent.as_deref().unwrap_or(agent))
        .http1_only()
        .no_gzip()
        .no_brotli()
        // an address may hold a token, and the next host need not know it
        .referer(false)
        .dns_resolver(Arc::new(resolver::System))
        .connect_timeout(Duration::from_secs(15))
        .pool_idle_timeout(Duration::from_secs(30))
        .tcp_nodelay(true)
        .redirect(Policy::custom(follow))
}

/// Proxies that the environment names, but never for loopback. Without any, the system's own
/// settings count, which carry their own exceptions.
fn with_proxies(builder: ClientBuilder, variable: &dyn Fn(&str) -> Option<String>) -> ClientBuilder {
    let either = |name: &str| variable(name).or_else(|| variable(&name.to_ascii_uppercase()));
    let named = |name: &str| either(name).filter(|text| !text.is_empty());
    let no_proxy = NoProxy::from_string(&format!("{LOOPBACK},{}", either("no_proxy").unwrap_or_default()));
    // the special ones first: the client takes the first that fits
    let proxies = [
        named("https_proxy").map(Proxy::https),
        named("http_proxy").map(Proxy::http),
        named("all_proxy").map(Proxy::all),
    ];
    proxies
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .fold(builder, |builder, proxy| {
            builder.proxy(proxy.no_proxy(no_proxy.clone()))
        })
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

fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.previous().len() > MAX_REDIRECTS || !matches!(attempt.url().scheme(), "http" | "https") {
        attempt.error("redirects without end")
    } else {
        attempt.follow()
    }
}
