//! Character references in feeds, read leniently: what is not known stays as it is written.
//!
//! Entities that a document declares itself are never looked at, so none can grow.

use std::borrow::Cow;

use html5gum::{Token, Tokenizer};

/// The longest name of an HTML entity, with room to spare.
const LONGEST: usize = 40;

/// What `&name;` stands for: one of XML's five, a number, or one of HTML's names.
pub(super) fn resolve(name: &str) -> Option<String> {
    match name {
        "amp" => return Some("&".to_owned()),
        "lt" => return Some("<".to_owned()),
        "gt" => return Some(">".to_owned()),
        "quot" => return Some("\"".to_owned()),
        "apos" => return Some("'".to_owned()),
        _ => {}
    }
    let body = name.strip_prefix('#').unwrap_or(name);
    if body.is_empty() || name.len() > LONGEST || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    // The HTML tokenizer knows all of them; a semicolon left over means that it knew only a prefix.
    let text = plain(&format!("&{name};"));
    (!text.is_empty() && !text.ends_with(';')).then_some(text)
}

/// Replaces the references of an attribute value. A bare `&`, as in many addresses, stays.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(LONGEST + 1).position(|b| b == b';');
        match end.and_then(|end| Some((end, resolve(&rest[..end])?))) {
            Some((end, value)) => {
                out.push_str(&value);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The text of an HTML fragment, without its tags.
pub(super) fn plain(html: &str) -> String {
    let mut out = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(text) => out.extend_from_slice(&text),
            Token::StartTag(_) | Token::EndTag(_) => out.push(b' '),
            _ => {}
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_references_are_resolved_and_others_kept() {
        let cases = [
            ("a&amp;b", "a&b"),
            ("caf&eacute;&nbsp;&#x41;&#66;", "café\u{a0}AB"),
            ("?x=1&y=2", "?x=1&y=2"),
            ("?x=1&copy=2;", "?x=1&copy=2;"),
            ("&undefined; &notit; &; & &", "&undefined; &notit; &; & &"),
            ("&amp;amp;", "&amp;"),
            ("&#1114112;", "\u{fffd}"),
        ];
        for (text, wanted) in cases {
            assert_eq!(unescape(text), wanted, "{text}");
        }
    }

    #[test]
    fn markup_goes_and_its_text_stays() {
        assert_eq!(
            plain("<p>Tom &amp; <b>Ann</b></p>")
                .split_whitespace()
                .collect::<Vec<_>>(),
            ["Tom", "&", "Ann"]
        );
    }
}
