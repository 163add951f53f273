//! Plans an answer: first the right one, then what the fault makes of it. Pure.

use super::{Fault, Request, ServedFile};

/// The date of every answer, so that the strength of a `Last-Modified` is known to the test.
const DATE: &str = "Tue, 24 Nov 2026 10:00:00 GMT";
const BOUNDARY: &str = "fault-boundary";

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length,
    Chunked,
    Close,
}

/// What happens after so many bytes of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    Cut,
    Reset,
    Stall,
    Gate,
}

/// What will be sent.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) promised_bytes: u64,
    pub(super) framing: Framing,
    pub(super) interruption: Option<(u64, Interruption)>,
    pub(super) bytes_per_s: Option<u64>,
}

impl Plan {
    pub(super) fn new(file: &ServedFile, fault: &Fault, request: &Request, heeds_if_range: bool) -> Self {
        let range = request
            .asked_range()
            .filter(|_| *fault != Fault::RangeIgnored && !(heeds_if_range && changed(file, request)));
        let mut plan = match (fault, range) {
            (Fault::Unasked206, None) => Self::part(file, 0, file.len()),
            (_, Some((start, end))) if start < file.len() => {
                Self::part(file, start, end.unwrap_or(u64::MAX).min(file.len()))
            }
            (_, Some(_)) => Self::not_satisfiable(Some(file)),
            (_, None) => Self::whole(file),
        };
        plan.spoil(file, fault, range.map(|(start, _)| start));
        plan
    }

    /// The text before the body.
    pub(super) fn head(&self) -> String {
        let first = format!("HTTP/1.1 {} Planned", self.status);
        let framing = match self.framing {
            Framing::Length => format!("Content-Length: {}", self.promised_bytes),
            Framing::Chunked => "Transfer-Encoding: chunked".to_owned(),
            Framing::Close => "Connection: close".to_owned(),
        };
        let mut lines = vec![first, format!("Date: {DATE}")];
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        // the two empty ones end the last line and the head
        lines.extend([framing, String::new(), String::new()]);
        lines.join("\r\n")
    }

    fn answer(status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            promised_bytes: body.len() as u64,
            body,
            framing: Framing::Length,
            interruption: None,
            bytes_per_s: None,
        }
    }

    fn whole(file: &ServedFile) -> Self {
        Self::answer(200, describe(file), file.body.to_vec())
    }

    fn part(file: &ServedFile, start: u64, end: u64) -> Self {
        let mut headers = describe(file);
        headers.push(("Content-Range", content_range(start, end, file)));
        Self::answer(206, headers, file.slice(start, end).to_vec())
    }

    fn not_satisfiable(file: Option<&ServedFile>) -> Self {
        let range = file.map(|file| ("Content-Range", format!("bytes */{}", file.len())));
        Self::answer(416, range.into_iter().collect(), Vec::new())
    }

    fn spoil(&mut self, file: &ServedFile, fault: &Fault, start: Option<u64>) {
        match fault {
            Fault::Cut(after) => self.interruption = Some((*after, Interruption::Cut)),
            Fault::Reset(after) => self.interruption = Some((*after, Interruption::Reset)),
            Fault::Stall(after) => self.interruption = Some((*after, Interruption::Stall)),
            Fault::Gate(after) => self.interruption = Some((*after, Interruption::Gate)),
            Fault::Throttled(bytes_per_s) => self.bytes_per_s = Some(*bytes_per_s),
            Fault::PromisesMore(bytes) => {
                self.promised_bytes += bytes;
                self.interruption = Some((u64::MAX, Interruption::Cut));
            }
            Fault::PromisesLess(bytes) => {
                self.promised_bytes = self.promised_bytes.saturating_sub(*bytes);
                self.interruption = Some((u64::MAX, Interruption::Cut));
            }
            Fault::Chunked => self.framing = Framing::Chunked,
            Fault::ChunkedCut(after) => {
                self.framing = Framing::Chunked;
                self.interruption = Some((*after, Interruption::Cut));
            }
            Fault::CloseDelimited(after) => {
                self.framing = Framing::Close;
                self.interruption = Some((*after, Interruption::Cut));
            }
            Fault::Gzip => self.headers.push(("Content-Encoding", "gzip".to_owned())),
            other => self.replace(file, other, start),
        }
    }

    /// Faults that are another answer altogether, or one only to a request for a range.
    fn replace(&mut self, file: &ServedFile, fault: &Fault, start: Option<u64>) {
        let html = ("Content-Type", "text/html; charset=utf-8".to_owned());
        *self = match (fault, start) {
            (Fault::Status(status), _) => Self::answer(*status, Vec::new(), Vec::new()),
            (Fault::RetryAfter(status, wait), _) => {
                Self::answer(*status, vec![("Retry-After", wait.clone())], Vec::new())
            }
            (Fault::Redirect(to), _) => Self::answer(302, vec![("Location", to.clone())], Vec::new()),
            (Fault::WebPage, _) => Self::answer(200, vec![html], b"<html>log in</html>".to_vec()),
            (Fault::NotSatisfiable, Some(_)) => Self::not_satisfiable(Some(file)),
            (Fault::NotSatisfiableBare, Some(_)) => Self::not_satisfiable(None),
            (Fault::RangeShifted(by), Some(start)) => Self::part(file, start + by, file.len()),
            (Fault::Short206(most), Some(start)) => Self::part(file, start, (start + most).min(file.len())),
            (Fault::Lie, Some(start)) => {
                let mut plan = Self::part(file, start, file.len());
                plan.body.iter_mut().for_each(|byte| *byte ^= 0xFF);
                plan
            }
            (Fault::Multipart, Some(start)) => multipart(file, start),
            _ => return,
        };
    }

    fn set(&mut self, name: &'static str, value: String) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
    }
}

fn multipart(file: &ServedFile, start: u64) -> Plan {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Range: {}\r\n\r\n",
        content_range(start, file.len(), file)
    )
    .into_bytes();
    body.extend_from_slice(file.slice(start, file.len()));
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let mut plan = Plan::answer(206, describe(file), body);
    plan.set(
        "Content-Type",
        format!("multipart/byteranges; boundary={BOUNDARY}"),
    );
    plan
}

fn content_range(start: u64, end: u64, file: &ServedFile) -> String {
    format!("bytes {start}-{}/{}", end.saturating_sub(1), file.len())
}

fn describe(file: &ServedFile) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Content-Type", file.content_type.clone()),
        ("Accept-Ranges", "bytes".to_owned()),
    ];
    headers.extend(file.etag.clone().map(|tag| ("ETag", tag)));
    headers.extend(file.last_modified.clone().map(|date| ("Last-Modified", date)));
    headers
}

/// Whether `If-Range` names another version than this one.
fn changed(file: &ServedFile, request: &Request) -> bool {
    request.if_range().is_some_and(|condition| {
        file.etag.as_deref() != Some(condition) && file.last_modified.as_deref() != Some(condition)
    })
}
