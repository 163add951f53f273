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
