//! Linux and macOS: the signals that end a session, and the language of the environment.
//! Never compiled for macOS here.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Returns when the system or the terminal asks the program to end: SIGTERM, SIGINT or SIGHUP.
pub(crate) async fn asked_to_end() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

/// The language of messages, such as `de_DE.UTF-8`. The first variable that is set decides, as POSIX has it.
pub(crate) fn locale() -> Option<String> {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let values = variables.into_iter().filter_map(|name| std::env::var(name).ok());
    values.into_iter().find(|value| !value.is_empty())
}
