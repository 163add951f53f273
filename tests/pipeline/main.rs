//! The layers together, without a window: scan, missing, queue, download, file.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod original;
