//! What a person typed, such as `night trains S01E02`, as a selection.

use aniworld_core::names::{EpisodeNumber, title_key};
use rusqlite::{OptionalExtension, Transaction, params};

use super::text::fold;
use super::{EpisodeId, SeriesId, Store, StoreFailure};
use crate::downloads::Selection;

/// Titles that an error offers at most.
const SUGGESTIONS: usize = 5;

/// A text that names nothing in the library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No series, season, episode or key is called so.
    #[error("nothing in the library is called {text:?}{}", .close.suggestion())]
    Unknown {
        /// What was asked for.
        text: String,
        /// What comes close.
        close: Close,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// Titles and seasons that resemble what was asked for, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Close(pub Vec<String>);

impl Close {
    fn suggestion(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let quoted: Vec<String> = self.0.iter().map(|title| format!("{title:?}")).collect();
        format!("; did you mean {}?", quoted.join(" or "))
    }
}

/// The part behind the title.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tail {
    Season(u32),
    Episode(u32, EpisodeNumber),
}

impl Store {
    /// `SERIES`, `SERIES S01`, `SERIES S01E02`, or the key of an offer. Without regard to case; a whole
    /// title wins over a title with a season behind it.
    pub fn resolve_selection(&self, text: &str) -> Result<Selection, SelectionError> {
        let text = text.trim();
        let found = self.read(|tx| {
            if let Some(series) = series_called(tx, text)? {
                return Ok(Ok(Selection::Series(series)));
            }
            if let Some((title, tail)) = split(text)
                && let Some(series) = series_called(tx, title)?
            {
                return Ok(match within(tx, series, &tail)? {
                    Some(selection) => Ok(selection),
                    None => Err(seasons(tx, series)?),
                });
            }
            if let Some(episode) = episode_of_key(tx, text)? {
                return Ok(Ok(Selection::Episode(episode)));
            }
            let title = split(text).map_or(text, |(title, _)| title);
            Ok(Err(close_titles(tx, title)?))
        })?;
        found.map_err(|close| SelectionError::Unknown {
            text: text.to_owned(),
            close: Close(close),
        })
    }
}

/// `Night Trains s01e02-e03` -> the title and what stands behind it.
fn split(text: &str) -> Option<(&str, Tail)> {
    let (title, tail) = text.rsplit_once(char::is_whitespace)?;
    let tail = tail.to_ascii_lowercase();
    let rest = tail.strip_prefix('s')?;
    let tail = match rest.split_once('e') {
        Some((season, number)) => {
            // `02-e03` and `02` are written without the letters and zeros in the store
            let plain = number.replace('e', "");
            Tail::Episode(season.parse().ok()?, without_zeros(&plain)?.parse().ok()?)
        }
        None => Tail::Season(rest.parse().ok()?),
    };
    Some((title.trim_end(), tail))
}

fn without_zeros(number: &str) -> Option<String> {
    let parts: Option<Vec<String>> = number
        .split('-')
        .map(|part| match part.split_once('.') {
            Some((whole, fraction)) => Some(format!("{}.{fraction}", whole.parse::<u32>().ok()?)),
            None => Some(part.parse::<u32>().ok()?.to_string()),
        })
        .collect();
    Some(parts?.join("-"))
}

fn series_called(tx: &Transaction<'_>, text: &str) -> Result<Option<SeriesId>, StoreFailure> {
    let sql = "SELECT id FROM series WHERE folded = ?1 OR lower(folder) = lower(?2) OR title_key = ?3
        ORDER BY folder = ?2 DESC, title = ?2 DESC, folded = ?1 DESC, id LIMIT 1";
    let row = tx
        .prepare_cached(sql)?
        .query_row(params![fold(text), text, title_key(text)], |row| row.get(0));
    Ok(row.optional()?.map(SeriesId))
}

fn within(tx: &Transaction<'_>, series: SeriesId, tail: &Tail) -> Result<Option<Selection>, StoreFailure> {
    match tail {
        Tail::Season(season) => {
            let known: bool = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM episode WHERE series_id = ?1 AND season = ?2)",
                params![series.0, season],
                |row| row.get(0),
            )?;
            Ok(known.then_some(Selection::Season(series, *season)))
        }
        Tail::Episode(season, number) => {
            let row = tx.query_row(
                "SELECT id FROM episode WHERE series_id = ?1 AND season = ?2 AND number = ?3
                 ORDER BY state = 'missing' DESC, version LIMIT 1",
                params![series.0, season, number.to_string()],
                |row| row.get(0),
            );
            Ok(row.optional()?.map(|id| Selection::Episode(EpisodeId(id))))
        }
    }
}

fn episode_of_key(tx: &Transaction<'_>, key: &str) -> Result<Option<EpisodeId>, StoreFailure> {
    let sql = "SELECT e.id FROM episode e JOIN offer o ON o.id = e.offer_id
        WHERE o.key = ?1 ORDER BY e.state = 'missing' DESC, e.id LIMIT 1";
    let row = tx.query_row(sql, [key], |row| row.get(0));
    Ok(row.optional()?.map(EpisodeId))
}

/// What can be asked for in a series that has not what was asked for.
fn seasons(tx: &Transaction<'_>, series: SeriesId) -> Result<Vec<String>, StoreFailure> {
    let sql = "SELECT DISTINCT s.title, e.season FROM episode e JOIN series s ON s.id = e.series_id
        WHERE s.id = ?1 ORDER BY e.season = 0, e.season";
    let mut statement = tx.prepare(sql)?;
    let rows = statement.query_map([series.0], |row| {
        Ok(format!(
            "{} S{:02}",
            row.get::<_, String>(0)?,
            row.get::<_, u32>(1)?
        ))
    })?;
    Ok(rows.take(SUGGESTIONS).collect::<Result<_, _>>()?)
}

/// Titles that share a word, or differ by few letters.
fn close_titles(tx: &Transaction<'_>, text: &str) -> Result<Vec<String>, StoreFailure> {
    let asked = fold(text);
    let mut statement = tx.prepare("SELECT title, folded FROM series ORDER BY folded")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut ranked = Vec::new();
    for row in rows {
        let (title, folded) = row?;
        let distance = distance(&asked, &folded);
        let related = folded.contains(&asked) || asked.contains(&folded);
        if related || distance <= asked.chars().count() / 3 {
            ranked.push((!related, distance, title));
        }
    }
    ranked.sort();
    Ok(ranked
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(_, _, title)| title)
        .collect())
}

/// Letters to add, drop or change to make one text the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_split_from_season_and_episode() {
        let number = |text: &str| text.parse().unwrap();
        assert_eq!(split("Night Trains S01"), Some(("Night Trains", Tail::Season(1))));
        assert_eq!(
            split("night trains s00e9.5"),
            Some(("night trains", Tail::Episode(0, number("9.5"))))
        );
        assert_eq!(
            split("Night Trains S01E02-E03"),
            Some(("Night Trains", Tail::Episode(1, number("2-3"))))
        );
        for plain in [
            "Night Trains",
            "S01",
            "Night Trains Sx",
            "Night Trains S01E",
            "Night Trains S",
        ] {
            assert_eq!(split(plain), None, "{plain}");
        }
    }

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("night trains", "night trains"), 0);
        assert_eq!(distance("nigth trains", "night trains"), 2);
        assert_eq!(distance("", "abc"), 3);
    }
}
