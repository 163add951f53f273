//! Percent, speed and time left of one operation: what the board computes and nobody else may write.
//!
//! * The percent of a download never falls within an attempt while its known total stays or shrinks;
//!   with a larger total it is computed anew. Without a total there is none.
//! * The queue's percent counts items, with the fraction of each active child:
//!   (`current` items + the children's percents / 100) of `total` items. It may fall.

use std::time::Duration;

use serde_json::Value;

use super::queue_totals::QueueTotals;
use super::share::Share;
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
        };
    }

    /// What it adds to the queue; nothing unless it is a download with a job.
    pub(super) fn share(&self, progress: &Progress) -> Option<Share> {
        self.noted.child.then(|| Share {
            speed: self.shown.speed.unwrap_or(0),
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

    /// Computes the percent.
    pub(super) fn measure(&mut self, progress: &mut Progress, totals: &QueueTotals) {
        let (current, total) = (progress.current, progress.total);
        let fresh = total.and_then(|total| {
            if is_queue(progress) {
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
