//! The HTTP client for bodies: HTTP/1.1, rustls, no decoding, bounded redirects.

use std::time::Duration;

use reqwest::redirect::{Attempt, Policy};

use crate::TransferError;

/// Redirects that are followed; media hosts put several trackers in front of a file.
const MAX_REDIRECTS: usize = 10;

/// What a client needs to know.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// The `User-Agent`; `Aniworld/<version>` when `None`.
    pub user_agent: Option<String>,
    /// More certificates to trust, in PEM.
    pub extra_root_pem: Option<Vec<u8>>,
}

/// Makes the client for [`crate::fetch`]. One per program: it pools connections.
///
/// One window of HTTP/2 is shared by all bodies of a connection, so bodies come over HTTP/1.1.
/// Nothing is decoded: a range of a coded body is a range of the coded bytes (RFC 9110, section 14.1.2).
pub fn client(options: &ClientOptions) -> Result<reqwest::Client, TransferError> {
    let agent = concat!("Aniworld/", env!("CARGO_PKG_VERSION"));
    let mut builder = reqwest::Client::builder()
        .user_agent(options.user_agent.as_deref().unwrap_or(agent))
        .http1_only()
        .no_gzip()
        .no_brotli()
        .connect_timeout(Duration::from_secs(15))
        .pool_idle_timeout(Duration::from_secs(30))
        .tcp_nodelay(true)
        .redirect(Policy::custom(follow));
    if let Some(pem) = &options.extra_root_pem {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| tls(&error))?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(|error| tls(&error))
}

fn tls(error: &reqwest::Error) -> TransferError {
    TransferError::Tls {
        host: String::new(),
        detail: error.to_string(),
    }
}

fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.previous().len() > MAX_REDIRECTS || !matches!(attempt.url().scheme(), "http" | "https") {
        attempt.error("redirects without end")
    } else {
        attempt.follow()
    }
}
