//! Whole files pass, and whatever is done to them is seen, as far as a container can show it.

mod damage;
mod hostile;
mod made;
mod words;

use super::{CheckError, Container, Verdict, check};

/// The verdict in one word: `whole`, `doubtful`, `unknown`, `broken` or `not media`.
fn word(bytes: &[u8]) -> &'static str {
    match check(bytes, bytes.len() as u64) {
        Ok(Verdict::Whole { .. }) => "whole",
        Ok(Verdict::Doubtful { .. }) => "doubtful",
        Ok(Verdict::Unknown) => "unknown",
        Err(CheckError::Broken { .. }) => "broken",
        Err(CheckError::NotMedia { .. }) => "not media",
        Err(CheckError::Io(error)) => panic!("{error}"),
    }
}

/// The container of a file that must be whole.
#[track_caller]
fn whole(bytes: &[u8]) -> Container {
    match check(bytes, bytes.len() as u64) {
        Ok(Verdict::Whole { container }) => container,
        other => panic!("{other:?}"),
    }
}

/// What is said about a file that must be broken.
#[track_caller]
fn broken(bytes: &[u8]) -> String {
    match check(bytes, bytes.len() as u64) {
        Err(CheckError::Broken { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

/// What is said about a file that must be doubtful.
#[track_caller]
fn doubtful(bytes: &[u8]) -> String {
    match check(bytes, bytes.len() as u64) {
        Ok(Verdict::Doubtful { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}
