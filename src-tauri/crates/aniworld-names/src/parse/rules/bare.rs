//! A number that nothing names: an episode inside a season folder, a doubt anywhere else.

use crate::parse::hit::{Hit, Name};
use crate::parse::{numbers, numbers::Mark, scan};
use crate::{Confidence, EpisodeNumber};

/// `Season 1/02 - Title` and `Season 1/Show 02`: the folder says that it is a season.
pub(super) fn in_season_folder(name: &Name<'_>) -> Option<Hit> {
    name.season_folder?;
    let (start, numbers) = leading(name.stem)
        .or_else(|| behind_dash(name.stem))
        .or_else(|| trailing(name.stem))?;
    Some(Hit {
        span: start..numbers.end,
        episodes: numbers.episodes,
        version: numbers.version,
        confidence: Confidence::Likely,
        ..Hit::default()
    })
}

/// A leading or trailing number without anything to say what it is. No number comes out of it.
pub(super) fn doubtful(name: &Name<'_>) -> Option<Hit> {
    let (start, numbers) = leading(name.stem).or_else(|| trailing(name.stem))?;
    // the span is empty so that the number stays part of the title it may belong to
    let place = if start == 0 {
        0..numbers.end
    } else {
        start..name.stem.len()
    };
    Some(Hit {
        span: place,
        confidence: Confidence::Unsure,
        ..Hit::default()
    })
}

fn leading(stem: &str) -> Option<(usize, numbers::Numbers)> {
    let rest = stem.trim_start();
    let start = stem.len() - rest.len();
    read(stem, start).map(|numbers| (start, numbers))
}

fn behind_dash(stem: &str) -> Option<(usize, numbers::Numbers)> {
    stem.match_indices(" - ").find_map(|(at, dash)| {
        let start = at + dash.len();
        read(stem, start).map(|numbers| (start, numbers))
    })
}

fn trailing(stem: &str) -> Option<(usize, numbers::Numbers)> {
    let name = stem.trim_end_matches([' ', ']', ')']);
    let width = name.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = name.len() - width;
    if start == 0
        || !scan::starts_word(name, start)
        || name.as_bytes().get(start.wrapping_sub(1)) == Some(&b'.') && width == 1
    {
        return None;
    }
    read(name, start).map(|numbers| (start, numbers))
}

/// One to three digits that end like a word. Three without a leading zero may be season and episode in one.
fn read(text: &str, at: usize) -> Option<numbers::Numbers> {
    let (value, end) = scan::number(text, at, 3)?;
    let compact = value >= 100;
    let numbers = numbers::read(text, at, Mark::E, None)?;
    let zero = numbers.episodes.first() == Some(&EpisodeNumber::Single(0));
    (!compact && !zero && scan::ends_word(text, numbers.end.max(end))).then_some(numbers)
}
