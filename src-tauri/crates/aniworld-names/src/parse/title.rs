//! Titles around the number: of the series before it, of the episode behind it.

use crate::parse::scan;

/// What stands behind the number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) title: Option<String>,
    pub(super) version: Option<u32>,
}

/// Words of the technical end of a release name. In dotted names the title ends before the first of them.
const TECHNICAL: &[&str] = &[
    "480p", "576p", "720p", "1080i", "1080p", "2160p", "4k", "uhd", "hdtv", "pdtv", "dsr", "webrip",
    "web-dl", "webdl", "bluray", "blu-ray", "brrip", "bdrip", "dvdrip", "dvd", "hddvd", "xvid", "divx",
    "x264", "x265", "h264", "h265", "hevc", "avc", "av1", "10bit", "8bit", "aac", "ac3", "dts", "ddp5",
    "dd5", "hdr", "repack", "proper",
];

/// The title of a series, from the text before its number (or a folder's name).
pub(super) fn series(text: &str) -> Option<String> {
    let mut rest = text.trim();
    while let Some(behind) = behind_group(rest) {
        rest = behind.trim_start_matches([' ', '_', '.']);
    }
    let spaced = spaced(rest);
    let title = spaced.trim_matches(|c: char| c.is_whitespace() || "-_.,~+([{:–—#".contains(c));
    (!title.is_empty()).then(|| title.to_owned())
}

/// The title of the episode and a version, from the text behind its number.
pub(super) fn after(text: &str) -> Tail {
    let text = text.split('[').next().unwrap_or_default();
    let spaced = spaced(text);
    let (title, version) = match behind_version(&spaced) {
        Some((title, version)) => (title, Some(version)),
        None => (spaced.as_str(), None),
    };
    let title = untechnical(title).trim_matches(|c: char| c.is_whitespace() || "-_.,~([{:–—".contains(c));
    Tail {
        title: title.chars().any(char::is_alphanumeric).then(|| title.to_owned()),
        version,
    }
}

/// What stands before a closing ` - v2`, and the version.
fn behind_version(text: &str) -> Option<(&str, u32)> {
    let (title, digits) = text.rsplit_once("- v")?;
    let (version, end) = scan::number(digits, 0, 2)?;
    let free = title.is_empty() || title.ends_with(' ');
    (free && end == digits.len() && version > 0).then_some((title, version))
}

/// The text before the first technical word.
pub(super) fn untechnical(text: &str) -> &str {
    let mut at = 0;
    for word in text.split([' ', '.', '_', '(', '[']) {
        let plain = word.trim_end_matches([')', ']', ',']);
        if at > 0 && TECHNICAL.iter().any(|known| plain.eq_ignore_ascii_case(known)) {
            return text[..at].trim_end_matches([' ', '.', '_', '(', '[']);
        }
        at += word.len() + 1;
    }
    text
}

/// The text behind a leading `[Group]`, when something follows it.
fn behind_group(text: &str) -> Option<&str> {
    let close = match text.chars().next()? {
        '[' => ']',
        '【' => '】',
        _ => return None,
    };
    let (_, rest) = text.split_once(close)?;
    rest.chars().any(char::is_alphanumeric).then_some(rest)
}

/// Dots and underscores stand for spaces where the text has none.
fn spaced(text: &str) -> String {
    let dotted = !text.trim().contains(' ');
    let spaced: String = text
        .chars()
        .map(|c| if c == '_' || (dotted && c == '.') { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
