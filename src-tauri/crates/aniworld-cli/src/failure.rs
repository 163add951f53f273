//! Why a command ended without success, and the exit status that says so.

use aniworld_wire::{CommandError, ErrorCode};

/// The endings that are no success.
#[derive(Debug)]
pub(crate) enum Failure {
    /// With an error that still has to be said.
    Error(Box<CommandError>),
    /// Some parts failed, and each was named when it did.
    Named,
    /// By Ctrl-C.
    Interrupted,
}

/// The result of a command.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Error(_) | Self::Named => 1,
            // what a shell reports for a program that SIGINT ended
            Self::Interrupted => 130,
        }
    }
}

impl<E: Into<CommandError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        if error.code == ErrorCode::Interrupted {
            Self::Interrupted
        } else {
            Self::Error(Box::new(error))
        }
    }
}
