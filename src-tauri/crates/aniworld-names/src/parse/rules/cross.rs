//! `1x02` and its relatives: `01x02-03`, `1x02x03`, `1x02-1x03`, `2x5`.

use crate::Confidence;
use crate::parse::hit::{Hit, Name};
use crate::parse::{numbers, numbers::Mark, scan};

/// Shapes of a picture, not episodes.
const ASPECTS: &[(u32, u32)] = &[(16, 9), (16, 10), (21, 9), (4, 3)];

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
    if !is_episode(season, width, first) || (first_end == cross + 2 && width > 1) {
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

/// Not a picture size such as 1920x800 or 720x480, and not an aspect such as 16x9.
fn is_episode(season: u32, width: usize, episode: u32) -> bool {
    let year = (1900..2200).contains(&season) && episode < 400;
    (width <= 2 || year) && !ASPECTS.contains(&(season, episode))
}
