//! The head of an answer, as text. Knows nothing of what the body holds.

use super::Framing;

/// The date of every answer, so that the strength of a `Last-Modified` is known to the test.
const DATE: &str = "Tue, 24 Nov 2026 10:00:00 GMT";
/// How long one header of a head without measure is.
const PADDING: usize = 1_000;

/// A status and headers.
#[derive(Debug)]
pub(in super::super) struct Head {
    pub(in super::super) status: u16,
    /// The status as it is sent.
    pub(super) status_text: String,
    pub(in super::super) headers: Vec<(&'static str, String)>,
    /// What `Content-Length` says.
    pub(in super::super) promised_bytes: u64,
    /// So many bytes of headers that mean nothing, before the others.
    pub(super) padding: usize,
}

impl Head {
    pub(super) fn new(status: u16, mut headers: Vec<(&'static str, String)>, promised_bytes: u64) -> Self {
        headers.push(("Date", DATE.to_owned()));
        Self {
            status,
            status_text: status.to_string(),
            headers,
            promised_bytes,
            padding: 0,
        }
    }

    /// Sets a header, in place of one of the same name.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
    }

    /// All of it, with the empty line at the end.
    pub(super) fn text(&self, framing: Framing) -> String {
        let framing = match framing {
            Framing::Length => format!("Content-Length: {}", self.promised_bytes),
            Framing::Chunked => "Transfer-Encoding: chunked".to_owned(),
            Framing::Close => "Connection: close".to_owned(),
        };
        let mut lines = vec![format!("HTTP/1.1 {} Planned", self.status_text)];
        let padding = "x".repeat(PADDING);
        lines.extend((0..self.padding.div_ceil(PADDING)).map(|at| format!("X-More-{at}: {padding}")));
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        // the two empty ones end the last line and the head
        lines.extend([framing, String::new(), String::new()]);
        lines.join("\r\n")
    }
}
