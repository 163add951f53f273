//! What a name says: the result of [`crate::parse`]. Knows nothing of how it was read.

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::EpisodeNumber;

/// How much a reading can be trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Nothing was recognised, or only a number that may mean anything.
    #[default]
    Unsure,
    /// A form that is nearly always meant this way.
    Likely,
    /// An explicit form such as `S01E02`.
    Certain,
}

/// One observation that led to the reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The rule that made it, such as `season_episode`.
    pub rule: &'static str,
    /// The part of the path that it saw.
    pub token: String,
}

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CivilDate {
    /// Year, 1900 to 2199.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31; exists in that month.
    pub day: u8,
}

impl CivilDate {
    /// The day, if there is such a day in the years 1900 to 2199.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1900..2200).contains(&year) && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }
}

impl From<CivilDate> for EpisodeNumber {
    fn from(date: CivilDate) -> Self {
        Self::Date {
            year: date.year,
            month: date.month,
            day: date.day,
        }
    }
}

/// Season and number of one file, in the form the rest of the program uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Numbering {
    /// The season; 0 for specials; `None` where the name does not say it.
    pub season: Option<u32>,
    /// The number in the season.
    pub number: EpisodeNumber,
}

/// Everything that a path says. Absent is `None` or empty, never a guess.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedName {
    /// The title of the series.
    pub series: Option<String>,
    /// The season; 0 for specials.
    pub season: Option<u32>,
    /// The seasons of a pack that holds several; empty otherwise.
    pub seasons: Vec<u32>,
    /// The episodes, rising; each a [`EpisodeNumber::Single`] or a [`EpisodeNumber::Decimal`].
    pub episodes: Vec<EpisodeNumber>,
    /// Numbers counted over the whole series instead of one season, rising.
    pub absolute: Vec<u32>,
    /// The day of a daily show.
    pub date: Option<CivilDate>,
    /// Whether it is outside the regular seasons.
    pub is_special: bool,
    /// Which sort of special, as written: `OVA`, `Special`.
    pub special: Option<String>,
    /// The title of the episode.
    pub title: Option<String>,
    /// The version, where the name says it (`v2`).
    pub version: Option<u32>,
    /// How much of this can be trusted.
    pub confidence: Confidence,
    /// What led to it, most telling first.
    pub evidence: Vec<Evidence>,
}

impl ParsedName {
    /// Season and number, or `None` when the name does not say them beyond doubt: nothing found,
    /// only a doubtful number, a pack, or episodes that do not follow each other.
    pub fn numbering(&self) -> Option<Numbering> {
        if self.confidence == Confidence::Unsure {
            return None;
        }
        let number = match self.episodes.as_slice() {
            [] => match (self.date, self.absolute.as_slice()) {
                (Some(date), _) => date.into(),
                (None, numbers) => run(numbers.iter().copied())?,
            },
            [one] => one.clone(),
            several => run(several.iter().filter_map(single))
                .filter(|_| several.iter().all(|n| single(n).is_some()))?,
        };
        Some(Numbering {
            season: self.season,
            number,
        })
    }
}

fn single(number: &EpisodeNumber) -> Option<u32> {
    match number {
        EpisodeNumber::Single(n) => Some(*n),
        _ => None,
    }
}

/// The number that stands for an unbroken run, `None` for none or with a gap.
fn run(mut numbers: impl Iterator<Item = u32>) -> Option<EpisodeNumber> {
    let first = numbers.next()?;
    let last = numbers.try_fold(first, |last, n| (last.checked_add(1) == Some(n)).then_some(n))?;
    Some(if first == last {
        EpisodeNumber::Single(first)
    } else {
        EpisodeNumber::Range { first, last }
    })
}

/// Episode numbers as JSON numbers: `7`, `9.5`.
struct Plain<'a>(&'a [EpisodeNumber]);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for number in self.0 {
            match number {
                EpisodeNumber::Decimal { .. } => {
                    list.serialize_element(&number.to_string().parse::<f64>().unwrap_or_default())?;
                }
                other => {
                    for n in other.plain_numbers() {
                        list.serialize_element(&n)?;
                    }
                }
            }
        }
        list.end()
    }
}

/// The form of the command line: absent is `null` or `[]`, the date `2024-02-29`.
impl Serialize for ParsedName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("ParsedName", 12)?;
        map.serialize_field("series", &self.series)?;
        map.serialize_field("season", &self.season)?;
        map.serialize_field("episodes", &Plain(&self.episodes))?;
        map.serialize_field("absolute", &self.absolute)?;
        map.serialize_field("date", &self.date.map(|day| EpisodeNumber::from(day).to_string()))?;
        map.serialize_field("special", &self.special)?;
        map.serialize_field("is_special", &self.is_special)?;
        map.serialize_field("seasons", &self.seasons)?;
        map.serialize_field("title", &self.title)?;
        map.serialize_field("version", &self.version)?;
        map.serialize_field("confidence", &self.confidence)?;
        map.serialize_field("evidence", &self.evidence)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_episodes(numbers: &[u32]) -> ParsedName {
        ParsedName {
            season: Some(1),
            episodes: numbers.iter().copied().map(EpisodeNumber::Single).collect(),
            confidence: Confidence::Certain,
            ..ParsedName::default()
        }
    }

    #[test]
    fn a_run_is_a_range_and_a_gap_is_no_numbering() {
        let range = with_episodes(&[2, 3, 4]).numbering();
        assert_eq!(
            range.map(|n| n.number),
            Some(EpisodeNumber::Range { first: 2, last: 4 })
        );
        assert_eq!(with_episodes(&[2, 4]).numbering(), None);
    }

    #[test]
    fn an_unsure_reading_has_no_numbering() {
        let unsure = ParsedName {
            confidence: Confidence::Unsure,
            ..with_episodes(&[2])
        };
        assert_eq!(unsure.numbering(), None);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(CivilDate::new(2024, 2, 29).is_some());
        assert!(CivilDate::new(2023, 2, 29).is_none());
        assert!(CivilDate::new(2024, 13, 1).is_none());
        assert!(CivilDate::new(1899, 1, 1).is_none());
    }

    #[test]
    fn the_json_form_names_every_field() {
        let name = ParsedName {
            episodes: vec![EpisodeNumber::Decimal {
                whole: 9,
                fraction: "5".to_owned(),
            }],
            date: CivilDate::new(2024, 2, 29),
            confidence: Confidence::Likely,
            ..ParsedName::default()
        };
        assert_eq!(
            serde_json::to_value(&name).unwrap(),
            serde_json::json!({
                "series": null, "season": null, "episodes": [9.5], "absolute": [], "date": "2024-02-29",
                "special": null, "is_special": false, "seasons": [], "title": null, "version": null,
                "confidence": "likely", "evidence": []
            })
        );
    }
}
