//! Through which proxy requests go. Its user and password go to the proxy and to nobody else: no text
//! that this module makes holds them.

use std::fmt;
use std::str::FromStr;

use reqwest::{ClientBuilder, NoProxy, Proxy};
use url::{Host, Url};

use crate::redact::{host_of, redacted};

/// This computer itself: a proxy would look for it on its own side.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";
/// The kinds of proxies that a client speaks to. `socks5h` leaves the names of hosts to the proxy.
const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// Which proxy to use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProxyChoice {
    /// What the environment names (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), else what the
    /// settings of the system say.
    #[default]
    System,
    /// None, whatever the system says.
    Off,
    /// This one, for all hosts but this computer.
    Url(ProxyUrl),
}

/// The address of a proxy, perhaps with a user and a password. Shown without them.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl(Url);

/// Not the address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the address of a proxy is SCHEME://HOST:PORT with http, https, socks5 or socks5h, perhaps with USER:PASSWORD@ in front of the host"
)]
pub struct NotAProxy;

impl FromStr for ProxyUrl {
    type Err = NotAProxy;

    /// Reads `http://host:port` and the like. Without a scheme it is http.
    fn from_str(text: &str) -> Result<Self, NotAProxy> {
        let text = text.trim();
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        };
        let url = url.map_err(|_| NotAProxy)?;
        let bare =
            url.path().trim_matches('/').is_empty() && url.query().is_none() && url.fragment().is_none();
        let named = url.host_str().is_some_and(|host| !host.is_empty());
        if bare && named && SCHEMES.contains(&url.scheme()) {
            Ok(Self(url))
        } else {
            Err(NotAProxy)
        }
    }
}

impl ProxyUrl {
    /// The whole address, secrets included: only for the place where it is stored.
    pub fn with_secrets(&self) -> &str {
        self.0.as_str()
    }

    /// Its host and port.
    pub fn host(&self) -> String {
        host_of(&self.0)
    }
}

/// Without user and password.
impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(redacted(&self.0).trim_end_matches('/'))
    }
}

/// Without user and password.
impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({self})")
    }
}

impl ProxyChoice {
    /// Tells a client which proxy to use.
    pub fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        with_proxies(builder, self, &|name| std::env::var(name).ok())
    }
}

/// Whether this computer itself is meant; such hosts are never asked through a proxy.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Tells a client its proxies, in an environment that tests can choose.
pub(super) fn with_proxies(
    builder: ClientBuilder,
    choice: &ProxyChoice,
    variable: &dyn Fn(&str) -> Option<String>,
) -> ClientBuilder {
    match choice {
        ProxyChoice::Off => builder.no_proxy(),
        ProxyChoice::System => of_environment(builder, variable),
        ProxyChoice::Url(url) => {
            // `no_proxy` first: else the settings of the system would be asked as well
            let builder = builder.no_proxy();
            match Proxy::all(url.with_secrets()) {
                Ok(proxy) => builder.proxy(proxy.no_proxy(NoProxy::from_string(LOOPBACK))),
                // an address that was read above is one; none must not mean "directly"
                Err(_) => builder.proxy(Proxy::custom(|_| Some("http://proxy.invalid"))),
            }
        }
    }
}

/// Proxies that the environment names, but never for loopback. Without any, the system's own
/// settings count, which carry their own exceptions.
fn of_environment(builder: ClientBuilder, variable: &dyn Fn(&str) -> Option<String>) -> ClientBuilder {
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
