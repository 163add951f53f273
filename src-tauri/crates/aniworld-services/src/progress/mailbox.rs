//! The mailbox of one subscriber: state changes in order and bounded, samples coalesced. Pure.
//!
//! A sample is only a note that an operation has news; what it says is read from the board when it is
//! handed out, so a slow subscriber costs nothing per sample and always gets the latest. A state change
//! takes the place of a waiting sample of its operation, because it says at least as much. Therefore the
//! events of one operation leave in the order in which they happened.

use std::collections::VecDeque;

use super::board::{Board, Key};
use super::room::EventName;
use super::{Delivery, ProgressEvent, Significance, Snapshot};

/// How many state changes wait at most; the next one replaces them all by a snapshot.
pub(super) const CHANGES_LIMIT: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Mailbox {
    queue: VecDeque<(u64, Note)>,
    /// The waiting sample of each operation, by the place of the operation. As long as the most operations
    /// that were active at one time.
    samples: Vec<Option<Waiting>>,
    changes: usize,
    next_place: u64,
    resync: bool,
}

#[derive(Debug)]
enum Note {
    Change(ProgressEvent),
    Sample(Key),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting {
    attempt: u64,
    /// Its place in the queue.
    place: u64,
}

impl Mailbox {
    /// Takes an event of the operation with this key. `true` if there was nothing to hand out before.
    pub(super) fn offer(&mut self, key: Key, event: &ProgressEvent) -> bool {
        let was_empty = self.is_empty();
        if self.resync {
            // the snapshot is taken when it is handed out, and will hold this
            return was_empty;
        }
        match event.significance {
            Significance::Sample if self.waits(key) => {}
            Significance::Sample => {
                let place = self.push(Note::Sample(key));
                if self.samples.len() <= key.place {
                    self.samples.resize(key.place + 1, None);
                }
                let attempt = key.attempt;
                self.samples[key.place] = Some(Waiting { attempt, place });
            }
            Significance::StateChange if self.changes == CHANGES_LIMIT => self.replace_by_snapshot(),
            Significance::StateChange => {
                if let Some(sample) = self.samples.get_mut(key.place) {
                    *sample = None;
                }
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
                Note::Sample(key) => {
                    let attempt = key.attempt;
                    let sample = self.samples.get_mut(key.place);
                    // overtaken by a state change, if another waits or none
                    if let Some(sample) = sample.filter(|it| **it == Some(Waiting { attempt, place })) {
                        *sample = None;
                        if let Some(event) = board.latest(key) {
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

    /// Whether something waits that is no sample.
    pub(super) fn holds_changes(&self) -> bool {
        self.changes > 0 || self.resync
    }

    fn is_empty(&self) -> bool {
        self.queue.is_empty() && !self.resync
    }

    fn waits(&self, key: Key) -> bool {
        let sample = self.samples.get(key.place).copied().flatten();
        sample.is_some_and(|sample| sample.attempt == key.attempt)
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

    fn start(board: &mut Board, id: &str) -> Applied {
        let action = Action::Start {
            kind: ProgressType::Scan,
            title: String::new(),
            message: String::new(),
            current: 0,
            total: Some(10_000),
        };
        applied(board, id, action)
    }

    fn advance(board: &mut Board, id: &str, current: u64) -> Applied {
        let action = Action::Advance {
            current,
            total: Some(10_000),
            message: None,
        };
        applied(board, id, action)
    }

    fn applied(board: &mut Board, id: &str, action: Action) -> Applied {
        board.apply(ProgressUpdate::new(id, action), now()).unwrap()
    }

    fn offer(mailbox: &mut Mailbox, applied: &Applied) {
        for (key, event) in applied.events() {
            mailbox.offer(key, event);
        }
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
            offer(&mut mailbox, &advance(&mut board, "a", current));
        }
        offer(&mut mailbox, &advance(&mut board, "b", 7));
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
        offer(&mut mailbox, &advance(&mut board, "a", 2));
        let paused = Action::State {
            status: ProgressStatus::Paused,
            message: None,
        };
        offer(&mut mailbox, &applied(&mut board, "a", paused));
        offer(&mut mailbox, &advance(&mut board, "a", 3));
        offer(&mut mailbox, &advance(&mut board, "a", 4));
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
            offer(&mut mailbox, &start(&mut board, &format!("op{n}")));
        }
        offer(&mut mailbox, &start(&mut board, "late"));
        let Some((done, Delivery::Resync(snapshot))) = mailbox.pop(&board, &EventName::All) else {
            panic!("a snapshot comes first");
        };
        assert_eq!(snapshot.active.len(), CHANGES_LIMIT + 2);
        assert_eq!(snapshot.seq, board.seq());
        assert_eq!(done, mailbox.end());
        assert!(mailbox.pop(&board, &EventName::All).is_none());
    }

    #[test]
    fn a_sample_of_an_ended_operation_is_not_taken_for_one_that_took_its_place() {
        let (mut board, mut mailbox) = (Board::new(), Mailbox::default());
        start(&mut board, "a");
        advance(&mut board, "a", 1);
        offer(&mut mailbox, &advance(&mut board, "a", 2));
        // its end belongs to no room of this subscriber, say: the sample still waits
        let message = String::new();
        applied(&mut board, "a", Action::Complete { message });
        start(&mut board, "b");
        advance(&mut board, "b", 1);
        offer(&mut mailbox, &advance(&mut board, "b", 7));
        assert_eq!(
            drain(&mut mailbox, &board),
            [("b".to_owned(), 7, Significance::Sample)]
        );
    }
}
