//! Whether an address, an answer or its first bytes are a manifest of DASH.

use url::Url;

/// The registered type (ISO/IEC 23009-1 annex C) and one that servers send.
const TYPES: [&str; 2] = ["application/dash+xml", "video/vnd.mpeg.dash.mpd"];

/// Whether this is DASH. First bytes decide where they are known: the root element is an `MPD`. Without
/// them the content type, and the ending of the path.
pub fn is_dash(url: &Url, content_type: Option<&str>, first_bytes: Option<&[u8]>) -> bool {
    if let Some(bytes) = first_bytes {
        return has_root(&String::from_utf8_lossy(bytes));
    }
    let by_type = content_type.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known))
    });
    by_type || has_ending(url)
}

fn has_ending(url: &Url) -> bool {
    let (path, ending) = (url.path().as_bytes(), b".mpd");
    path.len() >= ending.len() && path[path.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

/// Looks behind declarations and comments for the first element.
fn has_root(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else {
            break;
        };
        match rest.split_once(end) {
            Some((_, behind)) => rest = behind.trim_start(),
            None => return false,
        }
    }
    let name = rest.strip_prefix('<').unwrap_or_default();
    let name = name
        .split(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '>' | '/'))
        .next();
    let name = name.unwrap_or_default();
    name == "MPD" || name.ends_with(":MPD")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide_over_the_type_and_the_type_over_the_path() {
        let plain = Url::parse("https://host/a").unwrap();
        let named = Url::parse("https://host/a.MPD?x=1").unwrap();
        assert!(is_dash(&named, None, None));
        assert!(is_dash(&plain, Some("Application/Dash+XML; charset=utf-8"), None));
        assert!(!is_dash(&plain, Some("text/xml"), None));
        for text in [
            "<MPD>",
            "\u{feff}<?xml version='1.0'?>\n<!-- <html> -->\n<MPD\nxmlns='x'>",
            "<d:MPD a='b'/>",
        ] {
            assert!(is_dash(&plain, None, Some(text.as_bytes())), "{text}");
        }
        for text in [
            "",
            "<",
            "<html>",
            "<!-- <MPD>",
            "<MPDX>",
            "MPD",
            "<!DOCTYPE MPD><MPD>",
            "#EXTM3U",
        ] {
            assert!(
                !is_dash(&named, Some("application/dash+xml"), Some(text.as_bytes())),
                "{text}"
            );
        }
    }
}
