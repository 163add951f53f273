//! Named pipes. Never compiled here: Windows is built and tested by the project's workflow only.

use std::io;
use std::path::Path;

use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{GenericNamespaced, ListenerOptions};

/// Listens for the programs of this user. The default rights of a pipe let nobody else write to it.
pub(crate) fn listen(data_dir: &Path) -> io::Result<Listener> {
    let name = name(data_dir)?;
    ListenerOptions::new()
        .name(name.to_ns_name::<GenericNamespaced>()?)
        .create_tokio()
}

/// Connects to whoever listens for this data folder.
pub(crate) async fn connect(data_dir: &Path) -> io::Result<Stream> {
    let name = name(data_dir)?;
    Stream::connect(name.to_ns_name::<GenericNamespaced>()?).await
}

fn name(data_dir: &Path) -> io::Result<String> {
    let folder = std::fs::canonicalize(data_dir)?;
    Ok(format!("aniworld-{}", super::digest(&folder)))
}
