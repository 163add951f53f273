//! Which episodes of a selection become jobs, with everything a job copies from the ledger.

use aniworld_core::events::EpisodeLabel;
use aniworld_core::source::{Asset, AssetSize};
use rusqlite::{Row, params};

use super::rows::{asset, label};
use super::{EpisodeId, SeriesId, Store, StoreFailure};
use crate::downloads::Selection;

/// A job to be: complete without the ledger and the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewJob {
    pub(crate) series: SeriesId,
    pub(crate) episode: EpisodeId,
    pub(crate) label: EpisodeLabel,
    /// The name of the source.
    pub(crate) source: String,
    pub(crate) asset: Asset,
}

impl NewJob {
    /// Its size, as far as the source says it.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self.asset.size {
            AssetSize::Exact(bytes) | AssetSize::Approx(bytes) => Some(bytes),
            AssetSize::Unknown => None,
        }
    }
}

/// `SELECT` of the columns that [`new_job`] reads, for missing episodes that a source offers.
const MISSING: &str = "SELECT e.id AS episode_id, e.series_id, e.season, e.number, e.version, e.title,
        s.folder AS serie_folder, s.title AS series, src.name AS source,
        o.url, o.mime, o.size, o.extension, o.sha256
    FROM series s
    JOIN episode e ON e.series_id = s.id AND e.state = 'missing'
    JOIN offer o ON o.id = e.offer_id
    JOIN source src ON src.id = o.source_id";

/// Library order: series by title, specials last, then numbers and versions.
const ORDER: &str = "ORDER BY s.folded, s.id, e.season = 0, e.season, e.number_sort, e.version";

impl Store {
    /// The missing episodes of a selection as jobs, in library order.
    pub(crate) fn new_jobs(&self, selection: Selection) -> Result<Vec<NewJob>, StoreFailure> {
        let (condition, first, second) = match selection {
            Selection::Episode(id) => ("WHERE e.id = ?1 AND ?2 = 0", id.0, 0),
            Selection::Season(series, season) => {
                ("WHERE s.id = ?1 AND e.season = ?2", series.0, i64::from(season))
            }
            Selection::Series(series) => ("WHERE s.id = ?1 AND ?2 = 0", series.0, 0),
            Selection::All => ("WHERE ?1 = ?2", 0, 0),
        };
        self.read(|tx| {
            let mut statement = tx.prepare(&format!("{MISSING} {condition} {ORDER}"))?;
            let rows = statement.query_map(params![first, second], new_job)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn new_job(row: &Row<'_>) -> rusqlite::Result<NewJob> {
    Ok(NewJob {
        series: SeriesId(row.get("series_id")?),
        episode: EpisodeId(row.get("episode_id")?),
        label: label(row)?,
        source: row.get("source")?,
        asset: asset(row)?,
    })
}
