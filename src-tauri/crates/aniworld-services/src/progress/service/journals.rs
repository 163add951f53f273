//! The journals of operations, beside the board and under the same lock: a state and its note are one step.

use std::sync::Arc;

use super::super::journal::{Journal, Note, Unwritten};
use super::super::sync::Notify;
use super::ProgressService;

impl ProgressService {
    /// Notes what only the owner of an operation knows: an answer, a retry, a decision. The operation need not have
    /// begun. State changes write themselves.
    pub fn note(&self, operation: &str, note: Note) {
        self.shared.note(operation, note);
    }

    /// The journal of an operation that is active, about to begin, or among the last 500 that ended.
    pub fn journal(&self, operation: &str) -> Option<Journal> {
        self.shared.lock().journals.get(operation).cloned()
    }

    /// Goes on with a journal that an earlier run of the program kept, unless there is one already.
    pub fn adopt_journal(&self, operation: &str, journal: Journal) {
        let mut state = self.shared.lock();
        state.journals.adopt(operation.to_owned(), journal);
    }

    /// From now on somebody keeps journals: what is not written yet stays for longer. Wakes when there is news.
    pub(crate) fn keep_journals(&self) -> JournalNews {
        let mut state = self.shared.lock();
        let wake = Arc::clone(state.journal_wake.get_or_insert_with(|| Arc::new(Notify::new())));
        if state.journals.keep() {
            wake.notify_one();
        }
        JournalNews(wake)
    }

    /// What is not written yet, of so many operations at most.
    pub(crate) fn unwritten_journals(&self, most: usize) -> Vec<Unwritten> {
        self.shared.lock().journals.unwritten(most)
    }

    /// This is written now.
    pub(crate) fn journals_written(&self, written: &[Unwritten]) {
        self.shared.lock().journals.written(written);
    }

    /// This could not be written: it is news again.
    pub(crate) fn journals_not_written(&self) {
        self.shared.lock().journals.not_written();
    }

    /// Whether something is not written yet.
    pub(crate) fn has_journal_news(&self) -> bool {
        self.shared.lock().journals.has_news()
    }
}

/// Wakes whoever keeps journals.
#[derive(Debug)]
pub(crate) struct JournalNews(Arc<Notify>);

impl JournalNews {
    /// Returns once there is something to write, also if that came before this was asked.
    pub(crate) async fn come(&self) {
        self.0.notified().await;
    }
}
