//! Percent, speed and time left of one operation: what the board computes and nobody else may write.
//!
//! * The percent of a download never falls within an attempt while its known total stays or shrinks;
//!   with a larger total it is computed anew. Without a total there is none.
//! * The queue's percent follows the rule of [`Tally`], with the items that its owner counts. It may fall.

use std::time::Duration;

use serde_json::Value;

use super::share::{Cause, Share};
use super::tally::{Tally, Unit};
use crate::progress::percent::Percent;
use crate::progress::rate::{Figures, Rate};
use crate::progress::{Metadata, Progress, ProgressStatus, ProgressType, ids, keys};

#[derive(Debug, Default)]
pub(super) struct Meter {
    /// The highest percent so far, and the total it was measured against.
    high: Option<(u64, Percent)>,
    rate: Rate,
    /// The speed and the time left that are written.
    shown: Figures,
    noted: Noted,
}

/// What status and metadata say about the figures, so that a sample does not have to search for it.
#[derive(Debug, Clone, Copy, Default)]
struct Noted {
    /// A download in progress whose phase is to receive bytes.
    receives: bool,
    /// Its reason is that nothing arrives.
    stalled: bool,
    /// A download with a job: a child of the queue.
    child: bool,
    /// What holds it back.
    cause: Cause,
}

pub(super) fn is_queue(progress: &Progress) -> bool {
    progress.kind == ProgressType::Queue && progress.id == ids::DOWNLOAD_QUEUE
}

impl Meter {
    /// Looks at the status and the metadata. To be called whenever one of them changed.
    pub(super) fn note(&mut self, progress: &Progress) {
        let text = |key| progress.metadata.get(key).and_then(Value::as_str);
        let is_download = progress.kind == ProgressType::Download;
        self.noted = Noted {
            receives: is_download
                && progress.status == ProgressStatus::InProgress
                && matches!(text(keys::PHASE), None | Some(keys::PHASE_DOWNLOADING)),
            stalled: text(keys::REASON) == Some(keys::REASON_STALLED),
            child: is_download && progress.metadata.contains_key(keys::JOB),
            cause: match text(keys::LIMITED_BY) {
                Some(keys::LIMITED_BY_SERVER) => Cause::Server,
                Some(keys::LIMITED_BY_DISK) => Cause::Disk,
                Some(keys::LIMITED_BY_SPEED_LIMIT) => Cause::SpeedLimit,
                _ => Cause::Unknown,
            },
        };
    }

    /// What it adds to the queue; nothing unless it is a download with a job.
    pub(super) fn share(&self, progress: &Progress) -> Option<Share> {
        self.noted.child.then(|| Share {
            speed: self.shown.speed.unwrap_or(0),
            cause: self.noted.cause,
            bytes: progress.current,
            total_bytes: progress.total.unwrap_or(0).max(progress.current),
            planned_bytes: 0,
            tenths: self.high.map_or(0, |(_, percent)| percent.tenths()),
            unsized_items: u64::from(progress.total.is_none()),
            running: u64::from(matches!(
                progress.status,
                ProgressStatus::Started | ProgressStatus::InProgress
            )),
            paused: u64::from(progress.status == ProgressStatus::Paused),
        })
    }

    /// Computes the percent of the queue from what its children add up to.
    pub(super) fn measure_queue(progress: &mut Progress, all: &Tally) {
        let measure = measure_of_queue(progress, all);
        progress.percent = measure.map(|(_, percent)| percent.value());
        note_unit(&mut progress.metadata, measure.map(|(unit, _)| unit));
    }

    /// Computes the percent of any other operation.
    pub(super) fn measure(&mut self, progress: &mut Progress) {
        let (current, total) = (progress.current, progress.total);
        let fresh = total.and_then(|total| Percent::of(u128::from(current), u128::from(total)));
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
    pub(super) fn time(&mut self, progress: &mut Progress, moved: bool, now: Duration) -> bool {
        if progress.kind != ProgressType::Download {
            return false;
        }
        if !self.noted.receives {
            self.rate.reset();
            self.show(progress, Figures::default());
            return false;
        }
        if !moved && self.rate.is_running() {
            return false;
        }
        let figures = self.rate.observe(progress.current, progress.total, now);
        if self.rate.stalled(now) {
            return false;
        }
        self.show(progress, figures);
        let was_stalled = std::mem::take(&mut self.noted.stalled);
        if was_stalled {
            progress.metadata.remove(keys::REASON);
        }
        was_stalled
    }

    /// Whether it could stall, or has.
    pub(super) fn can_stall(&self) -> bool {
        self.rate.is_running() && !self.noted.stalled
    }

    pub(super) fn is_newly_stalled(&self, now: Duration) -> bool {
        self.can_stall() && self.rate.stalled(now)
    }

    /// Says that nothing arrives.
    pub(super) fn stall(&mut self, progress: &mut Progress) {
        let reason = keys::REASON_STALLED.into();
        progress.metadata.insert(keys::REASON.to_owned(), reason);
        self.noted.stalled = true;
        self.show(
            progress,
            Figures {
                speed: Some(0),
                eta: None,
            },
        );
    }

    fn show(&mut self, progress: &mut Progress, figures: Figures) {
        // most samples come too soon after the last to change a figure
        if self.shown.speed != figures.speed {
            put(&mut progress.metadata, keys::SPEED, figures.speed);
        }
        if self.shown.eta != figures.eta {
            put(&mut progress.metadata, keys::ETA, figures.eta);
        }
        self.shown = figures;
    }
}

/// The percent of the queue and what it counts. `None` where there is nothing to be a share of.
pub(super) fn measure_of_queue(queue: &Progress, all: &Tally) -> Option<(Unit, Percent)> {
    let measure = all.measure_of(queue.current, queue.total?);
    Some((measure.unit, measure.percent?))
}

/// Says what the queue's percent counts, without a new key where there is one. Items are what the queue counts unless
/// something else is said, so a sample does not say it first; the next look does.
fn note_unit(metadata: &mut Metadata, unit: Option<Unit>) {
    match (unit, metadata.get_mut(keys::UNIT)) {
        (Some(unit), Some(Value::String(known))) if known == unit.as_str() => {}
        (Some(unit), Some(known)) => *known = unit.as_str().into(),
        (Some(Unit::Bytes), None) => {
            metadata.insert(keys::UNIT.to_owned(), Unit::Bytes.as_str().into());
        }
        (Some(Unit::Items), None) => {}
        (None, _) => {
            metadata.remove(keys::UNIT);
        }
    }
}

/// Sets or removes a figure, without a new key where there is one.
pub(super) fn put(metadata: &mut Metadata, key: &str, figure: Option<u64>) {
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
