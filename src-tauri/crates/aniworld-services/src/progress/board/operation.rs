//! One operation and the rules it keeps from its start to its end.
//!
//! * A status that changes takes the words of the old one with it: phase, reason, until and error
//!   code go unless the same update brings new ones. So do the later ones of these with a new phase or reason.
//! * The percent of a download never falls within an attempt while its known total stays or shrinks;
//!   with a larger total it is computed anew. Without a total there is none.
//! * Speed, time left, attempt and the queue's sums are written here only; the same keys in an
//!   update's metadata are passed over.
//! * The queue's percent counts items, with the fraction of each active child:
//!   (`current` items + the children's percents / 100) of `total` items. It may fall.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::queue_totals::QueueTotals;
use super::scopes::{Outlook, Place};
use super::share::Share;
use crate::progress::clock::Moment;
use crate::progress::percent::Percent;
use crate::progress::rate::Rate;
use crate::progress::{
    Metadata, Progress, ProgressEvent, ProgressStatus, ProgressType, Significance, ids, keys,
};

/// The keys that describe a state: a change of one is a state change, and takes those behind it along.
const STATE_KEYS: [&str; 4] = [keys::PHASE, keys::REASON, keys::UNTIL, keys::ERROR_CODE];

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) progress: Arc<Progress>,
    /// The event that opened it: gives the order of active operations.
    pub(super) started_seq: u64,
    /// Its last event.
    pub(super) seq: u64,
    /// The highest percent so far, and the total it was measured against.
    high: Option<(u64, Percent)>,
    rate: Rate,
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
    pub(super) fn open(id: String, opening: Opening, attempt: u64, seq: u64, now: Moment) -> Self {
        let mut metadata = opening.metadata;
        metadata.retain(|key, value| !value.is_null() && !is_ours(opening.kind, key));
        metadata.insert(keys::ATTEMPT.to_owned(), attempt.into());
        let progress = Progress {
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
        let mut operation = Self {
            progress: Arc::new(progress),
            started_seq: seq,
            seq,
            high: None,
            rate: Rate::default(),
            place: None,
        };
        operation.place = place_of(&operation.progress);
        operation.measure(&QueueTotals::default());
        operation
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
        self.progress.kind == ProgressType::Queue && self.progress.id == ids::DOWNLOAD_QUEUE
    }

    /// What it adds to the queue; nothing unless it is a download with a job.
    pub(super) fn share(&self) -> Option<Share> {
        let progress = &*self.progress;
        if progress.kind != ProgressType::Download || !progress.metadata.contains_key(keys::JOB) {
            return None;
        }
        let speed = progress.metadata.get(keys::SPEED).and_then(Value::as_u64);
        Some(Share {
            speed: speed.unwrap_or(0),
            bytes: progress.current,
            total_bytes: progress.total.unwrap_or(0).max(progress.current),
            tenths: self.high.map_or(0, |(_, percent)| percent.tenths()),
            unsized_items: u64::from(progress.total.is_none()),
            running: u64::from(matches!(
                progress.status,
                ProgressStatus::Started | ProgressStatus::InProgress
            )),
        })
    }

    /// Where it adds its share.
    pub(super) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    pub(super) fn apply(&mut self, change: Change, totals: &QueueTotals, now: Moment) -> Significance {
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        let mut significant = change.force;
        let status = change.status.unwrap_or(progress.status);
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
        self.measure(totals);
        significant |= self.time(moved, now.steady);
        if significant {
            Significance::StateChange
        } else {
            Significance::Sample
        }
    }

    /// Computes the percent.
    fn measure(&mut self, totals: &QueueTotals) {
        let is_queue = self.is_queue();
        let progress = Arc::make_mut(&mut self.progress);
        let (current, total) = (progress.current, progress.total);
        let fresh = total.and_then(|total| {
            if is_queue {
                let done = u128::from(current) * 1000 + totals.tenths();
                Percent::of(done, u128::from(total) * 1000)
            } else {
                Percent::of(u128::from(current), u128::from(total))
            }
        });
        let percent = match (progress.kind, total, fresh) {
            (ProgressType::Download, Some(total), Some(fresh)) => {
                let held = self.high.filter(|(measured, _)| total <= *measured);
                let percent = held.map_or(fresh, |(_, high)| high.max(fresh));
                self.high = Some((total, percent));
                Some(percent)
            }
            (_, _, fresh) => fresh,
        };
        progress.percent = percent.map(Percent::value);
    }

    /// Computes speed and time left of a download. `true` if a stall ended.
    fn time(&mut self, moved: bool, now: Duration) -> bool {
        if self.progress.kind != ProgressType::Download {
            return false;
        }
        let progress = Arc::make_mut(&mut self.progress);
        if !receives(progress) {
            self.rate.reset();
            progress.metadata.remove(keys::SPEED);
            progress.metadata.remove(keys::ETA);
            return false;
        }
        if !moved && self.rate.is_running() {
            return false;
        }
        let figures = self.rate.observe(progress.current, progress.total, now);
        if self.rate.stalled(now) {
            return false;
        }
        put(&mut progress.metadata, keys::SPEED, figures.speed);
        put(&mut progress.metadata, keys::ETA, figures.eta);
        let was_stalled = is_stalled(progress);
        if was_stalled {
            progress.metadata.remove(keys::REASON);
        }
        was_stalled
    }

    /// Whether it could stall, or has.
    pub(super) fn can_stall(&self) -> bool {
        self.rate.is_running() && !is_stalled(&self.progress)
    }

    pub(super) fn is_newly_stalled(&self, now: Duration) -> bool {
        self.can_stall() && self.rate.stalled(now)
    }

    /// Says that nothing arrives.
    pub(super) fn stall(&mut self, now: Moment) {
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        progress
            .metadata
            .insert(keys::REASON.to_owned(), keys::REASON_STALLED.into());
        put(&mut progress.metadata, keys::SPEED, Some(0));
        put(&mut progress.metadata, keys::ETA, None);
    }

    /// Writes the sums of the children. For the queue only.
    pub(super) fn write_totals(&mut self, totals: &QueueTotals, now: Moment) {
        let progress = Arc::make_mut(&mut self.progress);
        progress.updated_at = now.wall;
        put(&mut progress.metadata, keys::SPEED, Some(totals.speed()));
        put(&mut progress.metadata, keys::ACTIVE_BYTES, Some(totals.bytes()));
        put(
            &mut progress.metadata,
            keys::ACTIVE_TOTAL_BYTES,
            Some(totals.total_bytes()),
        );
        self.measure(totals);
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

fn receives(progress: &Progress) -> bool {
    let phase = progress.metadata.get(keys::PHASE).and_then(Value::as_str);
    progress.status == ProgressStatus::InProgress && matches!(phase, None | Some(keys::PHASE_DOWNLOADING))
}

fn is_stalled(progress: &Progress) -> bool {
    progress.metadata.get(keys::REASON).and_then(Value::as_str) == Some(keys::REASON_STALLED)
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

/// Sets or removes a figure, without a new key where there is one.
fn put(metadata: &mut Metadata, key: &str, figure: Option<u64>) {
    match (figure, metadata.get_mut(key)) {
        (Some(figure), Some(value)) => *value = figure.into(),
        (Some(figure), None) => {
            metadata.insert(key.to_owned(), figure.into());
        }
        (None, _) => {
            metadata.remove(key);
        }
    }
}
