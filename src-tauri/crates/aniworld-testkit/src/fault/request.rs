//! Reads the head of a request.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest head that is read.
const MAX_HEAD: usize = 64 << 10;

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, ...
    pub method: String,
    /// The target as sent: a path, or a whole URL to a proxy.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The `Range` that was asked for.
    pub fn range(&self) -> Option<&str> {
        self.header("range")
    }

    /// The condition of the range.
    pub fn if_range(&self) -> Option<&str> {
        self.header("if-range")
    }

    /// Whether it asks for the file from its first byte to its last, with or without `Range`.
    pub(super) fn asks_for_all(&self, length: u64) -> bool {
        self.asked_range()
            .is_none_or(|(start, end)| start == 0 && end.is_none_or(|end| end >= length))
    }

    /// How many bytes of a file of this length it asks for.
    pub(super) fn asked_bytes(&self, length: u64) -> u64 {
        let (start, end) = self.asked_range().unwrap_or((0, None));
        end.unwrap_or(length).min(length).saturating_sub(start)
    }

    /// First byte and byte behind the last of `bytes=5-` or `bytes=5-9`.
    pub fn asked_range(&self) -> Option<(u64, Option<u64>)> {
        let (first, last) = self.range()?.strip_prefix("bytes=")?.split_once('-')?;
        let end = if last.is_empty() {
            None
        } else {
            Some(last.parse::<u64>().ok()? + 1)
        };
        Some((first.parse().ok()?, end))
    }
}

/// Reads one head; `None` when the client is gone.
pub(super) async fn read(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Ok(None),
        }
    }
    Ok(parse(&String::from_utf8_lossy(&head)))
}

fn parse(head: &str) -> Option<Request> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Request {
        method,
        path,
        headers,
    })
}
