//! One operation and the rules it keeps from its start to its end.
//!
//! * A status that changes takes the words of the old one with it: phase, reason, until and error
//!   code go unless the same update brings new ones. So do the later ones of these with a new phase or reason.
//! * Speed, time left, attempt and the queue's sums are written here only; the same keys in an
//!   update's metadata are passed over. A start may say which attempt it is.
//!
//! Percent, speed and time left are computed by [`super::meter`].

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::meter::{Meter, is_queue, put};
use super::queue_totals::QueueTotals;
use super::scopes::{Outlook, Place};
use super::share::Share;
use super::slots::Key;
use crate::progress::clock::Moment;
use crate::progress::{Metadata, Progress, ProgressEvent, ProgressStatus, ProgressType, Significance, keys};

/// The keys that describe a state: a change of one is a state change, and takes those behind it along.
const STATE_KEYS: [&str; 4] = [keys::PHASE, keys::REASON, keys::UNTIL, keys::ERROR_CODE];

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) progress: Arc<Progress>,
    /// Where it is kept, and the event that opened it: that gives the order of active operations.
    pub(super) key: Key,
    /// Its last event.
    pub(super) seq: u64,
    meter: Meter,
    /// The season it belongs to, where it is the download of an episode.
    place: Option<Place>,
}

/// How an attempt begins.
pub(super) struct Opening {
    pub(super) kind: ProgressType,
    pub(super) title: String,
    pub(super) message: String,
    pub(super) current: u64,
    pub(super) total: Option<u64>,
    pub(super) metadata: Metadata,
}

impl Opening {
    /// Which attempt it is, where its owner counts them.
    pub(super) fn given_attempt(&self) -> Option<u64> {
        let given = self.metadata.get(keys::ATTEMPT)?.as_u64();
        given.filter(|attempt| *attempt > 0)
    }
}

/// What an update changes.
#[derive(Default)]
pub(super) struct Change {
    pub(super) status: Option<ProgressStatus>,
    pub(super) current: Option<u64>,
    pub(super) total: Total,
    pub(super) message: Option<String>,
    pub(super) metadata: Metadata,
    pub(super) force: bool,
}

/// What an update says about the total.
#[derive(Default)]
pub(super) enum Total {
    #[default]
    Keep,
    Set(Option<u64>),
}

impl Change {
    pub(super) fn end(&mut self, status: ProgressStatus, message: String) {
        self.status = Some(status);
        self.message = Some(message);
    }
}

/// Which attempt an operation is.
pub(super) fn attempt_of(progress: &Progress) -> u64 {
    progress
        .metadata
        .get(keys::ATTEMPT)
        .and_then(Value::as_u64)
        .unwrap_or(1)
}

impl Operation {
    pub(super) fn open(id: String, opening: Opening, attempt: u64, key: Key, now: Moment) -> Self {
        let mut metadata = opening.metadata;
        metadata.retain(|key, value| !value.is_null() && !is_ours(opening.kind, key));
        metadata.insert(keys::ATTEMPT.to_owned(), attempt.into());
        let mut progress = Progress {
            id,
            kind: opening.kind,
            status: ProgressStatus::Started,
            title: opening.title,
            message: opening.message,
            percent: None,
            current: opening.current,
            total: opening.total,
            metadata,
            started_at: now.wall,
            updated_at: now.wall,
        };
        let mut meter = Meter::default();
        meter.note(&progress);
        meter.measure(&mut progress, &QueueTotals::default());
        Self {
            place: place_of(&progress),
            key,
            seq: key.attempt,
            meter,
            progress: Arc::new(progress),
        }
    }

    pub(super) fn event(&self, significance: Significance) -> ProgressEvent {
        let kind = self.progress.kind;
        ProgressEvent {
            event_type: kind.event_type(),
            progress: Arc::clone(&self.progress),
            room: kind.room(),
            seq: self.seq,
            significance,
        }
    }

    pub(super) fn is_queue(&self) -> bool {
        is_queue(&self.progress)
    }

    /// What it adds to the queue; nothing unless it is a download with a job.
    pub(super) fn share(&self) -> Option<Share> {
        self.meter.share(&self.progress)
    }

    /// Where it adds its share.
    pub(super) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    pub(super) fn apply(&mut self, change: Change, totals: &QueueTotals, now: Moment) -> Significance {
        // once: it counts who else has the operation
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        let mut significant = change.force;
        let status = change.status.unwrap_or(progress.status);
        let says_something = status != progress.status || !change.metadata.is_empty();
        if status != progress.status {
            significant = true;
            progress.status = status;
            drop_unless_given(progress, &STATE_KEYS, &change.metadata);
        } else if brings_new(keys::PHASE, progress, &change.metadata) {
            drop_unless_given(progress, &STATE_KEYS[1..], &change.metadata);
        } else if brings_new(keys::REASON, progress, &change.metadata) {
            drop_unless_given(progress, &STATE_KEYS[2..], &change.metadata);
        }
        significant |= merge(progress, change.metadata);
        if says_something {
            self.meter.note(progress);
        }
        if let Some(message) = change.message {
            progress.message = message;
        }
        let moved = change.current.is_some();
        if let Some(current) = change.current {
            progress.current = current;
        }
        if let Total::Set(total) = change.total {
            progress.total = total;
        }
        if status == ProgressStatus::Completed
            && let Some(total) = progress.total
        {
            progress.current = progress.current.max(total);
        }
        self.meter.measure(progress, totals);
        significant |= self.meter.time(progress, moved, now.steady);
        if significant {
            Significance::StateChange
        } else {
            Significance::Sample
        }
    }

    /// Whether it could stall, or has.
    pub(super) fn can_stall(&self) -> bool {
        self.meter.can_stall()
    }

    pub(super) fn is_newly_stalled(&self, now: Duration) -> bool {
        self.meter.is_newly_stalled(now)
    }

    /// Says that nothing arrives.
    pub(super) fn stall(&mut self, now: Moment) {
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        self.meter.stall(progress);
    }

    /// Writes the sums of the children. For the queue only.
    pub(super) fn write_totals(&mut self, totals: &QueueTotals, now: Moment) {
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        let sums = [
            (keys::SPEED, totals.speed()),
            (keys::ACTIVE_BYTES, totals.bytes()),
            (keys::ACTIVE_TOTAL_BYTES, totals.total_bytes()),
        ];
        for (key, sum) in sums {
            put(&mut progress.metadata, key, Some(sum));
        }
        self.meter.measure(progress, totals);
    }

    /// Writes how long the rest of the queue may take. `false` if nothing changed. For the queue only.
    pub(super) fn write_outlook(&mut self, outlook: Option<Outlook>, now: Moment) -> bool {
        let figures = [
            (keys::ETA, outlook.map(|it| it.likely)),
            (keys::ETA_LOW, outlook.map(|it| it.low)),
            (keys::ETA_HIGH, outlook.map(|it| it.high)),
        ];
        let known = |key: &str| self.progress.metadata.get(key).and_then(Value::as_u64);
        if figures.iter().all(|(key, figure)| known(key) == *figure) {
            return false;
        }
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        for (key, figure) in figures {
            put(&mut progress.metadata, key, figure);
        }
        true
    }
}

/// The season of a download, if its metadata say it from the start.
fn place_of(progress: &Progress) -> Option<Place> {
    let folder = progress.metadata.get(keys::SERIE_FOLDER)?.as_str()?;
    let season = progress.metadata.get(keys::SEASON)?.as_u64()?;
    Some(Place {
        serie_folder: folder.into(),
        season: u32::try_from(season).ok()?,
    })
}

/// Whether the board alone writes this key.
fn is_ours(kind: ProgressType, key: &str) -> bool {
    match key {
        keys::ATTEMPT => true,
        keys::SPEED | keys::ETA => matches!(kind, ProgressType::Download | ProgressType::Queue),
        keys::ACTIVE_BYTES | keys::ACTIVE_TOTAL_BYTES | keys::ETA_LOW | keys::ETA_HIGH => {
            kind == ProgressType::Queue
        }
        _ => false,
    }
}

fn brings_new(key: &str, progress: &Progress, given: &Metadata) -> bool {
    given
        .get(key)
        .is_some_and(|value| progress.metadata.get(key) != Some(value))
}

fn drop_unless_given(progress: &mut Progress, stale: &[&str], given: &Metadata) {
    for key in stale {
        if !given.contains_key(*key) {
            progress.metadata.remove(*key);
        }
    }
}

/// Merges; `true` if a key that describes a state changed.
fn merge(progress: &mut Progress, metadata: Metadata) -> bool {
    let mut significant = false;
    for (key, value) in metadata {
        let known = progress.metadata.get(&key);
        let same = known == Some(&value) || (known.is_none() && value.is_null());
        if same || is_ours(progress.kind, &key) {
            continue;
        }
        significant |= STATE_KEYS.contains(&key.as_str());
        if value.is_null() {
            progress.metadata.remove(&key);
        } else {
            progress.metadata.insert(key, value);
        }
    }
    significant
}
