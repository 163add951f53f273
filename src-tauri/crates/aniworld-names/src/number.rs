//! The number of an episode: exact, printable and parseable without loss.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The number of an episode inside its season.
///
/// Written `7`, `9.5`, `2-3` or `2024-02-29`; [`fmt::Display`] and [`FromStr`] are inverse.
/// The fraction of a decimal is kept as written, because `9.10` is not `9.1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum EpisodeNumber {
    /// A plain number.
    Single(u32),
    /// A number between two episodes, such as `9.5`.
    Decimal {
        /// The digits before the point.
        whole: u32,
        /// The digits behind it, as written.
        fraction: String,
    },
    /// One file that holds several episodes, both ends included.
    Range {
        /// The first episode.
        first: u32,
        /// The last one, greater than the first.
        last: u32,
    },
    /// The day of a daily show.
    Date {
        /// Year, 1900 to 2199.
        year: u16,
        /// Month, 1 to 12.
        month: u8,
        /// Day, 1 to 31.
        day: u8,
    },
}

/// A text that is no episode number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no episode number: expected 7, 9.5, 2-3 or 2024-02-29")]
pub struct ParseNumberError(String);

impl EpisodeNumber {
    /// The plain numbers that this one covers: none for a decimal or a date.
    pub fn plain_numbers(&self) -> std::ops::RangeInclusive<u32> {
        match self {
            Self::Single(n) => *n..=*n,
            Self::Range { first, last } => *first..=*last,
            #[expect(clippy::reversed_empty_ranges, reason = "the empty range is meant")]
            Self::Decimal { .. } | Self::Date { .. } => 1..=0,
        }
    }

    /// Whether a file with this number holds the episode `other`.
    pub fn covers(&self, other: &Self) -> bool {
        self == other || {
            let (mine, theirs) = (self.plain_numbers(), other.plain_numbers());
            !theirs.is_empty() && mine.contains(theirs.start()) && mine.contains(theirs.end())
        }
    }
}

impl fmt::Display for EpisodeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(n) => write!(f, "{n}"),
            Self::Decimal { whole, fraction } => write!(f, "{whole}.{fraction}"),
            Self::Range { first, last } => write!(f, "{first}-{last}"),
            Self::Date { year, month, day } => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl FromStr for EpisodeNumber {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| ParseNumberError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<EpisodeNumber> {
    let digits =
        |s: &str| (!s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u32>().ok())?;
    if let Some((whole, fraction)) = text.split_once('.') {
        digits(fraction)?;
        return Some(EpisodeNumber::Decimal {
            whole: digits(whole)?,
            fraction: fraction.to_owned(),
        });
    }
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [one] => digits(one).map(EpisodeNumber::Single),
        [first, last] => {
            let (first, last) = (digits(first)?, digits(last)?);
            (first < last).then_some(EpisodeNumber::Range { first, last })
        }
        [year, month, day] => {
            let year = u16::try_from(digits(year)?)
                .ok()
                .filter(|y| (1900..2200).contains(y))?;
            let month = u8::try_from(digits(month)?)
                .ok()
                .filter(|m| (1..=12).contains(m))?;
            let day = u8::try_from(digits(day)?).ok().filter(|d| (1..=31).contains(d))?;
            Some(EpisodeNumber::Date { year, month, day })
        }
        _ => None,
    }
}

impl From<EpisodeNumber> for String {
    fn from(number: EpisodeNumber) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for EpisodeNumber {
    type Error = ParseNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
