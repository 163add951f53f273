//! Where the built programs are, and how to start one that ends with the test.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

/// The desktop app, as `ANIWORLD_APP` names it.
///
/// # Panics
/// When the variable is not set: the tests of the window need a built app.
pub fn app() -> PathBuf {
    named("ANIWORLD_APP", "aniworld")
}

/// The terminal program, as `ANIWORLD_CLI` names it.
///
/// # Panics
/// When neither the variable nor a built program is there.
pub fn cli() -> PathBuf {
    named("ANIWORLD_CLI", "aniworld-cli")
}

fn named(variable: &str, program: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| beside_tests(program), PathBuf::from);
    assert!(
        path.is_file(),
        "{} is not built: run `cargo xtask test`, or build it and set {variable}",
        path.display()
    );
    path
}

/// `target/debug/<program>`: test binaries are in `target/debug/deps`.
fn beside_tests(program: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let folder = here.parent().and_then(Path::parent).unwrap_or(Path::new("."));
    folder.join(program)
}

/// A command whose process ends with the handle, with nothing on its input.
pub fn quiet(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The folder for pictures and logs of the run: `target/e2e`.
pub fn artifacts() -> PathBuf {
    let folder = std::env::var_os("ANIWORLD_E2E_ARTIFACTS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/e2e"),
        PathBuf::from,
    );
    // a folder that cannot be made shows when the first picture is written
    let _made = std::fs::create_dir_all(&folder);
    folder
}
