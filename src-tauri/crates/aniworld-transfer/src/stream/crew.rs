//! How many pieces of a track may be on their way at once. Must not know what they are.

use crate::TransferError;
use crate::hosts::Visit;

/// The connections of one track to its host.
pub(super) struct Crew {
    visit: Visit,
    /// Connections that the host counts as ours; at least one.
    held: usize,
    most: usize,
}

impl Crew {
    /// A visit has one connection to begin with.
    pub(super) fn new(visit: Visit, most: usize) -> Self {
        let most = most.min(visit.tolerated()).max(1);
        Self { visit, held: 1, most }
    }

    /// The most that there may be.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Whether one more may set out while so many are on their way. Gives one away that another transfer waits for.
    pub(super) fn may_fly(&mut self, flying: usize) -> bool {
        if self.held > 1 && flying < self.held && self.visit.should_yield() {
            self.visit.remove();
            self.held -= 1;
        }
        if flying < self.held {
            return true;
        }
        let added = self.held < self.most && self.visit.add();
        self.held += usize::from(added);
        added
    }

    /// One failed while so many were on their way.
    pub(super) fn failed(&mut self, cause: &TransferError, flying: usize) {
        let too_many = matches!(
            cause,
            TransferError::HttpStatus {
                status: 429 | 503,
                ..
            } | TransferError::Connect { .. }
        );
        if !too_many || flying < 2 {
            return;
        }
        self.most = self.visit.refused(cause, flying).min(self.most);
        while self.held > self.most {
            self.visit.remove();
            self.held -= 1;
        }
    }
}
