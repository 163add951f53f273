//! The one HTTP client that sources use, with the bounds of every document.
//!
//! Must not know what a document means. Redirects are followed here and not by the client, because
//! credentials belong to one origin.

use std::error::Error as _;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aniworld_transfer::{ProxyChoice, TlsReason};
use reqwest::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED, LOCATION};
use reqwest::{Client, ClientBuilder, Response};
use url::Url;

use super::SourceError;
use super::address::{host, is_loopback, resolve, shown};
use super::document::Document;

const CONNECT_WITHIN: Duration = Duration::from_secs(15);
const IDLE_AT_MOST: Duration = Duration::from_mins(1);
const REDIRECTS: usize = 5;

/// Fetches documents for sources: bounded, redirect-checked, with credentials bound to their origin.
#[derive(Debug, Clone)]
pub struct Net {
    clients: Arc<RwLock<Result<Clients, String>>>,
}

#[derive(Debug, Clone)]
struct Clients {
    /// By the proxy of the system, where it has one.
    outside: Client,
    /// For this computer itself: a proxy would look for the host on its own.
    loopback: Client,
}

impl Net {
    /// Makes the client. A system without any certificate still reads plain http; https then fails
    /// with [`SourceError::Tls`].
    pub fn new() -> Self {
        Self {
            clients: Arc::new(RwLock::new(clients_by(&ProxyChoice::System))),
        }
    }

    /// Asks through another proxy, or none, from the next document on. All clones do.
    pub fn go_through(&self, proxy: &ProxyChoice) {
        let clients = clients_by(proxy);
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = clients;
    }

    /// Gets a document of at most `limit_bytes` after decompression.
    pub async fn fetch(&self, url: &Url, accept: &str, limit_bytes: u64) -> Result<Document, SourceError> {
        let mut at = url.clone();
        let mut permanent_url = url.clone();
        let mut all_permanent = true;
        for _ in 0..=REDIRECTS {
            let response = self.ask(&at, accept).await?;
            let Some(location) = redirect_target(&response) else {
                return read(response, at, permanent_url, limit_bytes).await;
            };
            at = resolve(&at, &location).ok_or_else(|| SourceError::Redirects { url: shown(url) })?;
            // What follows a temporary hop is temporary as well.
            all_permanent &= matches!(response.status().as_u16(), 301 | 308);
            if all_permanent {
                permanent_url = at.clone();
            }
        }
        Err(SourceError::Redirects { url: shown(url) })
    }

    async fn ask(&self, url: &Url, accept: &str) -> Result<Response, SourceError> {
        let clients = self
            .clients
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let clients = clients.map_err(|detail| SourceError::Tls {
            host: host(url),
            reason: TlsReason::Handshake,
            detail,
        })?;
        let client = if is_loopback(url) {
            &clients.loopback
        } else {
            &clients.outside
        };
        client
            .get(url.clone())
            .header(ACCEPT, accept)
            .send()
            .await
            .map_err(|error| failure(&error, url))
    }
}

impl Default for Net {
    fn default() -> Self {
        Self::new()
    }
}

/// A system without any certificate still reads plain http.
fn clients_by(proxy: &ProxyChoice) -> Result<Clients, String> {
    clients(|builder| proxy.apply(builder))
        .or_else(|_| clients(|builder| proxy.apply(builder).tls_certs_only([])))
        .map_err(|error| innermost(&error))
}

fn clients(adapt: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<Clients, reqwest::Error> {
    let builder = || {
        adapt(Client::builder())
            .user_agent(concat!("Aniworld/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(IDLE_AT_MOST)
            .redirect(reqwest::redirect::Policy::none())
    };
    Ok(Clients {
        outside: builder().build()?,
        loopback: builder().no_proxy().build()?,
    })
}

fn redirect_target(response: &Response) -> Option<String> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    redirects.then(|| header(response.headers(), &LOCATION))?
}

/// Reads the body of the last answer, up to the bound.
async fn read(
    mut response: Response,
    final_url: Url,
    permanent_url: Url,
    limit_bytes: u64,
) -> Result<Document, SourceError> {
    if !response.status().is_success() {
        return Err(SourceError::HttpStatus {
            status: response.status().as_u16(),
            url: shown(&final_url),
        });
    }
    let too_large = || SourceError::TooLarge {
        url: shown(&final_url),
        limit_bytes,
    };
    let limit = usize::try_from(limit_bytes).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| failure(&error, &final_url))?
    {
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    let headers = response.headers();
    let media = header(headers, &CONTENT_TYPE);
    let (content_type, charset) = media.as_deref().map(media_type).unwrap_or_default();
    Ok(Document {
        permanent_url,
        content_type,
        charset,
        etag: header(headers, &ETAG),
        last_modified: header(headers, &LAST_MODIFIED),
        bytes,
        final_url,
    })
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    // Locations and types in raw UTF-8 occur; a lossy reading of them is better than none.
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Splits `text/html; charset=UTF-8` into the type and the charset.
fn media_type(value: &str) -> (Option<String>, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts
        .next()
        .filter(|text| !text.is_empty())
        .map(str::to_ascii_lowercase);
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned());
    (essence, charset)
}

fn failure(error: &reqwest::Error, url: &Url) -> SourceError {
    let host = host(url);
    if error.is_dns() {
        SourceError::HostUnknown { host }
    } else if error.is_timeout() {
        SourceError::Timeout { host }
    } else if error.is_decode() {
        SourceError::BadData {
            url: shown(url),
            detail: innermost(error),
        }
    } else if url.scheme() == "https" && error.is_connect() && !is_system(error) {
        let reason = causes(error).find_map(TlsReason::of);
        SourceError::Tls {
            host,
            reason: reason.unwrap_or(TlsReason::Handshake),
            detail: innermost(error),
        }
    } else {
        SourceError::Connect {
            host,
            detail: innermost(error),
        }
    }
}

/// Whether the operating system itself refused the connection. During a connect to an https address,
/// everything else comes from the handshake.
fn is_system(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|io| io.raw_os_error().is_some())
    })
}

fn innermost(error: &reqwest::Error) -> String {
    // The outer texts hold the address, with everything that may be secret in it.
    causes(error)
        .last()
        .map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}

fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}
