//! Servers, clocks and file trees for tests.

pub mod servers;
