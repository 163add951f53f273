//! Episodes as lists show them: of one series, missing ones of a selection, those of a source.

use aniworld_core::source::{AssetSize, SourceId};
use rusqlite::{OptionalExtension, Params, Row, Transaction, params};

use super::rows::{Word, air_date, from_json_or_null, label, unsigned_or_null};
use super::{EpisodeId, EpisodeView, SeriesId, SeriesView, Store, StoreFailure, series_list};
use crate::downloads::{JobId, Selection};

/// The columns that [`episode`] reads. The newest job is the one with the highest number.
const EPISODES: &str = "SELECT e.id, e.season, e.number, e.version, e.title, e.air_date, e.state,
        s.folder AS serie_folder, s.title AS series,
        f.relative, f.bytes, o.key AS offer_key, o.size, src.name AS source,
        j.id AS job_id, j.state AS job_state
    FROM episode e
    JOIN series s ON s.id = e.series_id
    LEFT JOIN file f ON f.id = e.file_id
    LEFT JOIN offer o ON o.id = e.offer_id
    LEFT JOIN source src ON src.id = o.source_id
    LEFT JOIN job j ON j.id = (SELECT max(id) FROM job WHERE episode_id = e.id)";

/// Specials last, then numbers and versions.
const ORDER: &str = "e.season = 0, e.season, e.number_sort, e.version";

impl Store {
    /// One series with its episodes.
    pub fn series_view(&self, id: SeriesId) -> Result<Option<SeriesView>, StoreFailure> {
        self.read(|tx| {
            let Some(summary) = series_list::one(tx, id)? else {
                return Ok(None);
            };
            Ok(Some(SeriesView {
                summary,
                description: description(tx, id)?,
                sources: sources(tx, id)?,
                episodes: episodes(tx, "WHERE e.series_id = ?1", ORDER, [id.0])?,
            }))
        })
    }

    /// Missing episodes of a selection, in library order.
    pub fn missing(&self, selection: Selection) -> Result<Vec<EpisodeView>, StoreFailure> {
        let (condition, first, second) = match selection {
            Selection::Episode(id) => ("e.id = ?1 AND ?2 = 0", id.0, 0),
            Selection::Season(series, season) => {
                ("e.series_id = ?1 AND e.season = ?2", series.0, i64::from(season))
            }
            Selection::Series(series) => ("e.series_id = ?1 AND ?2 = 0", series.0, 0),
            Selection::All => ("?1 = ?2", 0, 0),
        };
        let condition = format!("WHERE e.state = 'missing' AND {condition}");
        let order = format!("s.folded, s.id, {ORDER}");
        self.read(|tx| episodes(tx, &condition, &order, params![first, second]))
    }

    /// The episodes that one source offers now and that have a place in the ledger.
    pub fn source_episodes(&self, id: SourceId) -> Result<Vec<EpisodeView>, StoreFailure> {
        let condition = "WHERE e.id IN (
            SELECT coalesce(
                (SELECT min(id) FROM episode WHERE offer_id = offered.id),
                (SELECT min(id) FROM episode WHERE series_id = offered.series_id
                    AND season = coalesce(offered.season, 1) AND number = offered.number AND version = 1))
            FROM offer offered WHERE offered.source_id = ?1 AND offered.gone = 0)";
        let order = format!("s.folded, s.id, {ORDER}");
        self.read(|tx| episodes(tx, condition, &order, [id.0]))
    }
}

fn episodes(
    tx: &Transaction<'_>,
    condition: &str,
    order: &str,
    params: impl Params,
) -> Result<Vec<EpisodeView>, StoreFailure> {
    let mut statement = tx.prepare_cached(&format!("{EPISODES} {condition} ORDER BY {order}"))?;
    let rows = statement.query_map(params, episode)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn episode(row: &Row<'_>) -> rusqlite::Result<EpisodeView> {
    let offered = match from_json_or_null::<AssetSize>(row, "size")? {
        Some(AssetSize::Exact(bytes) | AssetSize::Approx(bytes)) => Some(bytes),
        Some(AssetSize::Unknown) | None => None,
    };
    let job = match row.get::<_, Option<i64>>("job_id")? {
        Some(id) => Some((JobId(id), Word::of(row, "job_state")?)),
        None => None,
    };
    Ok(EpisodeView {
        id: EpisodeId(row.get("id")?),
        label: label(row)?,
        air_date: air_date(row)?,
        state: Word::of(row, "state")?,
        job,
        bytes: unsigned_or_null(row, "bytes")?.or(offered),
        file: row.get("relative")?,
        source: row.get("source")?,
        offer_key: row.get("offer_key")?,
    })
}

/// From the source that was added first.
fn description(tx: &Transaction<'_>, id: SeriesId) -> Result<Option<String>, StoreFailure> {
    let sql = "SELECT description FROM source_series WHERE series_id = ?1 AND description IS NOT NULL
        ORDER BY source_id LIMIT 1";
    Ok(tx
        .prepare_cached(sql)?
        .query_row([id.0], |row| row.get(0))
        .optional()?)
}

fn sources(tx: &Transaction<'_>, id: SeriesId) -> Result<Vec<String>, StoreFailure> {
    let mut statement = tx.prepare_cached(
        "SELECT name FROM source WHERE id IN (SELECT source_id FROM offer WHERE series_id = ?1 AND gone = 0)
         ORDER BY id",
    )?;
    let names = statement.query_map([id.0], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
