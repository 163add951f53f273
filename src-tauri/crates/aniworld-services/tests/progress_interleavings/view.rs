//! What a subscriber makes of its deliveries: the latest of each operation.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aniworld_services::progress::{
    Delivery, Progress, ProgressEvent, ProgressStatus, Significance, Snapshot,
};

#[derive(Debug, Default)]
pub(crate) struct View {
    /// The seq up to which everything is contained.
    since: u64,
    latest: BTreeMap<String, (u64, Arc<Progress>)>,
    /// The statuses of each operation in the order in which they came.
    statuses: BTreeMap<String, Vec<ProgressStatus>>,
    pub(crate) resyncs: usize,
    pub(crate) deliveries: usize,
    /// What broke a rule; a panic in a handler would only be counted.
    pub(crate) broken: Vec<String>,
}

pub(crate) type SharedView = Arc<Mutex<View>>;

impl View {
    pub(crate) fn begin(&mut self, snapshot: &Snapshot) {
        self.since = snapshot.seq;
        self.latest.clear();
        for progress in snapshot.active.iter().chain(&snapshot.past) {
            self.latest
                .insert(progress.id.clone(), (snapshot.seq, Arc::clone(progress)));
        }
    }

    pub(crate) fn take(&mut self, delivery: &Delivery) {
        self.deliveries += 1;
        match delivery {
            Delivery::Event(event) => self.take_event(event),
            Delivery::Resync(snapshot) => {
                if snapshot.seq < self.since {
                    self.broken
                        .push(format!("a snapshot goes back to {}", snapshot.seq));
                }
                self.resyncs += 1;
                self.begin(snapshot);
            }
        }
    }

    fn take_event(&mut self, event: &ProgressEvent) {
        let progress = &event.progress;
        let known = self.latest.get(&progress.id).map_or(self.since, |(seq, _)| *seq);
        if event.seq <= known.max(self.since) {
            let rule = format!("{} of {} after {known}", event.seq, progress.id);
            self.broken.push(rule);
        }
        let statuses = self.statuses.entry(progress.id.clone()).or_default();
        let begins =
            progress.status == ProgressStatus::Started && event.significance == Significance::StateChange;
        if begins || statuses.last() != Some(&progress.status) {
            statuses.push(progress.status);
        }
        let latest = (event.seq, Arc::clone(progress));
        self.latest.insert(progress.id.clone(), latest);
    }

    /// What it believes now.
    pub(crate) fn believes(&self) -> BTreeMap<&str, &Progress> {
        let each = self.latest.iter();
        each.map(|(id, (_, progress))| (id.as_str(), &**progress))
            .collect()
    }

    pub(crate) fn statuses_of(&self, id: &str) -> &[ProgressStatus] {
        self.statuses.get(id).map_or(&[], Vec::as_slice)
    }
}
