//! A number behind a dash: `[Group] Show - 12 [CRC]`, `Show - 012 - Title`, `Show S2 - 07`.

use crate::parse::hit::{Hit, Name};
use crate::parse::{numbers, numbers::Mark, scan, season};
use crate::{Confidence, EpisodeNumber};

/// Ways to write a free-standing dash.
const DASHES: &[&str] = &[" - ", "_-_", ".-.", " – "];

/// The number behind a dash behind a season mark: an episode of that season.
pub(super) fn behind_season(name: &Name<'_>) -> Option<Hit> {
    let (dash, digits) = dashes(name.stem).find(|(_, digits)| read(name.stem, *digits).is_some())?;
    let mark = season::find(&name.stem[..dash]).filter(|mark| mark.seasons.len() == 1)?;
    let between = &name.stem[mark.span.end..dash];
    let numbers = read(name.stem, digits)?;
    between.chars().all(|c| !c.is_alphanumeric()).then_some(Hit {
        span: mark.span.start..numbers.end,
        season: mark.seasons.first().copied(),
        episodes: numbers.episodes,
        version: numbers.version,
        confidence: Confidence::Likely,
        ..Hit::default()
    })
}

/// The number behind a dash, counted over the whole series.
pub(super) fn find(name: &Name<'_>) -> Option<Hit> {
    let has_group = name.stem.starts_with(['[', '【']);
    let (dash, numbers) = dashes(name.stem)
        .filter(|(dash, _)| *dash > 0)
        .find_map(|(dash, digits)| Some((dash, read(name.stem, digits)?)))?;
    let digits = name.stem[dash..numbers.end].trim_start_matches(|c: char| !c.is_ascii_digit());
    let width = digits.bytes().take_while(u8::is_ascii_digit).count();
    let looks_counted = width == 2 || (width > 1 && digits.starts_with('0'));
    if !has_group && (!looks_counted || is_year_next(&name.stem[numbers.end..])) {
        return None;
    }
    let (whole, decimal): (Vec<_>, Vec<_>) = numbers
        .episodes
        .into_iter()
        .partition(|number| matches!(number, EpisodeNumber::Single(_)));
    Some(Hit {
        span: dash..numbers.end,
        absolute: whole.iter().flat_map(EpisodeNumber::plain_numbers).collect(),
        episodes: decimal,
        version: numbers.version,
        confidence: Confidence::Likely,
        ..Hit::default()
    })
}

/// The dashes of a text from the left: where they begin, and where a digit follows.
fn dashes(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    text.char_indices().filter_map(move |(at, _)| {
        let dash = DASHES.iter().find(|dash| text[at..].starts_with(*dash))?;
        let digits = at + dash.len();
        text.as_bytes()
            .get(digits)?
            .is_ascii_digit()
            .then_some((at, digits))
    })
}

/// Numbers that end as an episode's do, and are no year.
fn read(text: &str, digits: usize) -> Option<numbers::Numbers> {
    let numbers = numbers::read(text, digits, Mark::E, None)?;
    let year = matches!(numbers.episodes.as_slice(), [EpisodeNumber::Single(1900..2200)]);
    let rest = &text[numbers.end..];
    let ends = rest.is_empty() || rest.starts_with(['[', '(', '【']) || separated(rest);
    (!year && ends).then_some(numbers)
}

/// A separator follows, and behind it no words that would make the number part of a title: a bracket, a
/// dash or the end.
fn separated(rest: &str) -> bool {
    let trimmed = rest.trim_start_matches([' ', '_', '.']);
    trimmed.len() < rest.len() && (trimmed.is_empty() || trimmed.starts_with(['[', '(', '-', '–', '【', '{']))
}

/// `Apollo - 13 (1995)` is a film.
fn is_year_next(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '_', '.', '(', '[']);
    scan::number(rest, 0, 4).is_some_and(|(year, _)| (1900..2200).contains(&year))
}
