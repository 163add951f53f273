//! The board: the only writer of progress. A reducer without I/O, tasks or a clock of its own.
//!
//! The rules that every operation keeps are in [`operation`]; the one sum of downloads is in [`tally`], and what
//! it says of the queue, the program, a series and a season in [`scopes`]. The board keeps the operations, their
//! order and the bound of the past.

mod meter;
mod operation;
mod scopes;
mod share;
mod slots;
mod tally;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use self::operation::{Change, Opening, Operation, Total};
use self::scopes::{Place, Scopes};
use self::share::Share;
pub(super) use self::slots::Key;
use self::slots::Slots;
use super::clock::Moment;
use super::{
    Action, Progress, ProgressError, ProgressEvent, ProgressStatus, ProgressType, ProgressUpdate,
    Significance, Snapshot, Update, ids,
};

/// How many ended operations are kept.
const PAST_LIMIT: usize = 500;

/// What one update led to.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The event of the operation itself.
    pub event: ProgressEvent,
    /// The event of `download_queue`, where the operation is one of its children and its figures changed.
    pub queue: Option<ProgressEvent>,
    key: Key,
    queue_key: Option<Key>,
}

impl Applied {
    fn new((key, event): (Key, ProgressEvent), queue: Option<(Key, ProgressEvent)>) -> Self {
        let (queue_key, queue) = queue.unzip();
        Self {
            event,
            queue,
            key,
            queue_key,
        }
    }

    /// The events in their order, with the keys of their operations.
    pub(super) fn events(&self) -> impl Iterator<Item = (Key, &ProgressEvent)> {
        std::iter::once((self.key, &self.event)).chain(self.queue_key.zip(self.queue.as_ref()))
    }
}

/// All operations, active and past.
///
/// Updates go in with the time, events come out. An update that is refused changes nothing.
#[derive(Debug, Default)]
pub struct Board {
    seq: u64,
    active: Slots,
    /// By the seq of their end: the first is the oldest.
    past: BTreeMap<u64, Arc<Progress>>,
    past_ids: HashMap<String, u64>,
    scopes: Scopes,
    late_updates: u64,
}

impl Board {
    /// A board without operations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies one update.
    pub fn apply(&mut self, update: ProgressUpdate, now: Moment) -> Result<Applied, ProgressError> {
        let ProgressUpdate {
            id,
            action,
            metadata,
            force_broadcast,
        } = update;
        let mut change = Change {
            metadata,
            force: force_broadcast,
            ..Change::default()
        };
        match action {
            Action::Start {
                kind,
                title,
                message,
                current,
                total,
            } => {
                let opening = Opening {
                    kind,
                    title,
                    message,
                    current,
                    total,
                    metadata: change.metadata,
                };
                return self.start(id, opening, now);
            }
            Action::Advance {
                current,
                total,
                message,
            } => {
                change.status = Some(ProgressStatus::InProgress);
                change.current = Some(current);
                change.total = Total::Set(total);
                change.message = message;
            }
            Action::State { status, message } => {
                change.status = Some(status);
                change.message = message;
                check_settable(&id, status)?;
            }
            Action::Complete { message } => change.end(ProgressStatus::Completed, message),
            Action::Fail { message } => change.end(ProgressStatus::Failed, message),
            Action::Cancel { message } => change.end(ProgressStatus::Cancelled, message),
        }
        self.change(&id, change, now)
    }

    /// Changes only what is given.
    pub fn update(&mut self, id: &str, update: Update, now: Moment) -> Result<Applied, ProgressError> {
        if let Some(status) = update.status {
            check_settable(id, status)?;
        }
        let has_figures = update.current.is_some() || update.total.is_some();
        let change = Change {
            status: update
                .status
                .or(has_figures.then_some(ProgressStatus::InProgress)),
            current: update.current,
            total: update.total.map_or(Total::Keep, |total| Total::Set(Some(total))),
            message: update.message,
            metadata: update.metadata,
            force: update.force_broadcast,
        };
        self.change(id, change, now)
    }

    /// Plans the download of an episode that waits for its turn, so that its season and series know of it.
    pub fn plan(&mut self, id: &str, serie_folder: &str, season: u32, bytes: Option<u64>) {
        let place = Place {
            serie_folder: serie_folder.into(),
            season,
        };
        let running = self.active.get(id).is_some_and(|it| it.share().is_some());
        self.scopes.plan(id, place, bytes, running);
    }

    /// The episode no longer waits for its turn.
    pub fn unplan(&mut self, id: &str) {
        self.scopes.unplan(id);
    }

    /// Finds downloads that receive nothing any more and marks them as stalled, and brings derived operations up
    /// to date. To be called while [`Board::needs_ticks`]: a few times a second while [`Board::has_news`], else
    /// about once a second.
    pub fn tick(&mut self, now: Moment) -> Vec<ProgressEvent> {
        let events = |applied: Applied| std::iter::once(applied.event).chain(applied.queue);
        let stalled: Vec<_> = self.mark_stalled(now).into_iter().flat_map(events).collect();
        let refreshed = self.refresh(now).into_iter().map(|(_, event)| event);
        stalled.into_iter().chain(refreshed).collect()
    }

    /// Brings derived operations up to date; the changed ones with what mailboxes need to know.
    pub(super) fn refresh(&mut self, now: Moment) -> Vec<(Key, ProgressEvent)> {
        let past_scan = self.past_ids.get(ids::LIBRARY_SCAN);
        let past_scan = past_scan.and_then(|seq| self.past.get(seq)).map(|scan| &**scan);
        let mut events = self
            .scopes
            .refresh(now, &mut self.active, past_scan, &mut self.seq);
        events.extend(self.refresh_outlook(now));
        events
    }

    /// The same, with what mailboxes need to know.
    pub(super) fn mark_stalled(&mut self, now: Moment) -> Vec<Applied> {
        let stalled: Vec<String> = self
            .active
            .values()
            .filter(|operation| operation.is_newly_stalled(now.steady))
            .map(|operation| operation.progress.id.clone())
            .collect();
        let mut mark = |id: &String| {
            self.reduce(id, now, |operation, _| {
                operation.stall(now);
                Significance::StateChange
            })
        };
        stalled.iter().filter_map(&mut mark).collect()
    }

    /// How long the whole queue may take and what limits it, where that is news.
    fn refresh_outlook(&mut self, now: Moment) -> Option<(Key, ProgressEvent)> {
        let queue = self
            .active
            .get_mut(ids::DOWNLOAD_QUEUE)
            .filter(|it| it.is_queue())?;
        if !queue.write_outlook(&self.scopes, now) {
            return None;
        }
        self.seq += 1;
        queue.seq = self.seq;
        Some((queue.key, queue.event(Significance::Sample)))
    }

    /// Whether a derived operation is older than what it is derived from.
    pub fn has_news(&self) -> bool {
        self.scopes.is_dirty()
    }

    /// Whether a download runs that could stall, or a derived operation is old.
    pub fn needs_ticks(&self) -> bool {
        self.has_news() || self.active.values().any(Operation::can_stall)
    }

    /// The last event's number.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// How many updates came for an operation that had ended.
    pub fn late_updates(&self) -> u64 {
        self.late_updates
    }

    /// One operation, active or past.
    pub fn get(&self, id: &str) -> Option<&Arc<Progress>> {
        if let Some(operation) = self.active.get(id) {
            return Some(&operation.progress);
        }
        match self.past_ids.get(id) {
            Some(seq) => self.past.get(seq),
            None => self.scopes.get(id),
        }
    }

    /// The active operation as an event: what a coalesced sample of it says now.
    pub(super) fn latest(&self, key: Key) -> Option<ProgressEvent> {
        match self.active.by_key(key) {
            Some(operation) => Some(operation.event(Significance::Sample)),
            None => self.scopes.by_key(key, self.seq),
        }
    }

    /// How many operations it knows, active and past.
    pub(super) fn len(&self) -> usize {
        self.active.len() + self.past.len()
    }

    /// Operations that have not ended, oldest first, then derived ones by id.
    pub fn active(&self) -> Vec<Arc<Progress>> {
        let mut operations: Vec<&Operation> = self.active.values().collect();
        operations.sort_unstable_by_key(|operation| operation.key.attempt);
        let mut derived: Vec<&Arc<Progress>> = self.scopes.derived().collect();
        derived.sort_unstable_by_key(|progress| &progress.id);
        let operations = operations.into_iter().map(|operation| &operation.progress);
        operations.chain(derived).map(Arc::clone).collect()
    }

    /// Operations that have ended, newest first; at most 500, each with its last attempt.
    pub fn past(&self) -> Vec<Arc<Progress>> {
        self.past.values().rev().map(Arc::clone).collect()
    }

    /// Everything known now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            seq: self.seq,
            active: self.active(),
            past: self.past(),
        }
    }

    fn start(&mut self, id: String, opening: Opening, now: Moment) -> Result<Applied, ProgressError> {
        if id == ids::SYSTEM_APP {
            let detail = "it is made of the other operations".to_owned();
            return Err(ProgressError::Illegal { id, detail });
        }
        if self.active.contains(&id) {
            return Err(ProgressError::AlreadyActive(id));
        }
        let ended = self.past_ids.get(&id).and_then(|seq| self.past.get(seq));
        let attempt = match ended {
            Some(ended) if ended.kind != opening.kind => {
                let detail = format!("it is a {}, not a {}", ended.kind.as_str(), opening.kind.as_str());
                return Err(ProgressError::Illegal { id, detail });
            }
            Some(ended) => operation::attempt_of(ended) + 1,
            None => 1,
        };
        // an owner that counts them itself knows of attempts before this program ran
        let attempt = opening.given_attempt().unwrap_or(attempt);
        if let Some(seq) = self.past_ids.remove(&id) {
            self.past.remove(&seq);
        }
        self.seq += 1;
        let key = self.active.next_key(self.seq);
        let operation = Operation::open(id.clone(), opening, attempt, key, now);
        let event = operation.event(Significance::StateChange);
        let is_queue = operation.is_queue();
        let share = operation.share();
        if let Some(share) = share {
            self.scopes.began(&operation.progress.id, operation.spot(), share);
        }
        touch(&mut self.scopes, &operation);
        self.active.insert(id, operation);
        if is_queue {
            // children may have come before the queue itself: it begins with their sum
            let queue = self.refresh_queue(now, Significance::StateChange);
            return Ok(Applied::new(queue.unwrap_or((key, event)), None));
        }
        let queue = share.and_then(|_| self.refresh_queue(now, Significance::Sample));
        Ok(Applied::new((key, event), queue))
    }

    fn change(&mut self, id: &str, change: Change, now: Moment) -> Result<Applied, ProgressError> {
        let counts = change.current.is_some() || matches!(change.total, Total::Set(_));
        let apply = |operation: &mut Operation, scopes: &mut Scopes| {
            if counts && operation.is_queue() {
                scopes.counted();
            }
            operation.apply(change, scopes.all(), now)
        };
        match self.reduce(id, now, apply) {
            Some(applied) => Ok(applied),
            None if self.past_ids.contains_key(id) => {
                self.late_updates += 1;
                Err(ProgressError::Ended(id.to_owned()))
            }
            None => Err(ProgressError::Unknown(id.to_owned())),
        }
    }

    /// Changes one active operation, and what follows from it: the queue's sums, and its move to the past.
    fn reduce(
        &mut self,
        id: &str,
        now: Moment,
        change: impl FnOnce(&mut Operation, &mut Scopes) -> Significance,
    ) -> Option<Applied> {
        let operation = self.active.get_mut(id)?;
        let before = operation.share();
        let significance = change(operation, &mut self.scopes);
        self.seq += 1;
        operation.seq = self.seq;
        let key = operation.key;
        let event = operation.event(significance);
        let ended = operation.progress.status.is_terminal();
        let last = operation.share();
        count(&mut self.scopes, operation, before, last);
        touch(&mut self.scopes, operation);
        let after = last.filter(|_| !ended);
        if ended {
            self.bury(id);
        }
        let queue = (before != after)
            .then(|| self.refresh_queue(now, Significance::Sample))
            .flatten();
        Some(Applied::new((key, event), queue))
    }

    fn refresh_queue(&mut self, now: Moment, significance: Significance) -> Option<(Key, ProgressEvent)> {
        let queue = self
            .active
            .get_mut(ids::DOWNLOAD_QUEUE)
            .filter(|it| it.is_queue())?;
        queue.write_totals(self.scopes.all(), now);
        self.seq += 1;
        queue.seq = self.seq;
        Some((queue.key, queue.event(significance)))
    }

    fn bury(&mut self, id: &str) {
        let Some((id, operation)) = self.active.remove(id) else {
            return;
        };
        self.past_ids.insert(id, operation.seq);
        self.past.insert(operation.seq, operation.progress);
        if self.past.len() > PAST_LIMIT
            && let Some((_, oldest)) = self.past.pop_first()
        {
            self.past_ids.remove(&oldest.id);
        }
    }
}

/// Brings a change of an operation into the sums above it.
fn count(scopes: &mut Scopes, operation: &Operation, before: Option<Share>, last: Option<Share>) {
    let (id, spot) = (operation.progress.id.as_str(), operation.spot());
    let status = operation.progress.status;
    match (before, last) {
        (Some(before), Some(last)) if status.is_terminal() => scopes.ended(id, spot, (before, last), status),
        (Some(before), Some(last)) => scopes.changed(spot, before, last),
        (Some(before), None) => scopes.left(spot, before),
        (None, Some(last)) if !status.is_terminal() => scopes.began(id, spot, last),
        (None, _) => {}
    }
}

/// Tells the program's operation of changes that are no download's.
fn touch(scopes: &mut Scopes, operation: &Operation) {
    if operation.progress.kind == ProgressType::Scan || (operation.is_queue() && scopes.has_app()) {
        scopes.touch_app();
    }
}

fn check_settable(id: &str, status: ProgressStatus) -> Result<(), ProgressError> {
    match status {
        ProgressStatus::InProgress | ProgressStatus::Paused | ProgressStatus::Waiting => Ok(()),
        ProgressStatus::Started
        | ProgressStatus::Completed
        | ProgressStatus::Failed
        | ProgressStatus::Cancelled => Err(ProgressError::Illegal {
            id: id.to_owned(),
            detail: format!("{status:?} is no state to change into; it begins or ends an attempt"),
        }),
    }
}

#[cfg(test)]
mod tests;
