//! Web addresses: shown without secrets, credentials kept to the origin they were given for.

use std::net::IpAddr;

use url::{Host, Url};

/// The host as texts name it.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// An address fit for texts and logs: without credentials, and without the query, which may be a token.
pub(super) fn shown(url: &Url) -> String {
    let mut url = without_credentials(url);
    url.set_fragment(None);
    if url.query().is_some() {
        url.set_query(None);
        return format!("{url}?…");
    }
    url.into()
}

/// The same address without user name and password.
pub(super) fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Both refuse only addresses that cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Whether both have the same scheme, host and port.
pub(super) fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin() && one.origin().is_tuple()
}

/// Resolves a reference found in the document `base`: http(s) only, and with the credentials of
/// `base` exactly when it stays on the same origin.
pub(super) fn resolve(base: &Url, reference: &str) -> Option<Url> {
    let found = base.join(reference.trim()).ok()?;
    if !matches!(found.scheme(), "http" | "https") {
        return None;
    }
    let mut url = without_credentials(&found);
    if same_origin(base, &url) {
        let _ = url.set_username(base.username());
        let _ = url.set_password(base.password());
    }
    Some(url)
}

/// Whether the host is this computer itself.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether the host is on this computer or in the home network, where https is the exception.
pub(super) fn is_at_home(url: &Url) -> bool {
    let private = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    is_loopback(url)
        || match url.host() {
            Some(Host::Domain(name)) => {
                !name.contains('.')
                    || [".local", ".lan", ".home.arpa"]
                        .iter()
                        .any(|end| name.ends_with(end))
            }
            Some(Host::Ipv4(ip)) => private(ip.into()),
            Some(Host::Ipv6(ip)) => private(ip.into()),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn texts_never_hold_a_password_or_a_token() {
        let text = shown(&url("https://ann:secret@h.example/a%20b/feed.xml?token=abc#x"));
        assert_eq!(text, "https://h.example/a%20b/feed.xml?…");
    }

    #[test]
    fn credentials_stay_on_their_origin() {
        let base = url("https://ann:secret@h.example/feed.xml");
        let same = resolve(&base, "https://h.example/a.mp4").unwrap();
        assert_eq!(same.as_str(), "https://ann:secret@h.example/a.mp4");
        for other in [
            "http://h.example/a.mp4",
            "https://h.example:444/a.mp4",
            "https://evilh.example/a.mp4",
        ] {
            assert_eq!(resolve(&base, other).unwrap().username(), "", "{other}");
        }
    }

    #[test]
    fn only_the_web_is_linked() {
        let base = url("https://h.example/");
        for other in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "magnet:?xt=1",
            "data:text/html,x",
        ] {
            assert_eq!(resolve(&base, other), None, "{other}");
        }
    }

    #[test]
    fn home_is_loopback_private_ranges_and_short_names() {
        for home in [
            "http://localhost:1/",
            "http://192.168.1.2/",
            "http://nas/",
            "http://nas.local/",
            "http://[::1]/",
        ] {
            assert!(is_at_home(&url(home)), "{home}");
        }
        assert!(!is_at_home(&url("http://example.org/")));
        assert!(!is_at_home(&url("http://9.9.9.9/")));
    }
}
