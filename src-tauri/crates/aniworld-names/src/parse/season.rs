//! Season marks without an episode: `S02`, `Season 2`, `2nd Season`, `S01-S03`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::scan;

/// "Season" in the languages that name folders.
pub(super) const SEASON_WORDS: &str = "season|series|saison|staffel|temporada|stagione|seizoen|sezon|sezona|säsong|\
                                       sæson|sesong|kausi|сезон";

/// No collection has more seasons in one pack.
const LONGEST_RUN: u32 = 60;

/// A season mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SeasonMark {
    pub(super) span: Range<usize>,
    /// At least one.
    pub(super) seasons: Vec<u32>,
}

static WORDED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?i)(?:^|[\W_])((?:(?:{SEASON_WORDS})s?[ ._#-]{{0,3}}([0-9]{{1,4}})(?:[ ._]?(?:-|–|to|&|\+)[ ._]?([0-9]{{1,2}}))?|([0-9]{{1,2}})(?:st|nd|rd|th|\.)[ ._]?(?:{SEASON_WORDS})))(?:$|[\W_])"
    );
    #[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
    Regex::new(&pattern).unwrap()
});

/// The first season mark of a text.
pub(super) fn find(text: &str) -> Option<SeasonMark> {
    short(text).or_else(|| worded(text))
}

fn short(text: &str) -> Option<SeasonMark> {
    let starts = text.bytes().enumerate().filter(|(_, b)| matches!(b, b's' | b'S'));
    starts.map(|(at, _)| at).find_map(|at| short_at(text, at))
}

fn short_at(text: &str, at: usize) -> Option<SeasonMark> {
    if !scan::starts_word(text, at) {
        return None;
    }
    let (first, mut end) = scan::number(text, at + 1, 2)?;
    let mut last = first;
    let joint = scan::skip(text, end, b"-", 1);
    let digits = if scan::letter(text, joint) == b's' {
        joint + 1
    } else {
        joint
    };
    if joint > end
        && let Some((number, behind)) = scan::number(text, digits, 2)
        && number > first
    {
        (last, end) = (number, behind);
    }
    scan::ends_word(text, end).then(|| SeasonMark {
        span: at..end,
        seasons: (first..=last).collect(),
    })
}

fn worded(text: &str) -> Option<SeasonMark> {
    let found = WORDED.captures(text)?;
    let number = |group| found.get(group).and_then(|m| m.as_str().parse::<u32>().ok());
    let first = number(2).or_else(|| number(4))?;
    let last = number(3).filter(|last| (first..first.saturating_add(LONGEST_RUN)).contains(last));
    Some(SeasonMark {
        span: found.get(1)?.range(),
        seasons: (first..=last.unwrap_or(first)).collect(),
    })
}
