//! `cargo xtask codegen`: the TypeScript types of `aniworld-wire`. That they are up to date is a test of that
//! crate.

use std::path::PathBuf;

use crate::process::{self, Outcome};
use crate::project;

/// Where tests write single types, so that a test run leaves the checkout as it is.
pub(crate) fn scratch() -> PathBuf {
    project::target_dir().join("bindings")
}

/// Writes the types into the frontend.
pub(crate) fn write() -> Outcome {
    let mut command = project::cargo();
    command
        .args(["test", "--package", "aniworld-wire", "--test", "export"])
        .env("UPDATE_BINDINGS", "1");
    process::run(&mut command)
}
