//! `S01E02` and its relatives: `s1.e2`, `S01 - E02`, `S01EP02`, `S01E01-E03`, `S01E09.5`, `S2024E29`.

use crate::Confidence;
use crate::parse::hit::{Hit, Name};
use crate::parse::{numbers, numbers::Mark, scan};

pub(super) fn find(name: &Name<'_>) -> Option<Hit> {
    let starts = name
        .stem
        .bytes()
        .enumerate()
        .filter(|(_, b)| matches!(b, b's' | b'S'));
    starts.map(|(at, _)| at).find_map(|at| read(name.stem, at))
}

fn read(text: &str, at: usize) -> Option<Hit> {
    if !scan::starts_word(text, at) {
        return None;
    }
    let (season, end) = scan::number(text, at + 1, 4)?;
    let mark = scan::skip(text, end, b" ._-", 3);
    let digits = mark_end(text, mark, end)?;
    let numbers = numbers::read(text, digits, Mark::E, Some(season))?;
    Some(Hit {
        span: at..numbers.end,
        season: Some(season),
        episodes: numbers.episodes,
        version: numbers.version,
        confidence: Confidence::Certain,
        ..Hit::default()
    })
}

/// The position of the digits behind `e`, `ep`, `episode` or a directly attached `x`.
fn mark_end(text: &str, at: usize, season_end: usize) -> Option<usize> {
    if at == season_end && scan::letter(text, at) == b'x' {
        let behind = if scan::letter(text, at + 1) == b'e' {
            at + 2
        } else {
            at + 1
        };
        return Some(behind);
    }
    let length = ["episode", "ep", "e"]
        .into_iter()
        .find(|word| scan::word(text, at, word))?
        .len();
    let behind = at + length;
    let spaced = scan::skip(text, behind, b" ._", 2);
    // "S01 E 02" may be a title that begins with E; only words may stand apart from their number
    (spaced == behind || length > 1).then_some(spaced)
}
