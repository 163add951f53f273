//! A derived operation: the sums of a scope in the form that every operation has.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::tally::{Items, Measure, Outlook, Tally};
use super::Name;
use crate::progress::clock::Moment;
use crate::progress::percent::Percent;
use crate::progress::{Metadata, Progress, ProgressStatus, ProgressType, ids, keys};

/// An operation as it stands now, and whether its status changed.
pub(super) type Fresh = (Arc<Progress>, bool);

/// The operation as it was last published.
#[derive(Debug, Default)]
pub(super) struct Derived {
    progress: Option<Arc<Progress>>,
}

impl Derived {
    /// The operation of a season or a series as it stands now; `None` if nothing changed. A scope where nothing
    /// ran yet has none.
    pub(super) fn refresh(&mut self, name: &Name, tally: &Tally, now: Moment) -> Option<Fresh> {
        let status = status(tally);
        self.begins(status)
            .then(|| self.publish(build(name, tally, status, now)))?
    }

    /// Whether there is an operation, now that this is its status: it begins with something that runs.
    pub(super) fn begins(&self, status: ProgressStatus) -> bool {
        self.progress.is_some() || status == ProgressStatus::InProgress
    }

    /// The operation as it was last published.
    pub(super) fn last(&self) -> Option<&Progress> {
        self.progress.as_deref()
    }

    /// Takes the operation as it stands now; `None` if nothing changed.
    pub(super) fn publish(&mut self, mut fresh: Progress) -> Option<Fresh> {
        let before = self.progress.as_deref();
        if let Some(before) = before {
            fresh.started_at = before.started_at;
            let figures = |it: &Progress| (it.status, it.percent, it.current, it.total);
            let same = figures(before) == figures(&fresh) && before.message == fresh.message;
            if same && before.metadata == fresh.metadata {
                return None;
            }
        }
        let changed = before.is_none_or(|before| before.status != fresh.status);
        let fresh = Arc::new(fresh);
        self.progress = Some(Arc::clone(&fresh));
        Some((fresh, changed))
    }
}

fn status(tally: &Tally) -> ProgressStatus {
    if tally.is_over() {
        ProgressStatus::Completed
    } else if tally.running() > 0 {
        ProgressStatus::InProgress
    } else {
        ProgressStatus::Waiting
    }
}

/// What a tally says, in the form of metadata.
pub(super) fn figures(tally: &Tally, measure: Measure, status: ProgressStatus) -> Metadata {
    let Items { ended, failed, total } = tally.items();
    let mut metadata: Metadata = BTreeMap::from([
        (keys::UNIT.to_owned(), measure.unit.as_str().into()),
        (
            keys::ITEMS.to_owned(),
            json!({ "ended": ended, "failed": failed, "total": total }),
        ),
    ]);
    if status == ProgressStatus::InProgress {
        metadata.insert(keys::SPEED.to_owned(), tally.speed().into());
    }
    if let Some(Outlook { likely, low, high }) = tally.outlook() {
        metadata.insert(keys::ETA.to_owned(), likely.into());
        metadata.insert(keys::ETA_LOW.to_owned(), low.into());
        metadata.insert(keys::ETA_HIGH.to_owned(), high.into());
    }
    metadata
}

fn build((serie_folder, season): &Name, tally: &Tally, status: ProgressStatus, now: Moment) -> Progress {
    let Items { ended, total, .. } = tally.items();
    let measure = tally.measure();
    let (id, title, scope) = match season {
        Some(season) => (
            ids::season_id(serie_folder, *season),
            format!("{serie_folder}, season {season}"),
            "season",
        ),
        None => (ids::series_id(serie_folder), serie_folder.to_string(), "series"),
    };
    let mut metadata = figures(tally, measure, status);
    metadata.insert(keys::SCOPE.to_owned(), scope.into());
    metadata.insert(keys::SERIE_FOLDER.to_owned(), Value::from(&**serie_folder));
    if let Some(season) = season {
        metadata.insert(keys::SEASON.to_owned(), (*season).into());
    }
    Progress {
        id,
        kind: ProgressType::Queue,
        status,
        title,
        message: format!("{ended} of {total}"),
        percent: measure.percent.map(Percent::value),
        current: measure.current,
        total: Some(measure.total),
        metadata,
        started_at: now.wall,
        updated_at: now.wall,
    }
}
