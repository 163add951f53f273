//! URLs that may be shown or logged: without user, password and secret-looking query values.

use url::Url;

/// Query keys whose values are secrets, in lower case; a key that contains one of them counts.
const SECRET_KEYS: [&str; 7] = ["token", "key", "auth", "sig", "password", "secret", "credential"];

/// The URL as text, without credentials.
pub fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    // only URLs without a host refuse these, and they hold no credentials
    let _no_user = shown.set_username("");
    let _no_password = shown.set_password(None);
    if let Some(query) = url.query() {
        let pairs: Vec<String> = query.split('&').map(redacted_pair).collect();
        shown.set_query(Some(&pairs.join("&")));
    }
    shown.to_string()
}

/// The host of a URL with its port where that is not the usual one, and nothing else of it.
pub fn host_of(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

fn redacted_pair(pair: &str) -> String {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let lower = name.to_ascii_lowercase();
    let secret = !value.is_empty() && SECRET_KEYS.iter().any(|key| lower.contains(key));
    if secret {
        format!("{name}=redacted")
    } else {
        pair.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_port_where_it_is_not_the_usual_one_and_no_credentials() {
        let host = |text: &str| host_of(&Url::parse(text).unwrap());
        assert_eq!(host("https://me:secret@archive.org:443/a?key=1"), "archive.org");
        assert_eq!(host("http://me@[::1]:8080/a"), "[::1]:8080");
    }

    fn shown(text: &str) -> String {
        redacted(&Url::parse(text).unwrap())
    }

    #[test]
    fn credentials_and_tokens_do_not_show() {
        assert_eq!(shown("https://ann:pw@host/a?x=1"), "https://host/a?x=1");
        assert_eq!(
            shown("https://host/a?X-Token=abc&n=2&sig=zz"),
            "https://host/a?X-Token=redacted&n=2&sig=redacted"
        );
    }

    #[test]
    fn other_addresses_stay_as_they_are() {
        for text in [
            "http://host/a%20b.mkv",
            "https://host/?q=a&empty=",
            "http://[::1]:80/",
        ] {
            assert_eq!(shown(text), Url::parse(text).unwrap().to_string());
        }
    }
}
