//! Between columns and values: the texts of enums, instants, numbers, labels, assets.

use aniworld_core::events::EpisodeLabel;
use aniworld_core::ledger::EpisodeState;
use aniworld_core::names::EpisodeNumber;
use aniworld_core::source::{Asset, EpisodeKind, SourceKind};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreFailure;
use crate::downloads::JobState;
use crate::history::HistoryOutcome;
use crate::progress::ProgressType;

/// A value of a column that this program did not write.
fn foreign<E>(error: E) -> rusqlite::Error
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
}

/// JSON for a column.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreFailure> {
    serde_json::to_string(value).map_err(|error| StoreFailure(error.to_string()))
}

/// A column with JSON.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(foreign)
}

/// A column with JSON or null.
pub(super) fn from_json_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(foreign))
        .transpose()
}

/// A column that holds something whose text form parses.
pub(super) fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    row.get::<_, String>(column)?.parse().map_err(foreign)
}

/// The same or null.
pub(super) fn parsed_or_null<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(foreign)).transpose()
}

/// Milliseconds since 1970.
pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The current instant as a column holds it.
pub(super) fn now() -> i64 {
    millis(Timestamp::now())
}

/// An instant or null.
pub(super) fn instant_or_null(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let at: Option<i64> = row.get(column)?;
    at.map(|at| Timestamp::from_millisecond(at).map_err(foreign))
        .transpose()
}

/// An instant.
pub(super) fn instant(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(row.get(column)?).map_err(foreign)
}

/// Bytes and counts: SQLite's integers are signed.
pub(super) fn unsigned(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(foreign)
}

/// The same or null.
pub(super) fn unsigned_or_null(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<u64>> {
    let value: Option<i64> = row.get(column)?;
    value
        .map(|value| u64::try_from(value).map_err(foreign))
        .transpose()
}

/// Bytes for a column; more than 2^63 bytes do not exist.
pub(super) fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The columns `serie_folder, series, season, number, title, version`.
pub(super) fn label(row: &Row<'_>) -> rusqlite::Result<EpisodeLabel> {
    Ok(EpisodeLabel {
        serie_folder: row.get("serie_folder")?,
        series: row.get("series")?,
        season: row.get("season")?,
        number: parsed::<EpisodeNumber>(row, "number")?,
        title: row.get("title")?,
        version: row.get("version")?,
    })
}

/// The columns `url, mime, size, extension, sha256`.
pub(super) fn asset(row: &Row<'_>) -> rusqlite::Result<Asset> {
    Ok(Asset {
        url: parsed(row, "url")?,
        mime: row.get("mime")?,
        size: from_json(row, "size")?,
        extension: row.get("extension")?,
        sha256: row.get("sha256")?,
    })
}

/// The column `air_date`.
pub(super) fn air_date(row: &Row<'_>) -> rusqlite::Result<Option<Date>> {
    parsed_or_null(row, "air_date")
}

/// An enum whose values are words in a column.
pub(super) trait Word: Sized + Copy + 'static {
    /// All values.
    const ALL: &'static [Self];

    /// The word of a value; each has its own.
    fn word(self) -> &'static str;

    /// The value of a column.
    fn of(row: &Row<'_>, column: &str) -> rusqlite::Result<Self> {
        let text: String = row.get(column)?;
        let found = Self::ALL.iter().find(|value| value.word() == text);
        found
            .copied()
            .ok_or_else(|| foreign(format!("{text:?} in {column}")))
    }
}

impl Word for EpisodeState {
    const ALL: &'static [Self] = &[Self::Have, Self::Missing, Self::Gone];

    fn word(self) -> &'static str {
        match self {
            Self::Have => "have",
            Self::Missing => "missing",
            Self::Gone => "gone",
        }
    }
}

impl Word for SourceKind {
    const ALL: &'static [Self] = &[Self::Directory, Self::Feed];

    fn word(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Feed => "feed",
        }
    }
}

impl Word for EpisodeKind {
    const ALL: &'static [Self] = &[Self::Regular, Self::Special, Self::Trailer, Self::Bonus];

    fn word(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Special => "special",
            Self::Trailer => "trailer",
            Self::Bonus => "bonus",
        }
    }
}

impl Word for ProgressType {
    const ALL: &'static [Self] = &ProgressType::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for HistoryOutcome {
    const ALL: &'static [Self] = &HistoryOutcome::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

impl Word for JobState {
    const ALL: &'static [Self] = &JobState::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_a_job_has_its_own_word() {
        let words: std::collections::BTreeSet<&str> =
            JobState::ALL.iter().map(|state| state.word()).collect();
        assert_eq!(words.len(), JobState::ALL.len());
    }
}
