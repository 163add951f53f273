//! One operation and the rules it keeps from its start to its end.
//!
//! * A status that changes takes the words of the old one with it: phase, reason, until and error
//!   code go unless the same update brings new ones. So do the later ones of these with a new phase or reason.
//! * Speed, time left, attempt and the queue's sums are written here only; the same keys in an
//!   update's metadata are passed over. A start may say which attempt it is.
//! * Season and host of a download are those of its start: the sums above it are kept by them.
//!
//! Percent, speed and time left are computed by [`super::meter`].

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::meter::{Meter, is_queue, measure_of_queue, put};
use super::scopes::{Bottleneck, Place, Scopes, Spot};
use super::share::Share;
use super::slots::Key;
use super::tally::{Outlook, Tally};
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
    /// From where it comes, where that is known.
    host: Option<Arc<str>>,
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
        if !is_queue(&progress) {
            meter.measure(&mut progress);
        }
        Self {
            place: place_of(&progress),
            host: host_of(&progress),
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
    pub(super) fn spot(&self) -> Spot<'_> {
        Spot {
            place: self.place.as_ref(),
            host: self.host.as_ref(),
        }
    }

    /// `all`: what the downloads of the queue add up to.
    pub(super) fn apply(&mut self, change: Change, all: &Tally, now: Moment) -> Significance {
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
            drop_unless_given(progress, &[keys::LIMITED_BY], &change.metadata);
        } else if brings_new(keys::PHASE, progress, &change.metadata) {
            drop_unless_given(progress, &STATE_KEYS[1..], &change.metadata);
            drop_unless_given(progress, &[keys::LIMITED_BY], &change.metadata);
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
        if is_queue(progress) {
            Meter::measure_queue(progress, all);
        } else {
            self.meter.measure(progress);
        }
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
    pub(super) fn write_totals(&mut self, all: &Tally, now: Moment) {
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        let (bytes, total_bytes) = all.active_bytes();
        let sums = [
            (keys::SPEED, all.speed()),
            (keys::ACTIVE_BYTES, bytes),
            (keys::ACTIVE_TOTAL_BYTES, total_bytes),
        ];
        for (key, sum) in sums {
            put(&mut progress.metadata, key, Some(sum));
        }
        Meter::measure_queue(progress, all);
    }

    /// Writes what the plan changed, how long the rest of the queue may take and what limits it. `false` if nothing
    /// changed. For the queue only.
    pub(super) fn write_outlook(&mut self, scopes: &Scopes, now: Moment) -> bool {
        let measure = measure_of_queue(&self.progress, scopes.all());
        let outlook: Option<Outlook> = scopes.all().outlook();
        let figures = [
            (keys::ETA, outlook.map(|it| it.likely.into())),
            (keys::ETA_LOW, outlook.map(|it| it.low.into())),
            (keys::ETA_HIGH, outlook.map(|it| it.high.into())),
            (keys::BOTTLENECK, scopes.bottleneck().map(Bottleneck::value)),
            (keys::UNIT, measure.map(|(unit, _)| unit.as_str().into())),
        ];
        let percent = measure.map(|(_, percent)| percent.value());
        let known = |key: &str| self.progress.metadata.get(key);
        let same = figures.iter().all(|(key, figure)| known(key) == figure.as_ref());
        if same && self.progress.percent == percent {
            return false;
        }
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        progress.percent = percent;
        for (key, figure) in figures {
            match figure {
                Some(figure) => progress.metadata.insert(key.to_owned(), figure),
                None => progress.metadata.remove(key),
            };
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

/// The host of a download, if its metadata say it from the start.
fn host_of(progress: &Progress) -> Option<Arc<str>> {
    let host = progress.metadata.get(keys::HOST)?.as_str()?;
    (progress.kind == ProgressType::Download).then(|| host.into())
}

/// Whether the board alone writes this key.
fn is_ours(kind: ProgressType, key: &str) -> bool {
    match key {
        keys::ATTEMPT => true,
        keys::SPEED | keys::ETA => matches!(kind, ProgressType::Download | ProgressType::Queue),
        keys::ACTIVE_BYTES
        | keys::ACTIVE_TOTAL_BYTES
        | keys::ETA_LOW
        | keys::ETA_HIGH
        | keys::UNIT
        | keys::BOTTLENECK => kind == ProgressType::Queue,
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
        if same || is_ours(progress.kind, &key) || key == keys::HOST {
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
