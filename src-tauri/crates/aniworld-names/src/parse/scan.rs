//! Small readers over text at a byte position. They only ever stop on character borders.

/// Reads 1 to `max` ASCII digits at `at` that no further digit follows: the value and the end.
pub(super) fn number(text: &str, at: usize, max: usize) -> Option<(u32, usize)> {
    let digits = text.get(at..)?.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > max {
        return None;
    }
    let end = at + digits;
    text[at..end].parse().ok().map(|value| (value, end))
}

/// Skips at most `max` bytes that are in `set` (ASCII): the position behind them.
pub(super) fn skip(text: &str, at: usize, set: &[u8], max: usize) -> usize {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    at + bytes.iter().take(max).take_while(|b| set.contains(b)).count()
}

/// Whether no letter or digit stands right before `at`.
pub(super) fn starts_word(text: &str, at: usize) -> bool {
    !text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Whether no letter or digit stands at `at`.
pub(super) fn ends_word(text: &str, at: usize) -> bool {
    !text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

/// The ASCII letter at `at` in lower case, 0 for anything else.
pub(super) fn letter(text: &str, at: usize) -> u8 {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii_alphabetic() => byte.to_ascii_lowercase(),
        _ => 0,
    }
}

/// Whether `word` (lower-case ASCII) stands at `at`, in any case.
pub(super) fn word(text: &str, at: usize, word: &str) -> bool {
    text.as_bytes()
        .get(at..at + word.len())
        .is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

/// The version mark `v2` at `at`: the version and the end.
pub(super) fn version(text: &str, at: usize) -> Option<(u32, usize)> {
    (letter(text, at) == b'v')
        .then(|| number(text, at + 1, 2))
        .flatten()
        .filter(|(version, end)| *version > 0 && ends_word(text, *end))
}
