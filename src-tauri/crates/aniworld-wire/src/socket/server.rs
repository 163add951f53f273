//! The side of the program that holds the data folder.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aniworld_services::ProgressService;
use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use tokio::io::{AsyncBufRead, AsyncReadExt, AsyncWrite, BufReader};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::feed::Feed;
use super::{Answer, Counts, Request, line};
use crate::platform;

/// Clients at the same time; more are told to come later.
const CLIENTS: usize = 16;
/// A request is one short line.
const REQUEST_BYTES: u64 = 4 * 1024;
/// How long a client may take to say what it wants.
const REQUEST_TIME: Duration = Duration::from_secs(5);
/// A client that takes nothing for so long is cut off.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// Rest after a failed accept, such as when the process is out of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves progress and takes requests until it is stopped or dropped.
#[derive(Debug)]
pub struct SocketServer {
    task: JoinHandle<()>,
}

/// What every client's task needs.
struct Shared {
    progress: ProgressService,
    on_show: Box<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl SocketServer {
    /// Begins to serve for `data_dir`, in a task of the current Tokio runtime.
    ///
    /// The caller holds the lock of the data folder; so a socket left there by a killed process is replaced.
    /// `on_show` is called when another program asks for the window; it must return at once.
    pub fn start(
        data_dir: &Path,
        progress: ProgressService,
        on_show: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = platform::listen(data_dir)?;
        let shared = Arc::new(Shared {
            progress,
            on_show: Box::new(on_show),
        });
        Ok(Self {
            task: tokio::spawn(accept(listener, shared)),
        })
    }

    /// Stops, and returns once the socket is gone.
    pub async fn stop(mut self) {
        self.task.abort();
        // the only error is the cancellation just asked for
        let _ = (&mut self.task).await;
    }
}

impl Drop for SocketServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: Listener, shared: Arc<Shared>) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(stream) if clients.len() < CLIENTS => {
                    clients.spawn(serve(stream, Arc::clone(&shared)));
                }
                Ok(stream) => refuse(stream).await,
                Err(error) => {
                    tracing::warn!(%error, "a local client could not connect");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(ended) = clients.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "the task of a local client failed");
                }
            }
        }
    }
}

async fn refuse(mut stream: Stream) {
    let answer = [Answer::refused(
        "too many programs are connected; close one of them",
    )];
    let told = timeout(ACCEPT_PAUSE, line::write(&mut stream, &answer)).await;
    tracing::warn!(
        told = matches!(told, Ok(Ok(()))),
        "a local client was refused: {CLIENTS} are connected"
    );
}

async fn serve(stream: Stream, shared: Arc<Shared>) {
    let (reader, writer) = tokio::io::split(stream);
    if let Err(error) = converse(BufReader::new(reader), writer, &shared).await {
        tracing::debug!(%error, "a local client went away");
    }
}

async fn converse<R, W>(mut reader: R, mut writer: W, shared: &Shared) -> io::Result<()>
where
    R: AsyncBufRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let request = timeout(REQUEST_TIME, line::read(&mut reader, REQUEST_BYTES)).await?;
    match request {
        Ok(None) => Ok(()),
        Ok(Some(Request::Show)) => {
            (shared.on_show)();
            line::write(&mut writer, &[Answer::taken()]).await
        }
        Ok(Some(Request::Count)) => {
            line::write(&mut writer, &[Answer::taken()]).await?;
            line::write(&mut writer, &[counted(&shared.progress)]).await
        }
        Ok(Some(Request::Watch)) => {
            line::write(&mut writer, &[Answer::taken()]).await?;
            tokio::select! {
                ended = send_all(&mut writer, &shared.progress) => ended,
                () = gone(&mut reader) => Ok(()),
            }
        }
        Err(error) => {
            let reason = format!("not a request of version {}: {error}", super::VERSION);
            line::write(&mut writer, &[Answer::refused(&reason)]).await
        }
    }
}

fn counted(progress: &ProgressService) -> Counts {
    let listeners = progress.listeners();
    Counts {
        active_operations: progress.active().len() as u64,
        late_updates: progress.late_updates(),
        subscribers: Some(listeners.subscribers),
        detached_subscribers: Some(listeners.detached),
        resyncs: Some(listeners.resyncs),
    }
}

async fn send_all<W: AsyncWrite + Unpin>(writer: &mut W, progress: &ProgressService) -> io::Result<()> {
    let mut feed = Feed::new(progress);
    while let Some(messages) = feed.next().await {
        timeout(WRITE_TIME, line::write(writer, &messages)).await??;
    }
    Ok(())
}

/// Returns when the client closes its end. What it sends meanwhile is read and dropped.
async fn gone<R: AsyncBufRead + Unpin>(reader: &mut R) {
    let mut ignored = [0; 256];
    while matches!(reader.read(&mut ignored).await, Ok(length) if length > 0) {}
}
