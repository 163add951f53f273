//! Servers, clocks and file trees for tests.
