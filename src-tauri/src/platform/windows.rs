//! Windows: the end of a session, and the language. Never compiled here.

use std::io;

/// Returns when the terminal asks the program to end.
pub(crate) async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// The environment names no language here; the user chooses one in the settings.
pub(crate) fn locale() -> Option<String> {
    std::env::var("LANG").ok().filter(|value| !value.is_empty())
}
