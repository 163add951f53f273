//! Plans an answer: first the right one, then what the faults make of it. Pure.

mod head;

use bytes::Bytes;

pub(super) use self::head::Head;
use super::act::Act;
use super::gzip::gzip;
use super::script::Pace;
use super::{Fault, Request, ServedFile};

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
    Crawl,
    Gate,
}

/// What will be sent.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) head: Head,
    pub(super) body: Bytes,
    pub(super) framing: Framing,
    pub(super) interruption: Option<(u64, Interruption)>,
    pub(super) pace: Option<Pace>,
    /// The place in the file of the first byte of the body.
    start: u64,
}

impl Plan {
    pub(super) fn new(act: &Act, request: &Request) -> Self {
        let file = &act.file;
        let ignored = act.faults.contains(&Fault::RangeIgnored);
        let range = request
            .asked_range()
            .filter(|_| !ignored)
            .filter(|_| !act.heeds_if_range || !changed(file, request));
        let total = act.faults.iter().find_map(|fault| match fault {
            Fault::ClaimsTotal(total) => Some(*total),
            _ => None,
        });
        let total = total.unwrap_or(file.len());
        let mut plan = match range {
            None if act.faults.contains(&Fault::Unasked206) => Self::part(file, 0, file.len(), total),
            Some((start, end)) if start < total => {
                Self::part(file, start, end.unwrap_or(total).min(total), total)
            }
            Some(_) => Self::not_satisfiable(Some(total)),
            None => Self::whole(file, total),
        };
        for fault in &act.faults {
            plan.spoil(file, fault, range.map(|(start, _)| start));
        }
        plan
    }

    /// The text before the body.
    pub(super) fn head(&self) -> String {
        self.head.text(self.framing)
    }

    fn answer(status: u16, headers: Vec<(&'static str, String)>, body: Bytes) -> Self {
        Self {
            head: Head::new(status, headers, body.len() as u64),
            body,
            framing: Framing::Length,
            interruption: None,
            pace: None,
            start: 0,
        }
    }

    fn bare(status: u16, headers: Vec<(&'static str, String)>) -> Self {
        Self::answer(status, headers, Bytes::new())
    }

    fn whole(file: &ServedFile, total: u64) -> Self {
        let mut plan = Self::answer(200, describe(file), file.bytes());
        plan.promise(total);
        plan
    }

    fn part(file: &ServedFile, start: u64, end: u64, total: u64) -> Self {
        let mut headers = describe(file);
        headers.push(("Content-Range", content_range(start, end, total)));
        let mut plan = Self::answer(206, headers, file.slice(start, end));
        plan.promise(end.saturating_sub(start));
        plan.start = start;
        plan
    }

    fn not_satisfiable(total: Option<u64>) -> Self {
        let range = total.map(|total| ("Content-Range", format!("bytes */{total}")));
        Self::bare(416, range.into_iter().collect())
    }

    /// Names a length in the head. Where the body has another one, the connection ends with it.
    fn promise(&mut self, bytes: u64) {
        self.head.promised_bytes = bytes;
        if bytes != self.body.len() as u64 {
            self.interrupt(u64::MAX, Interruption::Cut);
        }
    }

    fn interrupt(&mut self, after: u64, interruption: Interruption) {
        self.interruption = Some((after, interruption));
    }

    fn spoil(&mut self, file: &ServedFile, fault: &Fault, start: Option<u64>) {
        let length = self.body.len() as u64;
        match fault {
            Fault::Cut(after) => self.interrupt(*after, Interruption::Cut),
            Fault::Reset(after) => self.interrupt(*after, Interruption::Reset),
            Fault::Stall(after) => self.interrupt(*after, Interruption::Stall),
            Fault::Gate(after) => self.interrupt(*after, Interruption::Gate),
            Fault::Crawl => self.interrupt(0, Interruption::Crawl),
            Fault::EndsAt(place) if self.start + length > *place => {
                self.interrupt(place.saturating_sub(self.start), Interruption::Cut);
            }
            Fault::Throttled(bytes_per_s) => self.pace = Some(Pace::steady(*bytes_per_s)),
            Fault::SlowStart(first, most) => {
                self.pace = Some(Pace {
                    first: *first,
                    most: *most,
                });
            }
            Fault::PromisesMore(bytes) => self.promise(length + bytes),
            Fault::PromisesLess(bytes) => self.promise(length.saturating_sub(*bytes)),
            Fault::Chunked => self.framing = Framing::Chunked,
            Fault::ChunkedCut(after) => {
                self.framing = Framing::Chunked;
                self.interrupt(*after, Interruption::Cut);
            }
            Fault::CloseDelimited(after) => {
                self.framing = Framing::Close;
                self.interrupt(*after, Interruption::Cut);
            }
            Fault::Gzip => self.head.set("Content-Encoding", "gzip".to_owned()),
            Fault::Coded => self.code(),
            Fault::Header(name, value) => self.head.set(name, value.clone()),
            Fault::GarbageStatus => "garbage".clone_into(&mut self.head.status_text),
            Fault::HugeHead(bytes) => self.head.padding = *bytes,
            other => self.replace(file, other, start),
        }
    }

    /// Faults that are another answer altogether, or one only to a request for a range.
    fn replace(&mut self, file: &ServedFile, fault: &Fault, start: Option<u64>) {
        let html = ("Content-Type", "text/html; charset=utf-8".to_owned());
        let page = Bytes::from_static(b"<html>log in</html>");
        *self = match (fault, start) {
            (Fault::Status(status), _) => Self::bare(*status, Vec::new()),
            (Fault::RetryAfter(status, wait), _) => Self::bare(*status, vec![("Retry-After", wait.clone())]),
            (Fault::Redirect(to), _) => Self::bare(302, vec![("Location", to.clone())]),
            (Fault::WebPage, _) => Self::answer(200, vec![html], page),
            (Fault::NotSatisfiable, Some(_)) => Self::not_satisfiable(Some(file.len())),
            (Fault::NotSatisfiableBare, Some(_)) => Self::not_satisfiable(None),
            (Fault::RangeShifted(by), Some(start)) => {
                // as long as what was asked for: only the place is another one
                let end = start + by + self.body.len() as u64;
                Self::part(file, start + by, end.min(file.len()), file.len())
            }
            (Fault::Short206(most), Some(start)) => {
                let end = start + self.body.len().min(usize::try_from(*most).unwrap_or(usize::MAX)) as u64;
                Self::part(file, start, end, file.len())
            }
            (Fault::Lie, Some(_)) => {
                self.body = self.body.iter().map(|byte| byte ^ 0xFF).collect();
                return;
            }
            (Fault::Multipart, Some(start)) => multipart(file, start, start + self.body.len() as u64),
            _ => return,
        };
    }

    fn code(&mut self) {
        self.body = gzip(&self.body).into();
        self.promise(self.body.len() as u64);
        self.head.set("Content-Encoding", "gzip".to_owned());
    }
}

fn multipart(file: &ServedFile, start: u64, end: u64) -> Plan {
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Range: {}\r\n\r\n",
        content_range(start, end, file.len())
    )
    .into_bytes();
    body.extend_from_slice(&file.slice(start, end));
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let mut plan = Plan::answer(206, describe(file), body.into());
    plan.head.set(
        "Content-Type",
        format!("multipart/byteranges; boundary={BOUNDARY}"),
    );
    plan
}

fn content_range(start: u64, end: u64, total: u64) -> String {
    format!("bytes {start}-{}/{total}", end.saturating_sub(1))
}

fn describe(file: &ServedFile) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Content-Type", file.content_type.clone()),
        ("Accept-Ranges", "bytes".to_owned()),
    ];
    headers.extend(file.etag.clone().map(|tag| ("ETag", tag)));
    headers.extend(file.last_modified.clone().map(|date| ("Last-Modified", date)));
    headers.extend(file.coding.clone().map(|coding| ("Content-Encoding", coding)));
    headers
}

/// Whether `If-Range` names another version than this one. A weak tag never matches (RFC 9110, 13.1.5).
fn changed(file: &ServedFile, request: &Request) -> bool {
    request.if_range().is_some_and(|condition| {
        let tag = file.etag.as_deref().filter(|tag| !tag.starts_with("W/"));
        tag != Some(condition) && file.last_modified.as_deref() != Some(condition)
    })
}
