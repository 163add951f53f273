//! The side of a second program.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interprocess::local_socket::tokio::Stream;
use tokio::io::BufReader;

use super::{Answer, Counts, Request, line};
use crate::{CommandError, ErrorCode, Message, platform};

/// A message is far smaller; more is a foreign program.
const LINE_BYTES: u64 = 1024 * 1024;
/// A program that has just started may not listen yet: how often, and how long after each other, it is asked.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// Why the other program could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SocketError {
    /// Nobody holds this data folder.
    #[error("no Aniworld is running with the data folder {data_dir}")]
    NotRunning {
        /// The folder.
        data_dir: PathBuf,
    },
    /// It answered with a refusal.
    #[error("the running Aniworld refused: {0}")]
    Refused(String),
    /// It speaks another form of the protocol.
    #[error("the running Aniworld has another version; use the program of the same version")]
    Version,
    /// The connection broke.
    #[error("the connection to the running Aniworld broke: {0}")]
    Broken(String),
}

impl From<SocketError> for CommandError {
    fn from(error: SocketError) -> Self {
        match error {
            SocketError::NotRunning { data_dir } => {
                Self::new(ErrorCode::NotRunning, [("path", data_dir.display().to_string())])
            }
            other => Self::internal(other),
        }
    }
}

/// The messages of the program that holds a data folder.
#[derive(Debug)]
pub struct Watch {
    reader: BufReader<Stream>,
}

impl Watch {
    /// The next message. `None` when the other program has ended. Not cancel-safe: a line may be lost.
    pub async fn next(&mut self) -> Result<Option<Message>, SocketError> {
        match line::read(&mut self.reader, LINE_BYTES).await {
            Ok(message) => Ok(message),
            // a program that is killed resets the connection
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(None),
            Err(error) => Err(SocketError::Broken(error.to_string())),
        }
    }
}

/// Connects to the program that holds `data_dir` and asks for its progress.
pub async fn watch(data_dir: &Path) -> Result<Watch, SocketError> {
    let reader = ask(data_dir, Request::Watch).await?;
    Ok(Watch { reader })
}

/// Asks the program that holds `data_dir` to show its window.
pub async fn request_show(data_dir: &Path) -> Result<(), SocketError> {
    ask(data_dir, Request::Show).await.map(drop)
}

/// The same of a program that may have started only now: it is given two seconds to listen.
pub async fn request_show_of_starting(data_dir: &Path) -> Result<(), SocketError> {
    for _ in 1..TRIES {
        match request_show(data_dir).await {
            Err(SocketError::NotRunning { .. }) => tokio::time::sleep(BETWEEN_TRIES).await,
            answer => return answer,
        }
    }
    request_show(data_dir).await
}

/// Asks the program that holds `data_dir` for what only it can count.
pub async fn counts(data_dir: &Path) -> Result<Counts, SocketError> {
    let mut reader = ask(data_dir, Request::Count).await?;
    let counts = line::read(&mut reader, LINE_BYTES).await;
    let broken = |detail: String| SocketError::Broken(detail);
    counts
        .map_err(|error| broken(error.to_string()))?
        .ok_or_else(|| broken("it ended before it had counted".into()))
}

async fn ask(data_dir: &Path, request: Request) -> Result<BufReader<Stream>, SocketError> {
    let broken = |error: io::Error| SocketError::Broken(error.to_string());
    let mut stream = platform::connect(data_dir)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => SocketError::NotRunning {
                data_dir: data_dir.to_path_buf(),
            },
            _ => broken(error),
        })?;
    line::write(&mut stream, &[request]).await.map_err(broken)?;
    let mut reader = BufReader::new(stream);
    let answer: Option<Answer> = line::read(&mut reader, LINE_BYTES).await.map_err(broken)?;
    match answer {
        Some(answer) if answer.version != super::VERSION => Err(SocketError::Version),
        Some(Answer { ok: true, .. }) => Ok(reader),
        Some(Answer { error, .. }) => Err(SocketError::Refused(error.unwrap_or_default())),
        None => Err(SocketError::Broken("it ended before it answered".into())),
    }
}
