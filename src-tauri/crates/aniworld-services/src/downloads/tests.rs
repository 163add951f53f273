//! The queue with its store, a library folder and a server that stops where a test wants it to.

mod announcements;
mod failures;
mod house;
mod limits;
mod orders;
mod random;
mod recovery;
mod refusals;
mod run;
mod stories;
mod traces;
