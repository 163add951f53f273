//! A derived operation: the sums of a scope in the form that every operation has.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Name;
use super::tally::Tally;
use crate::progress::clock::Moment;
use crate::progress::percent::Percent;
use crate::progress::{Metadata, Progress, ProgressStatus, ProgressType, ids, keys};

/// The operation as it was last published.
#[derive(Debug, Default)]
pub(super) struct Derived {
    progress: Option<Arc<Progress>>,
}

impl Derived {
    /// The operation as it stands now and whether its status changed; `None` if nothing did. A scope where
    /// nothing ran yet has none.
    pub(super) fn refresh(
        &mut self,
        name: &Name,
        tally: &Tally,
        now: Moment,
    ) -> Option<(Arc<Progress>, bool)> {
        let status = status(tally);
        let before = self.progress.as_deref();
        if before.is_none() && status != ProgressStatus::InProgress {
            return None;
        }
        let started_at = before.map_or(now.wall, |before| before.started_at);
        let fresh = build(name, tally, status, started_at, now.wall);
        let same = before.is_some_and(|before| {
            (before.status, before.current, before.total) == (fresh.status, fresh.current, fresh.total)
                && before.metadata == fresh.metadata
        });
        if same {
            return None;
        }
        let changed = before.is_none_or(|before| before.status != status);
        let fresh = Arc::new(fresh);
        self.progress = Some(Arc::clone(&fresh));
        Some((fresh, changed))
    }
}

fn status(tally: &Tally) -> ProgressStatus {
    if tally.is_over() {
        ProgressStatus::Completed
    } else if tally.is_running() {
        ProgressStatus::InProgress
    } else {
        ProgressStatus::Waiting
    }
}

fn build(
    (serie_folder, season): &Name,
    tally: &Tally,
    status: ProgressStatus,
    started_at: Timestamp,
    updated_at: Timestamp,
) -> Progress {
    let (ended, failed, items) = tally.items();
    let measure = tally.measure();
    let (id, title, scope) = match season {
        Some(season) => (
            ids::season_id(serie_folder, *season),
            format!("{serie_folder}, season {season}"),
            "season",
        ),
        None => (ids::series_id(serie_folder), serie_folder.to_string(), "series"),
    };
    let mut metadata: Metadata = BTreeMap::from([
        (keys::SCOPE.to_owned(), scope.into()),
        (keys::SERIE_FOLDER.to_owned(), Value::from(&**serie_folder)),
        (keys::UNIT.to_owned(), measure.unit.into()),
        (
            keys::ITEMS.to_owned(),
            json!({ "ended": ended, "failed": failed, "total": items }),
        ),
    ]);
    if let Some(season) = season {
        metadata.insert(keys::SEASON.to_owned(), (*season).into());
    }
    if status == ProgressStatus::InProgress {
        metadata.insert(keys::SPEED.to_owned(), tally.speed().into());
    }
    if let Some(outlook) = tally.outlook() {
        metadata.insert(keys::ETA.to_owned(), outlook.likely.into());
        metadata.insert(keys::ETA_LOW.to_owned(), outlook.low.into());
        metadata.insert(keys::ETA_HIGH.to_owned(), outlook.high.into());
    }
    Progress {
        id,
        kind: ProgressType::Queue,
        status,
        title,
        message: format!("{ended} of {items}"),
        percent: measure.percent.map(Percent::value),
        current: measure.current,
        total: Some(measure.total),
        metadata,
        started_at,
        updated_at,
    }
}
