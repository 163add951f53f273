//! Specials by name: `OVA`, `OAD`, `ONA`, `SP1`, `Special 2`, `NCOP`, `NCED`.
//!
//! Their numbers count something of their own, so they are seen and never given as episodes.

use std::sync::LazyLock;

use regex::Regex;

use crate::Confidence;
use crate::parse::hit::{Hit, Name};

static SPECIAL: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r"(?i)(?:^|[\W_])((ova|oad|nc(?:op|ed)|sp|special)s?[ ._-]{0,3}[0-9]{0,3}(?:v[0-9])?)(?:$|[\W_])";
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
    Regex::new(pattern).unwrap()
});

pub(super) fn find(name: &Name<'_>) -> Option<Hit> {
    let found = SPECIAL.captures(name.stem)?;
    let (token, word) = (found.get(1)?, found.get(2)?.as_str());
    let numbered = token.as_str().bytes().any(|b| b.is_ascii_digit());
    // "sp" alone is a language, and "Special" alone begins titles
    let told = numbered
        || !(word.eq_ignore_ascii_case("sp") || (token.start() == 0 && word.eq_ignore_ascii_case("special")));
    (told && name.season_folder != Some(0)).then(|| Hit {
        span: token.range(),
        special: Some(word.to_owned()),
        confidence: Confidence::Unsure,
        ..Hit::default()
    })
}
