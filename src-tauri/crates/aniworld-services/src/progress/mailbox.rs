//! The mailbox of one subscriber: state changes in order and bounded, samples coalesced. Pure.
//!
//! A sample is only a note that an operation has news; what it says is read from the board when it is
//! handed out, so a slow subscriber costs nothing per sample and always gets the latest. A state change
//! takes the place of a waiting sample of its operation, because it says at least as much. Therefore the
//! events of one operation leave in the order in which they happened.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::board::Board;
use super::room::EventName;
use super::{Delivery, ProgressEvent, Significance, Snapshot};

/// How many state changes wait at most; the next one replaces them all by a snapshot.
pub(super) const CHANGES_LIMIT: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Mailbox {
    queue: VecDeque<(u64, Note)>,
    /// The place in the queue of each operation's waiting sample.
    samples: HashMap<Arc<str>, u64>,
    changes: usize,
    next_place: u64,
    resync: bool,
}

#[derive(Debug)]
enum Note {
    Change(ProgressEvent),
    Sample(Arc<str>),
}

impl Mailbox {
    /// Takes an event. `true` if there was nothing to hand out before.
    pub(super) fn offer(&mut self, event: &ProgressEvent) -> bool {
        let was_empty = self.is_empty();
        if self.resync {
            // the snapshot is taken when it is handed out, and will hold this
            return was_empty;
        }
        let id = event.progress.id.as_str();
        match event.significance {
            Significance::Sample if self.samples.contains_key(id) => {}
            Significance::Sample => {
                let id: Arc<str> = id.into();
                let place = self.push(Note::Sample(Arc::clone(&id)));
                self.samples.insert(id, place);
            }
            Significance::StateChange if self.changes == CHANGES_LIMIT => self.replace_by_snapshot(),
            Significance::StateChange => {
                self.samples.remove(id);
                self.changes += 1;
                self.push(Note::Change(event.clone()));
            }
        }
        was_empty
    }

    /// Drops everything that waits; the next thing handed out is a snapshot.
    pub(super) fn replace_by_snapshot(&mut self) {
        self.queue.clear();
        self.samples.clear();
        self.changes = 0;
        self.resync = true;
        self.next_place += 1;
    }

    /// Hands out the oldest thing, with the place that is done when it has been handled.
    pub(super) fn pop(&mut self, board: &Board, name: &EventName) -> Option<(u64, Delivery)> {
        if self.resync {
            self.resync = false;
            return Some((self.next_place, Delivery::Resync(only(board.snapshot(), name))));
        }
        while let Some((place, note)) = self.queue.pop_front() {
            match note {
                Note::Change(event) => {
                    self.changes -= 1;
                    return Some((place + 1, Delivery::Event(event)));
                }
                Note::Sample(id) => {
                    // overtaken by a state change, if the place is another
                    if self.samples.get(&id) == Some(&place) {
                        self.samples.remove(&id);
                        if let Some(event) = board.latest(&id) {
                            return Some((place + 1, Delivery::Event(event)));
                        }
                    }
                }
            }
        }
        None
    }

    /// The place behind everything taken so far.
    pub(super) fn end(&self) -> u64 {
        self.next_place
    }

    fn is_empty(&self) -> bool {
        self.queue.is_empty() && !self.resync
    }

    fn push(&mut self, note: Note) -> u64 {
        let place = self.next_place;
        self.next_place += 1;
        self.queue.push_back((place, note));
        place
    }
}

/// The part of a snapshot that a subscriber asked for.
pub(super) fn only(mut snapshot: Snapshot, name: &EventName) -> Snapshot {
    if *name != EventName::All {
        snapshot.active.retain(|progress| name.covers(progress));
        snapshot.past.retain(|progress| name.covers(progress));
    }
    snapshot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::clock::{Clock, ManualClock, Moment};
    use crate::progress::{Action, Applied, ProgressStatus, ProgressType, ProgressUpdate};

    fn now() -> Moment {
        ManualClock::new().now()
    }

    fn start(board: &mut Board, id: &str) -> ProgressEvent {
        let action = Action::Start {
            kind: ProgressType::Scan,
            title: String::new(),
            message: String::new(),
            current: 0,
            total: Some(10_000),
        };
        applied(board, id, action)
    }

    fn advance(board: &mut Board, id: &str, current: u64) -> ProgressEvent {
        let action = Action::Advance {
            current,
            total: Some(10_000),
            message: None,
        };
        applied(board, id, action)
    }

    fn applied(board: &mut Board, id: &str, action: Action) -> ProgressEvent {
        let Applied { event, .. } = board.apply(ProgressUpdate::new(id, action), now()).unwrap();
        event
    }

    fn drain(mailbox: &mut Mailbox, board: &Board) -> Vec<(String, u64, Significance)> {
        std::iter::from_fn(|| mailbox.pop(board, &EventName::All))
            .map(|(_, delivery)| match delivery {
                Delivery::Event(event) => (
                    event.progress.id.clone(),
                    event.progress.current,
                    event.significance,
                ),
                Delivery::Resync(_) => panic!("no overflow expected"),
            })
            .collect()
    }

    #[test]
    fn samples_of_an_operation_become_its_latest() {
        let (mut board, mut mailbox) = (Board::new(), Mailbox::default());
        for id in ["a", "b"] {
            start(&mut board, id);
            advance(&mut board, id, 0);
        }
        for current in 1..=500 {
            mailbox.offer(&advance(&mut board, "a", current));
        }
        mailbox.offer(&advance(&mut board, "b", 7));
        assert_eq!(
            drain(&mut mailbox, &board),
            [
                ("a".to_owned(), 500, Significance::Sample),
                ("b".to_owned(), 7, Significance::Sample)
            ]
        );
    }

    #[test]
    fn a_state_change_overtakes_the_waiting_sample_and_a_later_sample_follows_it() {
        let (mut board, mut mailbox) = (Board::new(), Mailbox::default());
        start(&mut board, "a");
        advance(&mut board, "a", 1);
        mailbox.offer(&advance(&mut board, "a", 2));
        let paused = Action::State {
            status: ProgressStatus::Paused,
            message: None,
        };
        mailbox.offer(&applied(&mut board, "a", paused));
        mailbox.offer(&advance(&mut board, "a", 3));
        mailbox.offer(&advance(&mut board, "a", 4));
        assert_eq!(
            drain(&mut mailbox, &board),
            [
                ("a".to_owned(), 2, Significance::StateChange),
                ("a".to_owned(), 3, Significance::StateChange),
                ("a".to_owned(), 4, Significance::Sample)
            ]
        );
    }

    #[test]
    fn an_overflow_becomes_one_snapshot_of_the_time_of_reading() {
        let (mut board, mut mailbox) = (Board::new(), Mailbox::default());
        for n in 0..=CHANGES_LIMIT {
            mailbox.offer(&start(&mut board, &format!("op{n}")));
        }
        mailbox.offer(&start(&mut board, "late"));
        let Some((done, Delivery::Resync(snapshot))) = mailbox.pop(&board, &EventName::All) else {
            panic!("a snapshot comes first");
        };
        assert_eq!(snapshot.active.len(), CHANGES_LIMIT + 2);
        assert_eq!(snapshot.seq, board.seq());
        assert_eq!(done, mailbox.end());
        assert!(mailbox.pop(&board, &EventName::All).is_none());
    }
}
