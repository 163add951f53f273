//! The journals of all operations that the board knows, and what of them is not in the store yet.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Journal, JournalEntry, Note};
use crate::progress::Progress;

/// Journals without an operation, newest first, that stay when there are too many: a download whose server has
/// not answered yet has none.
const UNKNOWN: usize = 64;
/// How many more than the board has operations there may be before it is looked which can go.
const SLACK: usize = 256;
/// The same while the store has not got them yet.
const SLACK_UNWRITTEN: usize = 2_048;

/// See the module.
#[derive(Debug, Default)]
pub(in crate::progress) struct Journals {
    by_id: HashMap<String, Kept>,
    /// Whether a keeper writes them.
    is_kept: bool,
    has_news: bool,
    /// How many there must be before it is looked again which can go: the last look may have found none.
    look_again_at: usize,
}

#[derive(Debug, Default)]
struct Kept {
    journal: Journal,
    /// Entries that the store has.
    written: u64,
}

/// What of one journal is not in the store yet.
#[derive(Debug, Clone)]
pub(crate) struct Unwritten {
    /// The operation.
    pub(crate) operation: String,
    /// Entries that the store has. 0: whatever it has of this operation is of an older journal.
    pub(crate) from: u64,
    /// Entries in all.
    pub(crate) total: u64,
    /// Those that it has not, as far as they are kept, with their numbers.
    pub(crate) entries: Vec<(u64, JournalEntry)>,
}

impl Journals {
    /// From now on somebody writes them. Tells whether there is something to write already.
    pub(in crate::progress) fn keep(&mut self) -> bool {
        self.is_kept = true;
        self.has_news
    }

    pub(in crate::progress) fn get(&self, operation: &str) -> Option<&Journal> {
        self.by_id.get(operation).map(|kept| &kept.journal)
    }

    /// Writes down the state of an operation. `true` if a keeper has to be woken.
    pub(in crate::progress) fn state(&mut self, progress: &Progress, at: Timestamp) -> bool {
        let taken = match self.by_id.get_mut(&progress.id) {
            Some(kept) => kept.journal.take_state(progress, at),
            None => self.begin(&progress.id).take_state(progress, at),
        };
        taken && self.wakes()
    }

    /// Writes down a note. `true` if a keeper has to be woken.
    pub(in crate::progress) fn note(&mut self, operation: &str, note: Note, at: Timestamp) -> bool {
        let taken = match self.by_id.get_mut(operation) {
            Some(kept) => kept.journal.take(note, at),
            None => self.begin(operation).take(note, at),
        };
        taken && self.wakes()
    }

    /// Goes on with a journal from the store, unless there is one already.
    pub(in crate::progress) fn adopt(&mut self, operation: String, journal: Journal) {
        let written = journal.total();
        self.by_id.entry(operation).or_insert(Kept { journal, written });
    }

    fn begin(&mut self, operation: &str) -> &mut Journal {
        &mut self.by_id.entry(operation.to_owned()).or_default().journal
    }

    fn wakes(&mut self) -> bool {
        !std::mem::replace(&mut self.has_news, true) && self.is_kept
    }

    /// Whether there are so many that some may be forgotten; the board has `known` operations.
    pub(in crate::progress) fn are_many(&self, known: usize) -> bool {
        self.by_id.len() > (known + SLACK).max(self.look_again_at)
    }

    /// Forgets journals of operations that the board has forgotten. What the store has not got yet stays for
    /// longer, and so do the newest: their operation may be about to begin.
    pub(in crate::progress) fn forget(&mut self, known: usize, is_known: impl Fn(&str) -> bool) {
        let too_many = self.by_id.len() > known + SLACK_UNWRITTEN;
        let spares_unwritten = self.is_kept && !too_many;
        let mut unknown: Vec<(Option<Timestamp>, String)> = self
            .by_id
            .iter()
            .filter(|(id, kept)| !(is_known(id) || spares_unwritten && kept.is_unwritten()))
            .map(|(id, kept)| (kept.journal.newest().map(|entry| entry.at), id.clone()))
            .collect();
        unknown.sort_unstable();
        unknown.truncate(unknown.len().saturating_sub(UNKNOWN));
        for (_, id) in unknown {
            self.by_id.remove(&id);
        }
        self.look_again_at = self.by_id.len() + SLACK;
    }

    /// What the store has not got yet, of so many operations at most.
    pub(in crate::progress) fn unwritten(&mut self, most: usize) -> Vec<Unwritten> {
        let open = self.by_id.iter().filter(|(_, kept)| kept.is_unwritten());
        let found: Vec<Unwritten> = open.take(most).map(|(id, kept)| kept.unwritten(id)).collect();
        self.has_news = found.len() == most;
        found
    }

    /// The store has this now.
    pub(in crate::progress) fn written(&mut self, written: &[Unwritten]) {
        for unwritten in written {
            if let Some(kept) = self.by_id.get_mut(&unwritten.operation) {
                kept.written = kept.written.max(unwritten.total);
            }
        }
    }

    /// The store would not have it: it is news again.
    pub(in crate::progress) fn not_written(&mut self) {
        self.has_news = true;
    }

    pub(in crate::progress) fn has_news(&self) -> bool {
        self.has_news
    }
}

impl Kept {
    fn is_unwritten(&self) -> bool {
        self.written < self.journal.total()
    }

    fn unwritten(&self, operation: &str) -> Unwritten {
        let entries = self.journal.numbered();
        Unwritten {
            operation: operation.to_owned(),
            from: self.written,
            total: self.journal.total(),
            entries: entries
                .filter(|(number, _)| *number >= self.written)
                .map(|(number, entry)| (number, entry.clone()))
                .collect(),
        }
    }
}
