//! A data folder in use: opened for writing with its lock, or read beside whoever writes.

use std::path::{Path, PathBuf};

use aniworld_core::app::RetryPolicy;
use aniworld_services::store::{DATABASE_FILE, Store};
use aniworld_services::{Aniworld, OpenOptions, data_dir};
use aniworld_wire::socket::SocketServer;
use aniworld_wire::{CommandError, ErrorCode};

use crate::bars::{self, Display};
use crate::failure::Outcome;
use crate::messages::{self, Messages};
use crate::output::Output;

/// Where the data and the settings are.
#[derive(Debug)]
pub(crate) struct Folders {
    pub(crate) data: PathBuf,
    pub(crate) config: PathBuf,
}

impl Folders {
    /// The given folder for both, or the user's own.
    pub(crate) fn find(given: Option<&Path>) -> Outcome<Self> {
        let found = given
            .map(data_dir::Folders::at)
            .or_else(data_dir::Folders::of_user);
        let Some(data_dir::Folders { data, config }) = found else {
            let detail = "the system names none; give a folder with --data-dir";
            let params = [("path", "The folder for your data"), ("detail", detail)];
            return Err(CommandError::new(ErrorCode::Disk, params).into());
        };
        Ok(Self { data, config })
    }

    /// Reads the database, also while another program writes. `None` when there is none yet.
    pub(crate) fn read(&self) -> Outcome<Option<Store>> {
        if !self.data.join(DATABASE_FILE).exists() {
            return Ok(None);
        }
        Ok(Some(Store::open_read_only(&self.data)?))
    }

    /// Opens for writing. `command` names us to a second program; with `run_queue` downloads go on at once.
    pub(crate) async fn open(&self, command: &str, run_queue: bool, output: Output) -> Outcome<Session> {
        let options = OpenOptions {
            data_dir: self.data.clone(),
            config_dir: self.config.clone(),
            holder: format!("aniworld-cli {command}"),
            retry: RetryPolicy::default(),
            run_queue,
        };
        let aniworld = Aniworld::open(options).await?;
        Ok(Session::new(aniworld, &self.data, output))
    }
}

/// An opened data folder whose progress is shown here and served to others.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) aniworld: Aniworld,
    server: Option<SocketServer>,
    display: Option<Display>,
    messages: Option<Messages>,
}

impl Session {
    /// Shows and serves the progress of what was opened.
    pub(crate) fn new(aniworld: Aniworld, data_dir: &Path, output: Output) -> Self {
        // a terminal has no window to show
        let server = SocketServer::start(data_dir, aniworld.progress.clone(), || {});
        if let Err(error) = &server {
            output.note(&format!("`watch` cannot connect to this run: {error}"));
        }
        Self {
            display: bars::show(&aniworld.progress, output),
            messages: messages::print(&aniworld.progress, output),
            server: server.ok(),
            aniworld,
        }
    }

    /// Waits until everything said so far was shown, and stops showing: the result comes next.
    pub(crate) async fn hush(&mut self) {
        self.aniworld.progress.settled().await;
        self.display = None;
        self.messages = None;
    }

    /// Stops what runs so that it can be resumed, and frees the folder.
    pub(crate) async fn close(mut self) {
        self.aniworld.shutdown().await;
        self.hush().await;
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

/// Asks the store in a thread that may block.
pub(crate) async fn ask<T, E>(
    store: &Store,
    question: impl FnOnce(&Store) -> Result<T, E> + Send + 'static,
) -> Outcome<T>
where
    T: Send + 'static,
    E: Into<CommandError> + Send + 'static,
{
    let store = store.clone();
    tokio::task::spawn_blocking(move || question(&store))
        .await
        .map_err(CommandError::internal)?
        .map_err(|error| error.into().into())
}
