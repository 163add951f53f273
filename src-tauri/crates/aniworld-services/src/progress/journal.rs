//! What happened to an operation, in its order: from this somebody later learns why it waits, is slow, failed
//! or was skipped.
//!
//! Pure: the time is passed in, nothing is written anywhere. Bounded: of each operation the first [`FIRST`] and the
//! last [`LAST`] entries, with a count of those between. Facts only, no words for people; every text that may come
//! from outside loses its secrets at this door.

mod kept;
mod note;

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::note::Standing;
use super::Progress;

pub(in crate::progress) use self::kept::Journals;
pub(crate) use self::kept::Unwritten;
pub use self::note::{Decision, Note, Params};

/// How many of the first entries are kept: how it began says most about what it was.
pub const FIRST: usize = 8;
/// How many of the last entries are kept.
pub const LAST: usize = 56;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When, by the wall clock.
    pub at: Timestamp,
    /// In which attempt: 1 for the first, one more for each that begins after an end. Counted here, over restarts
    /// of the program too.
    pub attempt: u32,
    /// What.
    pub note: Note,
}

/// The journal of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    first: Vec<JournalEntry>,
    last: VecDeque<JournalEntry>,
    total: u64,
    attempt: u32,
    standing: Option<Standing>,
}

impl Journal {
    /// A journal as it was kept: entries by their numbers, of so many in all. Numbers beyond the bounds are left out.
    pub fn restored(entries: impl IntoIterator<Item = (u64, JournalEntry)>, total: u64) -> Self {
        let mut journal = Self::default();
        for (number, entry) in entries {
            journal.attempt = entry.attempt;
            if let Some(standing) = entry.note.standing() {
                journal.standing = Some(standing);
            }
            journal.total = number;
            journal.push(entry);
        }
        journal.total = journal.total.max(total);
        journal
    }

    /// Takes a note. `false` if it says nothing new: the state is the one that it was, or a start that only goes on.
    pub fn take(&mut self, note: Note, at: Timestamp) -> bool {
        let note = note.tidied();
        let standing = note.standing();
        if let Some(standing) = &standing
            && matches!(note, Note::State { .. })
            && !standing.is_news_after(self.standing.as_ref())
        {
            return false;
        }
        let had_ended = self.standing.as_ref().is_some_and(Standing::has_ended);
        if self.attempt == 0 || had_ended {
            self.attempt += 1;
        }
        if standing.is_some() {
            self.standing = standing;
        } else if had_ended {
            self.standing = None;
        }
        let attempt = self.attempt;
        self.push(JournalEntry { at, attempt, note });
        true
    }

    /// The same for the state of an operation, which costs nothing where it is no news.
    pub(in crate::progress) fn take_state(&mut self, progress: &Progress, at: Timestamp) -> bool {
        if self.standing.as_ref().is_some_and(|it| it.is_that_of(progress)) {
            return false;
        }
        self.take(Note::of_state(progress), at)
    }

    fn push(&mut self, entry: JournalEntry) {
        // without a gap before it: one that was restored may have lost its beginning
        let continues = self.total == self.first.len() as u64;
        if continues && self.first.len() < FIRST {
            self.first.push(entry);
        } else {
            if self.last.len() == LAST {
                self.last.pop_front();
            }
            self.last.push_back(entry);
        }
        self.total += 1;
    }

    /// The entries that are kept, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &JournalEntry> {
        self.first.iter().chain(&self.last)
    }

    /// The same with their numbers, which count from 0.
    pub fn numbered(&self) -> impl Iterator<Item = (u64, &JournalEntry)> {
        let behind = self.total - self.last.len() as u64;
        (0..).zip(&self.first).chain((behind..).zip(&self.last))
    }

    /// How many were left out between the first and the last ones.
    pub fn left_out(&self) -> u64 {
        self.total - (self.first.len() + self.last.len()) as u64
    }

    /// How many of [`Journal::entries`] come before those that were left out.
    pub fn before_gap(&self) -> usize {
        self.first.len()
    }

    /// How many there were in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The newest entry.
    pub fn newest(&self) -> Option<&JournalEntry> {
        self.last.back().or(self.first.last())
    }
}

#[cfg(test)]
mod tests;
