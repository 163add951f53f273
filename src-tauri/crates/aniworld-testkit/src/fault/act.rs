//! What is done with one request: a file and the mistakes that are made in sending it. Data only.

use super::{Fault, Request, ServedFile};

/// The answer that was decided on.
#[derive(Debug, Clone)]
pub(super) struct Act {
    /// The version of the file.
    pub(super) file: ServedFile,
    /// What goes wrong, all of it in one answer. A fault that is another answer altogether stands first.
    pub(super) faults: Vec<Fault>,
    /// Whether `If-Range` with another version gets the whole file.
    pub(super) heeds_if_range: bool,
}

impl Act {
    /// The right answer.
    pub(super) fn right(file: &ServedFile) -> Self {
        Self {
            file: file.clone(),
            faults: Vec::new(),
            heeds_if_range: true,
        }
    }

    /// An answer that has nothing to do with a file.
    pub(super) fn without_file(fault: Fault) -> Self {
        Self::right(&ServedFile::new(Vec::new())).and(fault)
    }

    /// With one fault more.
    pub(super) fn and(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// With a fault under a condition.
    pub(super) fn and_if(self, condition: bool, fault: Fault) -> Self {
        if condition { self.and(fault) } else { self }
    }

    /// Sends ranges whatever `If-Range` says.
    pub(super) fn ignoring_if_range(mut self) -> Self {
        self.heeds_if_range = false;
        self
    }

    /// Whether some bytes of the file are sent, however wrong.
    pub(super) fn sends_file(&self) -> bool {
        self.file.len() > 0
    }
}

/// What a server can know besides the request itself.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// Which of the two addresses of the server was asked.
    pub(super) origin: Origin,
    /// The beginnings of all URLs of the two addresses.
    pub(super) bases: [String; 2],
    /// Bodies of the file that are being sent right now.
    pub(super) sending: usize,
}

/// One of the two addresses of a server: another port is another origin (RFC 6454, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    First,
    Second,
}

/// Decides what is done, request by request, and remembers what it needs for that.
pub(super) type Director = Box<dyn FnMut(&Request, &Moment) -> Act + Send>;
