//! `1x02` and its relatives: `01x02-03`, `1x02x03`, `1x02-1x03`, `2x5`.

use crate::Confidence;
use crate::parse::hit::{Hit, Name};
use crate::parse::{numbers, numbers::Mark, scan};

/// Shapes of a picture, not episodes.
const ASPECTS: &[&str] = &["16x9", "16x10", "21x9", "4x3"];

pub(super) fn find(name: &Name<'_>) -> Option<Hit> {
    let text = name.stem;
    let crosses = text.bytes().enumerate().filter(|(_, b)| matches!(b, b'x' | b'X'));
    crosses.map(|(at, _)| at).find_map(|at| read(text, at))
}

fn read(text: &str, cross: usize) -> Option<Hit> {
    let width = text[..cross].bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = cross - width;
    if !scan::starts_word(text, start) {
        return None;
    }
    let (season, _) = scan::number(text, start, 4)?;
    let (first, first_end) = scan::number(text, cross + 1, 3)?;
    let aspect = ASPECTS
        .iter()
        .any(|aspect| text[start..first_end].eq_ignore_ascii_case(aspect));
    let lopsided = first_end == cross + 2 && width > 1;
    if aspect || lopsided || !is_season_of(season, width, first) || is_day(text, season, first_end) {
        return None;
    }
    let numbers = numbers::read(text, cross + 1, Mark::X, Some(season))?;
    scan::ends_word(text, numbers.end).then_some(Hit {
        span: start..numbers.end,
        season: Some(season),
        episodes: numbers.episodes,
        version: numbers.version,
        confidence: Confidence::Certain,
        ..Hit::default()
    })
}

/// Not a picture size such as 1920x800 or 720x480.
fn is_season_of(season: u32, width: usize, episode: u32) -> bool {
    width <= 2 || (is_year(season) && episode < 400)
}

/// `2008x12.13` is a day in December.
fn is_day(text: &str, season: u32, end: usize) -> bool {
    let next = matches!(text.as_bytes().get(end), Some(b'.' | b'-' | b'x'));
    is_year(season) && next && scan::number(text, end + 1, 2).is_some_and(|(_, day_end)| day_end == end + 3)
}

fn is_year(number: u32) -> bool {
    (1900..2200).contains(&number)
}
