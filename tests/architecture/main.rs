//! The rules of the house, checked over the real tree: who may use whom, what may stand where.
//!
//! Each rule names the place that broke it and what to do. Knows the code as files and as cargo's metadata only.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod crates;
mod frontend;
mod layout;
mod licences;
mod sources;
mod targets;
mod tree;
