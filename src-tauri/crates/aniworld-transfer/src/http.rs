//! One request and the head of its answer: redirects, what may be sent to whom, and time-outs.
//!
//! Must not know what the body is for. Bodies come over HTTP/1.1: one window of HTTP/2 is shared by
//! all bodies of a connection. Only a server that speaks nothing else gets HTTP/2.

pub(crate) mod failure;
pub(crate) mod headers;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use reqwest::cookie::Jar;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Response, StatusCode};
use url::Url;

use crate::client::{ClientOptions, Protocols, ProxyChoice, client, is_loopback};
use crate::{TransferError, redact};

/// Redirects that are followed; media hosts put several trackers in front of a file.
const MAX_REDIRECTS: usize = 10;
/// Hosts that are remembered to speak HTTP/2 only.
const MAX_REMEMBERED: usize = 256;

/// What the requests of an engine share.
#[derive(Debug)]
pub(crate) struct Web {
    clients: RwLock<Arc<Clients>>,
    cookies: Arc<Jar>,
    /// Hosts that refused HTTP/1.1.
    http2_only: Mutex<HashSet<String>>,
}

/// How servers are reached now.
#[derive(Debug)]
struct Clients {
    http1: reqwest::Client,
    http2: Rarely,
    decoding: Rarely,
    /// The proxy that was chosen, without its secrets.
    proxy: Option<String>,
}

/// A client that few servers need: each one reads all certificates of the system when it is made.
#[derive(Debug)]
struct Rarely {
    made: OnceLock<reqwest::Client>,
    options: ClientOptions,
    protocols: Protocols,
    cookies: Arc<Jar>,
}

impl Rarely {
    fn get(&self) -> Result<reqwest::Client, TransferError> {
        if let Some(made) = self.made.get() {
            return Ok(made.clone());
        }
        let made = client(&self.options, self.protocols, &self.cookies)?;
        Ok(self.made.get_or_init(|| made).clone())
    }
}

impl Clients {
    fn new(options: &ClientOptions, cookies: &Arc<Jar>) -> Result<Self, TransferError> {
        let rarely = |protocols| Rarely {
            made: OnceLock::new(),
            options: options.clone(),
            protocols,
            cookies: Arc::clone(cookies),
        };
        Ok(Self {
            // what is wrong with the options shows now
            http1: client(options, Protocols::Http1, cookies)?,
            http2: rarely(Protocols::Any),
            decoding: rarely(Protocols::Decoding),
            proxy: match &options.proxy {
                ProxyChoice::Url(url) => Some(url.host()),
                ProxyChoice::System | ProxyChoice::Off => None,
            },
        })
    }

    /// Behind a proxy, a connection that does not come about is the proxy's to explain.
    fn blame(&self, url: &Url, mut failure: Unanswered) -> Unanswered {
        let Some(proxy) = self.proxy.clone().filter(|_| !is_loopback(url)) else {
            return failure;
        };
        let detail = match &failure.error {
            TransferError::Connect { detail, .. } => detail.clone(),
            TransferError::HostUnknown { host } if url.host_str() != Some(host) => {
                format!("the name {host} is not known")
            }
            _ => return failure,
        };
        failure.error = TransferError::Proxy { proxy, detail };
        failure
    }
}

/// What one transfer sends with each of its requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    /// Where the transfer begins: the only origin that gets `headers`.
    pub(crate) origin: &'a Url,
    /// What its owner wants to be sent.
    pub(crate) headers: &'a [(HeaderName, HeaderValue)],
    /// The head of an answer must come within this time.
    pub(crate) patience: Duration,
}

/// First byte and the byte behind the last; `None`: to the end.
pub(crate) type Range = (u64, Option<u64>);

/// Which bytes are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asking<'a> {
    /// Without a range, the whole file.
    pub(crate) range: Option<Range>,
    /// Only if the file is still of this version; else the whole file.
    pub(crate) if_range: Option<&'a str>,
    /// Whether a coded body is decoded. It has no length and no parts then.
    pub(crate) decoded: bool,
}

/// An answer, wherever redirects led.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Its head, and its body to be read.
    pub(crate) response: Response,
    /// Who answered in the end.
    pub(crate) url: Url,
}

impl Web {
    pub(crate) fn new(options: &ClientOptions) -> Result<Self, TransferError> {
        let cookies = Arc::new(Jar::default());
        Ok(Self {
            clients: RwLock::new(Arc::new(Clients::new(options, &cookies)?)),
            cookies,
            http2_only: Mutex::default(),
        })
    }

    /// Reaches servers in another way from the next request on. Answers that are being read are not
    /// disturbed, and cookies stay.
    pub(crate) fn reach_by(&self, options: &ClientOptions) -> Result<(), TransferError> {
        let clients = Arc::new(Clients::new(options, &self.cookies)?);
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = clients;
        Ok(())
    }

    /// Asks, and follows redirects to http and https, at most ten. Credentials and own headers are
    /// sent to the origin that they are for, and to no other one.
    pub(crate) async fn get(
        &self,
        url: &Url,
        sender: &Sender<'_>,
        asking: &Asking<'_>,
    ) -> Result<Reply, TransferError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&url, sender, asking).await?;
            match next_hop(&url, &response)? {
                Some(next) => url = with_login(next, sender.origin),
                None => return Ok(Reply { response, url }),
            }
        }
        Err(TransferError::Redirects)
    }

    async fn ask(
        &self,
        url: &Url,
        sender: &Sender<'_>,
        asking: &Asking<'_>,
    ) -> Result<Response, TransferError> {
        let clients = self
            .clients
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let answered = self.ask_by(&clients, url, sender, asking).await;
        let response = answered.map_err(|failure| clients.blame(url, failure))?;
        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            let proxy = clients.proxy.clone();
            let proxy = proxy.unwrap_or_else(|| "of the system".to_owned());
            return Err(TransferError::ProxyLogin { proxy });
        }
        Ok(response)
    }

    async fn ask_by(
        &self,
        clients: &Clients,
        url: &Url,
        sender: &Sender<'_>,
        asking: &Asking<'_>,
    ) -> Result<Response, Unanswered> {
        if asking.decoded {
            return send(&clients.decoding.get()?, url, sender, asking).await;
        }
        let host = redact::host_of(url);
        if self.remembers(&host) {
            return send(&clients.http2.get()?, url, sender, asking).await;
        }
        match send(&clients.http1, url, sender, asking).await {
            Err(failure) if failure.refuses_http1 => {
                let response = send(&clients.http2.get()?, url, sender, asking).await?;
                self.remember(host);
                Ok(response)
            }
            answered => answered,
        }
    }

    fn remembers(&self, host: &str) -> bool {
        let known = self.http2_only.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(host)
    }

    fn remember(&self, host: String) {
        let mut known = self.http2_only.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(host);
    }
}

/// Why no head of an answer came.
#[derive(Debug)]
struct Unanswered {
    /// The server speaks TLS, but HTTP/1.1 not over it (RFC 7301, section 3.2).
    refuses_http1: bool,
    error: TransferError,
}

impl From<TransferError> for Unanswered {
    fn from(error: TransferError) -> Self {
        Self {
            refuses_http1: false,
            error,
        }
    }
}

impl From<Unanswered> for TransferError {
    fn from(unanswered: Unanswered) -> Self {
        unanswered.error
    }
}

async fn send(
    client: &reqwest::Client,
    url: &Url,
    sender: &Sender<'_>,
    asking: &Asking<'_>,
) -> Result<Response, Unanswered> {
    let sent = client.get(url.clone()).headers(head(url, sender, asking)).send();
    match tokio::time::timeout(sender.patience, sent).await {
        Ok(answered) => answered.map_err(|error| Unanswered {
            refuses_http1: failure::refuses_http1(&error),
            error: failure::before_head(url, &error),
        }),
        Err(_) => Err(Unanswered {
            refuses_http1: false,
            error: TransferError::Stalled {
                host: redact::host_of(url),
                after: sender.patience,
            },
        }),
    }
}

/// The headers of a request. A range of a coded body is a range of the coded bytes, so bodies are
/// asked for as they are (RFC 9110, section 14.1.2).
fn head(url: &Url, sender: &Sender<'_>, asking: &Asking<'_>) -> HeaderMap {
    let mut head = HeaderMap::new();
    if url.origin() == sender.origin.origin() {
        let ours = [
            header::RANGE,
            header::IF_RANGE,
            header::HOST,
            header::ACCEPT_ENCODING,
            header::CONNECTION,
        ];
        let foreign = sender.headers.iter().filter(|(name, _)| !ours.contains(name));
        head.extend(foreign.map(|(name, value)| (name.clone(), value.clone())));
    }
    let coding = if asking.decoded { "gzip, br" } else { "identity" };
    head.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(coding));
    if let Some((start, end)) = asking.range {
        let end = end.map_or_else(String::new, |end| end.saturating_sub(1).to_string());
        insert(&mut head, header::RANGE, &format!("bytes={start}-{end}"));
        if let Some(validator) = asking.if_range {
            insert(&mut head, header::IF_RANGE, validator);
        }
    }
    head
}

/// A text that no header can hold was none in the answer that it came with either.
fn insert(head: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        head.insert(name, value);
    }
}

/// The user and password of the transfer's own address, for another place of that origin that names none.
fn with_login(mut next: Url, origin: &Url) -> Url {
    let bare = next.username().is_empty() && next.password().is_none();
    if bare && next.origin() == origin.origin() {
        // both are possible: the address is http or https and has a host
        let _named = next.set_username(origin.username());
        let _worded = next.set_password(origin.password());
    }
    next
}

/// Where an answer leads on to; `None`: it is the answer.
fn next_hop(url: &Url, response: &Response) -> Result<Option<Url>, TransferError> {
    let follows = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = response.headers().get(header::LOCATION).filter(|_| follows);
    let Some(location) = location else {
        return Ok(None);
    };
    // some servers write UTF-8 into it, which a browser takes
    let text = String::from_utf8_lossy(location.as_bytes());
    let next = url.join(&text).map_err(|_| TransferError::Redirects)?;
    if matches!(next.scheme(), "http" | "https") && next.has_host() {
        Ok(Some(next))
    } else {
        Err(TransferError::Redirects)
    }
}
