//! The engine on a disk whose power fails, or whose calls do: at every call, with every end.
//!
//! A sample runs by default. `cargo xtask torture transfer` runs all of it (`ANIWORLD_TORTURE_STRIDE=1`).

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod chains;
mod faults;
mod film;
mod power;
mod room;
mod trials;
#[expect(dead_code, reason = "the tests of streams need the rest of it")]
#[path = "../streams/web.rs"]
mod web;
