//! The shell on Tauri's mock runtime: its commands, who may give them, and what windows hear.
//!
//! Real services on a temporary data folder, real capabilities, no display. What needs a real window (closing,
//! minimising, the tray, the end of the program) is in `tests/e2e`; the mock runtime has none of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod demo;
mod emitters;
mod frames;
mod history;
mod library;
mod lists;
mod notices;
mod program;
mod queue;
mod refused;
mod relay;
mod settings;
mod sources;
