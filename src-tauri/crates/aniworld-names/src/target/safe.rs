//! Text that is safe as one component of a path on Windows, macOS and Linux.

use unicode_normalization::UnicodeNormalization;

/// Names of devices that Windows keeps for itself, with any extension.
const RESERVED: &[&str] = &[
    "con", "prn", "aux", "nul", "conin$", "conout$", "com0", "com1", "com2", "com3", "com4", "com5", "com6",
    "com7", "com8", "com9", "com¹", "com²", "com³", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6",
    "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
];

const ELLIPSIS: char = '…';

/// A whole component of at most `bytes` bytes of UTF-8; `None` when nothing is left of the text.
pub(super) fn component(text: &str, bytes: usize) -> Option<String> {
    let name = shorten(&text_of(text), bytes);
    (!name.is_empty()).then(|| unreserved(name))
}

/// A part of a component: safe characters, no spaces or dots at its ends. Empty when nothing is left.
pub(super) fn text(text: &str) -> String {
    text_of(text)
}

/// An extension: letters and digits in lower case, `mkv` when nothing is left.
pub(super) fn extension(text: &str) -> String {
    let kept: String = text.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    if kept.is_empty() {
        "mkv".to_owned()
    } else {
        kept.to_ascii_lowercase()
    }
}

/// Cuts a text to at most `bytes` bytes on a character border, with an ellipsis where it was cut.
pub(super) fn shorten(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let Some(room) = bytes.checked_sub(ELLIPSIS.len_utf8()) else {
        return String::new();
    };
    let mut cut: String = text[..text.floor_char_boundary(room)]
        .trim_end_matches([' ', '.'])
        .to_owned();
    cut.push(ELLIPSIS);
    cut
}

fn text_of(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            ':' => safe.push_str(" - "),
            '"' => safe.push('\''),
            '/' | '\\' | '|' => safe.push('-'),
            '<' | '>' | '?' | '*' => {}
            c if c.is_whitespace() => safe.push(' '),
            c if c.is_control() || is_invisible(c) => {}
            c => safe.push(c),
        }
    }
    let words = safe
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    // a leading dot hides a file; spaces and dots at the end are dropped by Windows
    words.trim_matches([' ', '.']).to_owned()
}

/// Characters that are not seen or turn the direction of reading, and so let a name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn unreserved(name: String) -> String {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_lowercase();
    if RESERVED.contains(&stem.as_str()) {
        format!("_{name}")
    } else {
        name
    }
}
