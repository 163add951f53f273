//! Web pages and messages that came where a film was asked for.

/// The beginnings of web pages, in lower case.
const PAGES: [&[u8]; 6] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<!--",
];
/// Text that is meant to be kept.
const SUBTITLES: &[u8] = b"WEBVTT";

/// What it is, where the file begins with text: no container does within so many bytes.
pub(super) fn what(head: &[u8]) -> Option<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if text.starts_with(SUBTITLES) {
        return None;
    }
    let text = text.trim_ascii_start();
    let begins = |page: &&[u8]| {
        text.get(..page.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(page))
    };
    if PAGES.iter().any(begins) {
        return Some("a web page");
    }
    is_text(text).then_some("text")
}

/// Characters and nothing that no text has. The last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !whole.is_empty()
        && whole
            .chars()
            .all(|it| !it.is_control() || matches!(it, '\t' | '\n' | '\r'))
}
