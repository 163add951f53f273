//! Takes one reading of a source: offers that came, changed, and went from a complete listing.

use std::collections::{BTreeSet, HashMap};

use aniworld_core::source::{Completeness, Listing, OfferedEpisode, OfferedSeries, SourceId};
use rusqlite::{Transaction, params};

use super::rows::{Word, json, now};
use super::{StoreFailure, ledger, matching};

/// Offers keep their row by their key, whatever their numbers become.
pub(super) fn store(tx: &Transaction<'_>, source: SourceId, listing: &Listing) -> Result<(), StoreFailure> {
    let mut unseen = known_offers(tx, source)?;
    let mut touched = BTreeSet::new();
    for offered in listing
        .series
        .iter()
        .filter(|offered| !offered.episodes.is_empty())
    {
        let series = matching::for_offer(tx, source, offered)?;
        bind(tx, source, series, offered)?;
        for episode in &offered.episodes {
            // an offer that moved to another series changes the ledger of both
            touched.extend(unseen.remove(&episode.key).filter(|before| *before != series));
            if put(tx, source, series, episode)? {
                touched.insert(series);
            }
        }
    }
    if listing.completeness == Completeness::Complete {
        let mut gone =
            tx.prepare_cached("UPDATE offer SET gone = 1 WHERE source_id = ?1 AND key = ?2 AND gone = 0")?;
        for (key, series) in unseen {
            if gone.execute(params![source.0, key])? > 0 {
                touched.insert(series);
            }
        }
    }
    ledger::recompute(tx, touched)?;
    matching::prune(tx)?;
    tx.execute(
        "UPDATE source SET completeness = ?2, last_read_at = ?3, error = NULL WHERE id = ?1",
        params![source.0, json(&listing.completeness)?, now()],
    )?;
    Ok(())
}

fn known_offers(tx: &Transaction<'_>, source: SourceId) -> Result<HashMap<String, i64>, StoreFailure> {
    let mut statement = tx.prepare_cached("SELECT key, series_id FROM offer WHERE source_id = ?1")?;
    let rows = statement.query_map([source.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn bind(
    tx: &Transaction<'_>,
    source: SourceId,
    series: i64,
    offered: &OfferedSeries,
) -> Result<(), StoreFailure> {
    tx.prepare_cached(
        "INSERT INTO source_series (source_id, key, series_id, title, description) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (source_id, key) DO UPDATE SET title = ?4, description = ?5",
    )?
    .execute(params![
        source.0,
        offered.key,
        series,
        offered.title,
        offered.description
    ])?;
    Ok(())
}

/// `true` if the offer is new or not as it was.
fn put(
    tx: &Transaction<'_>,
    source: SourceId,
    series: i64,
    episode: &OfferedEpisode,
) -> Result<bool, StoreFailure> {
    let asset = &episode.asset;
    let changed = tx
        .prepare_cached(
            "INSERT INTO offer (source_id, key, series_id, season, number, kind, title, air_date, url, mime, size,
                                extension, sha256, first_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (source_id, key) DO UPDATE SET series_id = ?3, season = ?4, number = ?5, kind = ?6,
                 title = ?7, air_date = ?8, url = ?9, mime = ?10, size = ?11, extension = ?12, sha256 = ?13, gone = 0
             WHERE (series_id, season, number, kind, title, air_date, url, mime, size, extension, sha256, gone)
                   IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0)",
        )?
        .execute(params![
            source.0,
            episode.key,
            series,
            episode.season,
            episode.number.as_ref().map(ToString::to_string),
            episode.kind.word(),
            episode.title,
            episode.air_date.map(|day| day.to_string()),
            asset.url.as_str(),
            asset.mime,
            json(&asset.size)?,
            asset.extension,
            asset.sha256,
            now()
        ])?;
    Ok(changed > 0)
}
