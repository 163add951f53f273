//! What may be shown or logged: URLs without user, password and secret-looking query values, and free text
//! without anything that could be a secret.

use url::Url;

/// Query keys whose values are secrets, in lower case; a key that contains one of them counts.
const SECRET_KEYS: [&str; 7] = ["token", "key", "auth", "sig", "password", "secret", "credential"];

/// The host of a URL with its port where that is not the usual one, and nothing else of it.
pub fn host_of(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

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

/// A text in which addresses may stand, without their users, passwords, queries and fragments, and without
/// values that are called a secret (`token=...`, `Authorization: Bearer ...`). Hosts and paths stay.
///
/// For sentences of other programs and servers, which may repeat what they were asked.
pub fn without_secrets(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut hides = Hides::Nothing;
    for word in text.split_inclusive(char::is_whitespace) {
        let end = word.trim_end_matches(char::is_whitespace).len();
        let (bare, space) = word.split_at(end);
        if !bare.is_empty() {
            let scheme = is_scheme(&bare.to_ascii_lowercase());
            match hides {
                Hides::Line => clean.push_str("redacted"),
                Hides::Word if !scheme => clean.push_str("redacted"),
                Hides::Word | Hides::Nothing => clean.push_str(&word_without_secrets(bare)),
            }
            hides = hides.behind(bare);
        }
        clean.push_str(space);
        if space.contains('\n') {
            hides = Hides::Nothing;
        }
    }
    clean
}

/// What of the words behind one is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hides {
    Nothing,
    /// The next one. A header names its secret in front of it, perhaps with a scheme in between.
    Word,
    /// All to the end of the line: the pairs of a cookie have blanks between them.
    Line,
}

impl Hides {
    fn behind(self, word: &str) -> Self {
        let lower = word.to_ascii_lowercase();
        let names_secret = word.ends_with([':', '=']) && is_secret_name(&lower);
        let ends_in_scheme = lower.rsplit([':', '=']).next().is_some_and(is_scheme);
        if self == Self::Line || lower.contains("cookie") && lower.contains(':') {
            Self::Line
        } else if names_secret || ends_in_scheme {
            Self::Word
        } else {
            Self::Nothing
        }
    }
}

fn is_scheme(lower: &str) -> bool {
    matches!(lower, "basic" | "bearer" | "digest")
}

fn word_without_secrets(word: &str) -> String {
    let mut rest = word;
    let mut clean = String::with_capacity(word.len());
    // several addresses may stand in one word: `(http://a,http://b)`
    while let Some((before, behind)) = rest.split_once("://") {
        clean.push_str(before);
        clean.push_str("://");
        let stop = behind.find(is_end_of_address).unwrap_or(behind.len());
        let (address, after) = behind.split_at(stop);
        clean.push_str(address_without_secrets(address));
        rest = after;
    }
    // a user with a password in front of a host that stands alone
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => host,
        _ => rest,
    };
    // a path with a query, or a pair of its own
    let end = rest
        .find('?')
        .filter(|at| rest.contains('/') || rest[*at..].contains('='));
    let rest = end.map_or(rest, |at| &rest[..at]);
    for piece in rest.split_inclusive(is_between_pairs) {
        let pair = piece.trim_end_matches(is_between_pairs);
        clean.push_str(&pair_without_secret(pair));
        clean.push_str(&piece[pair.len()..]);
    }
    clean
}

/// Of a query, of a cookie, of JSON.
fn is_between_pairs(letter: char) -> bool {
    matches!(letter, '&' | ';' | ',')
}

/// A name and what it is, as `name=value`, `name:value` or `"name":"value"`.
fn pair_without_secret(pair: &str) -> String {
    match pair.find(['=', ':']) {
        Some(at) if at + 1 < pair.len() && is_secret_name(&pair[..at].to_ascii_lowercase()) => {
            format!("{}redacted", &pair[..=at])
        }
        _ => pair.to_owned(),
    }
}

/// What stands behind `://`.
fn address_without_secrets(address: &str) -> &str {
    let address = address.find(['?', '#']).map_or(address, |at| &address[..at]);
    let path = address.find('/').unwrap_or(address.len());
    match address[..path].rfind('@') {
        Some(at) => &address[at + 1..],
        None => address,
    }
}

fn is_end_of_address(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '<' | '>' | '`' | ')' | ']' | '}' | '|' | ',')
}

fn is_secret_name(lower: &str) -> bool {
    SECRET_KEYS.iter().any(|key| lower.contains(key)) || lower.contains("cookie")
}

fn redacted_pair(pair: &str) -> String {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let secret = !value.is_empty() && is_secret_name(&name.to_ascii_lowercase());
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

    #[test]
    fn a_text_keeps_hosts_and_loses_secrets() {
        for (text, clean) in [
            ("no connection to host:81", "no connection to host:81"),
            (
                "at https://ann:pw@host:81/a/b?x=1#top now",
                "at https://host:81/a/b now",
            ),
            (
                "(\"http://u@h/?token=a\",http://v:w@i)",
                "(\"http://h/\",http://i)",
            ),
            ("GET /a?key=1 failed", "GET /a failed"),
            ("GET /a?abc failed", "GET /a failed"),
            ("token=abc x=1", "token=redacted x=1"),
            (
                "Authorization: Basic YW5u and",
                "Authorization: Basic redacted and",
            ),
            ("with Bearer abc.def", "with Bearer redacted"),
            ("password: hunter2!", "password: redacted"),
            ("Set-Cookie: sid=1", "Set-Cookie: redacted"),
            (
                "Cookie: a=1; session=abc\nnext line",
                "Cookie: redacted redacted\nnext line",
            ),
            ("Cookie:a=1; session=abc", "Cookie:redacted; redacted"),
            (
                "Authorization:Bearer abc.def now",
                "Authorization:redacted redacted now",
            ),
            (
                "{\"user\":\"me\",\"token\":\"abc\"}",
                "{\"user\":\"me\",\"token\":redacted",
            ),
            ("token:abc host:81", "token:redacted host:81"),
            ("ann:pw@host:81 is silent", "host:81 is silent"),
            ("a@b.de is no address?", "a@b.de is no address?"),
        ] {
            assert_eq!(without_secrets(text), clean);
        }
    }

    #[test]
    fn a_password_with_signs_does_not_slip_through() {
        assert_eq!(without_secrets("https://ann:p@ss@host/x"), "https://host/x");
        assert!(!without_secrets("https://ann:p/w@host/x?sig=1").contains("sig"));
    }
}
