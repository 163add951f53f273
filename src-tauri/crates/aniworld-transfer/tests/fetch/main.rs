//! `fetch` from end to end: a server that makes one mistake after the other, a real folder, and what
//! must stand in it afterwards. Knows the public interface of the crate only.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod connections;
mod doubts;
mod files;
mod held_clock;
mod manifest;
mod notes;
mod pace;
mod random;
mod ranges;
mod redirects;
mod refusals;
mod reports;
mod resume;
mod retries;
mod running;
mod seams;
mod silence;
mod stage;
mod steering;
mod versions;
mod whole;
