//! One program for all targets, so that all that is below them is built and linked once.
//! `ANIWORLD_FUZZ_TARGET` says which; everything else is as libFuzzer's own help says.
#![no_main]

use std::sync::LazyLock;

use aniworld_fuzz::TARGETS;
use libfuzzer_sys::fuzz_target;

/// Where the name of the target stands.
const CHOICE: &str = "ANIWORLD_FUZZ_TARGET";

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let chosen = std::env::var(CHOICE).unwrap_or_default();
    let known = TARGETS.iter().find(|(name, _)| *name == chosen);
    known.map_or_else(
        || {
            let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
            panic!("{CHOICE} must be one of {}", names.join(", "))
        },
        |(_, target)| *target,
    )
});

fuzz_target!(|bytes: &[u8]| (*TARGET)(bytes));
