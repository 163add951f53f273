//! Servers, clocks and file trees for tests.

pub mod fault;
pub mod servers;
