//! What the program as a whole is busy with: one derived operation of the downloads and the scan.
//!
//! While downloads are open, its figures are theirs, and the same as those of the queue. While only a scan runs,
//! they are the scan's. Bytes and folders are never added together. Like every run it begins with the first thing
//! that runs and ends when nothing is left open.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::slots::Slots;
use super::super::tally::Tally;
use super::derived::{Derived, Fresh, figures};
use super::{Bottleneck, Scopes};
use crate::progress::clock::Moment;
use crate::progress::percent::Percent;
use crate::progress::{Metadata, Progress, ProgressStatus, ProgressType, ids, keys};

/// The operations that count beside the downloads.
pub(in crate::progress::board) struct Around<'a> {
    queue: Option<&'a Progress>,
    /// A scan that has not ended.
    scan: Option<&'a Progress>,
    /// The last scan that ended.
    past_scan: Option<&'a Progress>,
}

impl<'a> Around<'a> {
    pub(super) fn of(slots: &'a Slots, past_scan: Option<&'a Progress>) -> Self {
        let active = |id, kind| {
            let progress = slots.get(id).map(|operation| &*operation.progress);
            progress.filter(|progress| progress.kind == kind)
        };
        Self {
            queue: active(ids::DOWNLOAD_QUEUE, ProgressType::Queue),
            scan: active(ids::LIBRARY_SCAN, ProgressType::Scan),
            past_scan,
        }
    }

    fn status(&self, tally: &Tally) -> ProgressStatus {
        let is_held = self
            .queue
            .is_some_and(|queue| queue.status == ProgressStatus::Paused);
        if tally.running() > 0 || self.scan.is_some() {
            ProgressStatus::InProgress
        } else if tally.is_over() {
            ProgressStatus::Completed
        } else if tally.is_paused() || is_held {
            ProgressStatus::Paused
        } else {
            ProgressStatus::Waiting
        }
    }
}

impl Scopes {
    /// Whether the operation of the program is there.
    pub(in crate::progress::board) fn has_app(&self) -> bool {
        self.app.last().is_some()
    }

    /// Brings the operation of the program up to date.
    pub(super) fn refresh_app(&mut self, around: &Around<'_>, now: Moment) -> Option<Fresh> {
        self.app_dirty = false;
        let status = around.status(&self.all);
        if !self.app.begins(status) {
            return None;
        }
        let fresh = build(around, &self.all, self.limits.bottleneck(), status, now);
        let fresh = self.app.publish(fresh);
        if status == ProgressStatus::Completed {
            self.app = Derived::default();
        }
        fresh
    }
}

fn build(
    around: &Around<'_>,
    tally: &Tally,
    bottleneck: Option<&Bottleneck>,
    status: ProgressStatus,
    now: Moment,
) -> Progress {
    let mut progress = Progress {
        id: ids::SYSTEM_APP.to_owned(),
        kind: ProgressType::System,
        status,
        title: "Aniworld".to_owned(),
        message: String::new(),
        percent: None,
        current: 0,
        total: None,
        metadata: Metadata::new(),
        started_at: now.wall,
        updated_at: now.wall,
    };
    let has_downloads = tally.items().total > 0;
    match around.scan {
        Some(scan) if tally.is_over() => take_scan(&mut progress, scan),
        _ if has_downloads => take_downloads(&mut progress, around, tally),
        _ => {
            if let Some(scan) = around.past_scan {
                take_scan(&mut progress, scan);
            }
        }
    }
    if let Some(bottleneck) = bottleneck {
        let key = keys::BOTTLENECK.to_owned();
        progress.metadata.insert(key, bottleneck.value());
    }
    let scans = u64::from(around.scan.is_some());
    progress.metadata.extend(BTreeMap::from([
        (keys::SCOPE.to_owned(), "app".into()),
        (
            keys::ACTIVITIES.to_owned(),
            json!({ "downloads": tally.running(), "scans": scans }),
        ),
    ]));
    progress
}

fn take_downloads(progress: &mut Progress, around: &Around<'_>, tally: &Tally) {
    // where the queue counts items, so does this: nobody shall see two figures for one thing
    let counts = around.queue.and_then(|queue| Some((queue.current, queue.total?)));
    let measure = counts.map_or_else(
        || tally.measure(),
        |(ended, total)| tally.measure_of(ended, total),
    );
    progress.percent = measure.percent.map(Percent::value);
    progress.current = measure.current;
    progress.total = Some(measure.total);
    progress.metadata = figures(tally, measure, progress.status);
    let items = tally.items();
    progress.message = format!("{} of {} downloads", items.ended, items.total);
}

fn take_scan(progress: &mut Progress, scan: &Progress) {
    progress.percent = scan.percent;
    progress.current = scan.current;
    progress.total = scan.total;
    progress.message.clone_from(&scan.message);
    let phase = scan.metadata.get(keys::PHASE).and_then(serde_json::Value::as_str);
    let unit = match phase {
        Some(keys::PHASE_SOURCES) => "sources",
        _ => "folders",
    };
    progress.metadata.insert(keys::UNIT.to_owned(), unit.into());
}
