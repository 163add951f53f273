//! Connections of the demo server: bounded in number, in size and in time.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::http::Request;
use super::pace::DemoPace;

const MAX_CONNECTIONS: usize = 32;
const MAX_HEAD_BYTES: usize = 16 << 10;
const IDLE_AT_MOST: Duration = Duration::from_mins(1);
/// A rest after a failed accept: such failures come in rows.
const REST: Duration = Duration::from_millis(50);

/// Serves until `stopped` is sent or dropped; then every connection ends.
pub(super) async fn run(listener: TcpListener, pace: DemoPace, mut stopped: oneshot::Receiver<()>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the demo server cannot listen"),
    };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(async move {
                        if let Err(error) = converse(stream, pace).await {
                            tracing::debug!(%error, "a connection to the demo server ended");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the demo server could not take a connection");
                    tokio::time::sleep(REST).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers requests on one connection until the client has enough.
async fn converse(stream: TcpStream, pace: DemoPace) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let head = tokio::time::timeout(IDLE_AT_MOST, read_head(&mut stream))
            .await
            .map_err(io::Error::other)??;
        let Some(head) = head else { return Ok(()) };
        let Some(request) = Request::parse(&head) else {
            return stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                .await;
        };
        let answer = request.answer();
        stream.write_all(answer.head.as_bytes()).await?;
        let is_film = answer.head.contains("\r\nContent-Type: video/");
        let pace = if is_film { pace } else { DemoPace::Fast };
        pace.send(&mut stream, &answer.body).await?;
        if request.close {
            return stream.shutdown().await;
        }
    }
}

/// Reads up to the empty line; `None` when the client closed before it began.
async fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    loop {
        let chunk = stream.fill_buf().await?;
        if chunk.is_empty() {
            return if head.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
        let known = head.len();
        head.extend_from_slice(chunk);
        let taken = chunk.len();
        // The end may lie across two chunks.
        let from = known.saturating_sub(3);
        let end = head[from..]
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map(|at| from + at + 4);
        match end {
            Some(end) => {
                stream.consume(end - known);
                head.truncate(end - 4);
                return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
            }
            None if head.len() > MAX_HEAD_BYTES => return Err(io::Error::other("the request is too long")),
            None => stream.consume(taken),
        }
    }
}
