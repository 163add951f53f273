//! The list of episode numbers behind a mark: `02`, `02-03`, `02E03`, `02-E04`, `09.5`, `02v2`.

use super::scan;
use crate::EpisodeNumber;

/// A longer run in one name is no run of episodes but something else.
const LONGEST_RUN: u32 = 200;

/// Fractions that are picture heights in dotted names.
const HEIGHTS: &[&str] = &["360", "480", "540", "576", "720", "1080", "1440", "2160", "4320"];

/// Numbers read from a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) episodes: Vec<EpisodeNumber>,
    pub(super) version: Option<u32>,
    pub(super) end: usize,
}

/// Which mark stands between season and episode, and so between further episodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `e`, `ep`.
    E,
    /// `x`.
    X,
}

/// Reads the numbers that begin with a digit at `at`. A season is given where the name says one, so
/// that it may be repeated (`S01E01-S01E02`).
pub(super) fn read(text: &str, at: usize, mark: Mark, season: Option<u32>) -> Option<Numbers> {
    let (first, mut end) = scan::number(text, at, 4)?;
    if let Some((fraction, end)) = fraction(text, end) {
        let number = EpisodeNumber::Decimal {
            whole: first,
            fraction: fraction.to_owned(),
        };
        return Some(Numbers {
            episodes: vec![number],
            version: None,
            end,
        });
    }
    let mut plain = vec![first];
    let mut last = first;
    while let Some((numbers, behind)) = further(text, end, mark, season, last) {
        last = *numbers.end();
        plain.extend(numbers);
        end = behind;
    }
    let version = scan::version(text, end);
    Some(Numbers {
        episodes: plain.into_iter().map(EpisodeNumber::Single).collect(),
        version: version.map(|(version, _)| version),
        end: version.map_or(end, |(_, end)| end),
    })
}

/// The fraction of `9.5`. In `S01E09.5.1.x264` the 5.1 is sound, in `S01E09.720p` a height.
fn fraction(text: &str, at: usize) -> Option<(&str, usize)> {
    if text.as_bytes().get(at) != Some(&b'.') {
        return None;
    }
    let (_, end) = scan::number(text, at + 1, 9)?;
    let digits = &text[at + 1..end];
    let rest = &text[end..];
    let plausible = match rest.chars().next() {
        None | Some(' ' | '_' | '[' | '(') => !HEIGHTS.contains(&digits),
        // inside a dotted name only the usual recap form is clear enough
        Some('.') => digits == "5" && scan::number(rest, 1, 1).is_none_or(|(channel, _)| channel != 1),
        Some(_) => false,
    };
    plausible.then_some((digits, end))
}

/// The numbers that follow `last` in the same token, and the end of them.
fn further(
    text: &str,
    at: usize,
    mark: Mark,
    season: Option<u32>,
    last: u32,
) -> Option<(std::ops::RangeInclusive<u32>, usize)> {
    let joint_end = scan::skip(text, at, b" ._-~+&,", 3);
    let joint = &text[at..joint_end];
    let is_run = joint.contains(['-', '~']);
    let behind_season = repeated_season(text, joint_end, season);
    // ".x264" behind an episode is a codec, ".1x03" is not
    let close = matches!(joint, "" | "-") || behind_season.is_some();
    let digits = marked(text, behind_season.unwrap_or(joint_end), mark, close);
    let (number, end) = match digits {
        Some(at) => scan::number(text, at, 4)?,
        None if behind_season.is_none() && matches!(joint, "-" | "~" | "+" | "&") => bare(text, joint_end)?,
        None => return None,
    };
    let longest = last.saturating_add(LONGEST_RUN);
    let from = if is_run { last.saturating_add(1) } else { number };
    (number > last && number <= longest).then_some((from..=number, end))
}

/// The position behind `S01` (or the `1` of `1x02`), when that season is the one already read.
fn repeated_season(text: &str, at: usize, season: Option<u32>) -> Option<usize> {
    let digits = if scan::letter(text, at) == b's' {
        at + 1
    } else {
        at
    };
    let (again, end) = scan::number(text, digits, 4)?;
    (Some(again) == season && matches!(scan::letter(text, end), b'e' | b'x')).then_some(end)
}

/// The position of the digits behind a mark. An `x` counts only where it stands close to the last number.
fn marked(text: &str, at: usize, mark: Mark, close: bool) -> Option<usize> {
    let behind = match (scan::letter(text, at), mark) {
        (b'e', _) if scan::letter(text, at + 1) == b'p' => at + 2,
        (b'e', _) => at + 1,
        (b'x', Mark::X) if close => at + 1,
        _ => return None,
    };
    text.as_bytes().get(behind)?.is_ascii_digit().then_some(behind)
}

/// A number without a mark, as in `S01E01-02`: two or three digits and nothing stuck to them.
fn bare(text: &str, at: usize) -> Option<(u32, usize)> {
    let (number, end) = scan::number(text, at, 3)?;
    (end - at >= 2 && scan::ends_word(text, end)).then_some((number, end))
}
