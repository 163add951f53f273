//! Lines of JSON over a stream, with a bound on their length.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Reads one line of at most `limit` bytes. `None` at the end of the stream.
pub(super) async fn read<T, R>(reader: &mut R, limit: u64) -> io::Result<Option<T>>
where
    T: DeserializeOwned,
    R: AsyncBufRead + Unpin,
{
    let mut line = Vec::new();
    let length = reader.take(limit).read_until(b'\n', &mut line).await?;
    if length == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        let detail = format!("a line without end within {limit} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, detail));
    }
    serde_json::from_slice(&line).map(Some).map_err(io::Error::from)
}

/// Writes each value as a line, in one go.
pub(super) async fn write<T, W>(writer: &mut W, values: &[T]) -> io::Result<()>
where
    T: Serialize,
    W: AsyncWrite + Unpin,
{
    let mut lines = Vec::new();
    for value in values {
        serde_json::to_writer(&mut lines, value)?;
        lines.push(b'\n');
    }
    writer.write_all(&lines).await?;
    writer.flush().await
}

#[cfg(test)]
mod tests {
    use super::read;

    #[tokio::test]
    async fn a_line_that_does_not_end_is_refused_before_it_fills_the_memory() {
        let mut endless = tokio::io::BufReader::new(tokio::io::repeat(b'x'));
        let outcome = read::<serde_json::Value, _>(&mut endless, 1024).await;
        assert_eq!(
            outcome.map_err(|error| error.kind()),
            Err(std::io::ErrorKind::InvalidData)
        );
    }

    #[tokio::test]
    async fn the_end_of_the_stream_is_no_error() {
        let outcome = read::<serde_json::Value, _>(&mut &b""[..], 1024).await;
        assert!(matches!(outcome, Ok(None)));
    }
}
