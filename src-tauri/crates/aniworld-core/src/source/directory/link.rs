//! Which links of a listing are its entries: exactly one path segment below it, on the same origin.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::source::address::{resolve, same_origin};

/// What a link of a listing leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// An entry of this folder.
    Entry {
        /// Its name, decoded once; with U+FFFD where it is no UTF-8.
        name: String,
        /// Stable text for keys: the name, or the escaped segment where the name is no UTF-8.
        key: String,
        /// Its address, with a slash at the end for a folder.
        url: Url,
        /// Whether it is a folder.
        folder: bool,
    },
    /// Something that a listing may well have: the folder above, a sort order, another place.
    Elsewhere,
    /// A name that would leave the folder or that no file should have.
    Refused(String),
}

/// Reads a link of the folder at `folder` (its path ends with a slash), found in a document whose
/// links are relative to `base`.
pub(super) fn read(folder: &Url, base: &Url, href: &str) -> Link {
    // An address parser would drop them in silence, and ask for another file.
    if href.trim().chars().any(char::is_control) {
        return Link::Refused(format!("{}: control characters in a link", href.escape_debug()));
    }
    // A file name may hold both marks, but only escaped.
    if href.contains(['?', '#']) {
        return Link::Elsewhere;
    }
    let Some(url) = resolve(base, href).filter(|url| same_origin(folder, url)) else {
        return Link::Elsewhere;
    };
    let Some(rest) = below(folder.path(), url.path()) else {
        return Link::Elsewhere;
    };
    let (segment, folder) = match rest.strip_suffix('/') {
        Some(segment) => (segment, true),
        None => (rest, false),
    };
    if segment.is_empty() || segment.contains('/') {
        return Link::Elsewhere;
    }
    let bytes: Vec<u8> = percent_decode_str(segment).collect();
    let name = String::from_utf8_lossy(&bytes).into_owned();
    if let Some(reason) = refusal(&name) {
        return Link::Refused(format!("{segment}: {reason}"));
    }
    let key = if std::str::from_utf8(&bytes).is_ok() {
        name.clone()
    } else {
        segment.to_owned()
    };
    Link::Entry {
        name,
        key,
        url,
        folder,
    }
}

/// The address of the entry `name` (no slash at its end) of a folder.
pub(super) fn child(folder: &Url, name: &str, is_folder: bool) -> Link {
    if let Some(reason) = refusal(name) {
        return Link::Refused(format!("{}: {reason}", name.escape_debug()));
    }
    let mut url = folder.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().push(name);
        if is_folder {
            path.push("");
        }
    }
    Link::Entry {
        name: name.to_owned(),
        key: name.to_owned(),
        url,
        folder: is_folder,
    }
}

/// What stands in `path` behind the folder `parent`, comparing segments by their decoded bytes:
/// servers differ in what they escape and in the case of the digits.
fn below<'a>(parent: &str, path: &'a str) -> Option<&'a str> {
    let mut rest = path;
    for wanted in parent.split_inclusive('/') {
        let (segment, behind) = rest.split_at(rest.find('/')? + 1);
        if !percent_decode_str(segment).eq(percent_decode_str(wanted)) {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

fn refusal(name: &str) -> Option<&'static str> {
    if name.is_empty() || name == "." || name == ".." {
        Some("leads out of the folder")
    } else if name.contains('/') {
        Some("a name with a slash in it")
    } else if name.chars().any(char::is_control) {
        Some("a name with control characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FOLDER: &str = "http://h/Show%20One/";

    fn link(href: &str) -> Link {
        let folder = Url::parse(FOLDER).unwrap();
        read(&folder, &folder, href)
    }

    fn name_of(link: Link) -> Option<(String, bool)> {
        match link {
            Link::Entry { name, folder, .. } => Some((name, folder)),
            _ => None,
        }
    }

    #[test]
    fn one_segment_below_is_an_entry() {
        let cases = [
            ("a%20b.mkv", "a b.mkv", false),
            ("./http:evil.mkv", "http:evil.mkv", false),
            ("http%3Aevil.mkv", "http:evil.mkv", false),
            ("Season%2001/", "Season 01", true),
            ("/show%20one/../Show%20One/x.mkv", "x.mkv", false),
            ("/Sho%77%20One/x.mkv", "x.mkv", false),
            ("http://h:80/Show%20One/x.mkv", "x.mkv", false),
            ("%3FC=N;O=D", "?C=N;O=D", false),
            ("%2523.mkv", "%23.mkv", false),
            ("..mkv", "..mkv", false),
        ];
        for (href, name, folder) in cases {
            assert_eq!(name_of(link(href)), Some((name.to_owned(), folder)), "{href}");
        }
    }

    #[test]
    fn everything_else_is_elsewhere() {
        for href in [
            "../",
            "..",
            "/",
            "",
            "?C=N;O=D",
            "#top",
            "a/b.mkv",
            "/a.mkv",
            "https://h/Show%20One/a.mkv",
            "http://h:81/Show%20One/a.mkv",
            "//other/Show%20One/a.mkv",
            "%2e%2e/a.mkv",
            "%2e%2e/",
            "a.mkv?x",
            "javascript:x",
            "mailto:a@b",
            "http://[",
            "/show%20one/a.mkv",
        ] {
            assert_eq!(link(href), Link::Elsewhere, "{href}");
        }
    }

    #[test]
    fn dangerous_names_are_refused_aloud() {
        for href in [
            "..%2fetc.mkv",
            "%2e%2e%2Fetc.mkv",
            "a%2Fb.mkv",
            "new%0aline.mkv",
            "ctl%01x.mkv",
            "c%C2%9B1.mkv",
            "raw\nline.mkv",
        ] {
            assert!(matches!(link(href), Link::Refused(_)), "{href}");
        }
        let folder = Url::parse(FOLDER).unwrap();
        for name in ["..", ".", "", "a/b", "../x", "a\nb", "\0"] {
            assert!(
                matches!(child(&folder, name, false), Link::Refused(_)),
                "{name:?}"
            );
        }
    }

    #[test]
    fn a_name_that_is_no_utf_8_keeps_its_escapes() {
        let Link::Entry { name, key, url, .. } = link("caf%E9.mkv") else {
            panic!("no entry")
        };
        assert_eq!((name.as_str(), key.as_str()), ("caf\u{fffd}.mkv", "caf%E9.mkv"));
        assert_eq!(url.as_str(), "http://h/Show%20One/caf%E9.mkv");
    }

    #[test]
    fn a_made_address_escapes_what_it_must() {
        let folder = Url::parse(FOLDER).unwrap();
        let name = "a&b <c> \"q\" 'x' #1 100% ?.mkv";
        let Link::Entry { url, .. } = child(&folder, name, false) else {
            panic!("no entry")
        };
        assert_eq!(link(url.path()), child(&folder, name, false));
    }

    proptest! {
        #[test]
        fn no_link_leaves_the_folder(href in "\\PC{0,40}|[./%25eEfFc2\\\\?#:a]{0,24}") {
            if let Link::Entry { name, url, .. } = link(&href) {
                prop_assert!(url.path().starts_with("/Show%20One/") || below("/Show%20One/", url.path()).is_some());
                prop_assert!(!name.contains('/') && name != ".." && !name.chars().any(char::is_control));
            }
        }

        #[test]
        fn a_made_address_reads_back(name in "\\PC{1,30}") {
            let folder = Url::parse(FOLDER).unwrap();
            if let Link::Entry { url, .. } = child(&folder, &name, false) {
                prop_assert_eq!(name_of(link(url.path())), Some((name, false)));
            }
        }
    }
}
