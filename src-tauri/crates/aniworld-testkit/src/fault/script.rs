//! What the server does, request by request.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::act::Act;
use super::{Request, ServedFile};

/// One way to answer. Numbers of bytes count bytes of the body that is being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// None: ranges, `If-Range` and all, as nginx does it.
    None,
    /// Closes the connection in the middle of the body.
    Cut(u64),
    /// Resets the connection in the middle of the body.
    Reset(u64),
    /// Closes the connection instead of answering.
    HangUp,
    /// Reads the request and never answers.
    Silence,
    /// Sends so many bytes and then nothing more, while the connection stays.
    Stall(u64),
    /// Sends so many bytes and waits for [`super::FaultServer::open_gate`].
    Gate(u64),
    /// Sends so many bytes a second.
    Throttled(u64),
    /// Knows no ranges: 200 and the whole file.
    RangeIgnored,
    /// 206 with the bytes from so many later on than asked for, as its `Content-Range` says.
    RangeShifted(u64),
    /// 206 with the right head and other bytes.
    Lie,
    /// 206 with at most so many bytes of what was asked for.
    Short206(u64),
    /// 206 as `multipart/byteranges`.
    Multipart,
    /// 206 to a request that asks for the whole.
    Unasked206,
    /// 416 with the size of the file.
    NotSatisfiable,
    /// 416 without it, as some servers do.
    NotSatisfiableBare,
    /// An error status.
    Status(u16),
    /// An error status with `Retry-After`.
    RetryAfter(u16, String),
    /// Says `Content-Encoding: gzip` over bytes that are not coded at all.
    Gzip,
    /// Codes with gzip whatever is about to be sent: the part of the file, not the file.
    Coded,
    /// A web page: 200 and `text/html`.
    WebPage,
    /// A redirect (302) to this address.
    Redirect(String),
    /// `Content-Length` promises so many bytes more than come.
    PromisesMore(u64),
    /// `Content-Length` promises so many bytes fewer than the file has.
    PromisesLess(u64),
    /// A chunked body, whole.
    Chunked,
    /// A chunked body that ends after so many bytes, without its last chunk.
    ChunkedCut(u64),
    /// A body that only the end of the connection ends, after at most so many bytes.
    CloseDelimited(u64),
    /// Something that is no HTTP.
    NoHttp,
    /// A head without an end.
    EndlessHead,
    /// A status line whose status is no number. The body follows.
    GarbageStatus,
    /// So many bytes of headers before those that matter.
    HugeHead(usize),
    /// Resets the connection instead of answering.
    ResetAtOnce,
    /// Sends no byte at or behind this place of the file, and closes the connection there.
    EndsAt(u64),
    /// Says everywhere that the file has so many bytes.
    ClaimsTotal(u64),
    /// One more header.
    Header(&'static str, String),
    /// One byte of the body every 50 ms: silence that no idle time-out hears.
    Crawl,
    /// Begins with so many bytes a second and doubles that every 50 ms, up to the second number.
    SlowStart(u64, u64),
}

/// How fast a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// Bytes a second at first.
    pub(super) first: u64,
    /// Bytes a second at most.
    pub(super) most: u64,
}

/// The whole plan: some first answers, then always the same one.
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) file: ServedFile,
    pub(super) steps: VecDeque<(Option<ServedFile>, Fault)>,
    pub(super) afterwards: Fault,
    pub(super) heeds_if_range: bool,
    pub(super) rule: Option<Rule>,
}

type Decision = Option<(ServedFile, Fault)>;
type Decide = dyn Fn(&Request, usize) -> Decision + Send + Sync;

/// Says what to do with a request; the number is that of the bodies on their way.
#[derive(Clone)]
pub(super) struct Rule(Arc<Decide>);

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Rule")
    }
}

impl Script {
    /// Serves a film with these bytes and makes no mistake.
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self::of(ServedFile::new(body))
    }

    /// Serves this file and makes no mistake.
    pub fn of(file: ServedFile) -> Self {
        Self {
            file,
            steps: VecDeque::new(),
            afterwards: Fault::None,
            heeds_if_range: true,
            rule: None,
        }
    }

    /// Requests that come at once come in any order. This decides by the request, and by how many bodies are on
    /// their way, what is sent; the rest of the script is for those about which it says nothing.
    #[must_use]
    pub fn deciding(
        mut self,
        rule: impl Fn(&Request, usize) -> Option<(ServedFile, Fault)> + Send + Sync + 'static,
    ) -> Self {
        self.rule = Some(Rule(Arc::new(rule)));
        self
    }

    /// The next request is answered so.
    #[must_use]
    pub fn then(mut self, fault: Fault) -> Self {
        self.steps.push_back((None, fault));
        self
    }

    /// Before the next request the file is replaced; that request is answered so.
    #[must_use]
    pub fn then_with(mut self, file: ServedFile, fault: Fault) -> Self {
        self.steps.push_back((Some(file), fault));
        self
    }

    /// Every further request is answered so.
    #[must_use]
    pub fn always(mut self, fault: Fault) -> Self {
        self.afterwards = fault;
        self
    }

    /// Answers ranges whatever `If-Range` says, as careless servers do.
    #[must_use]
    pub fn ignoring_if_range(mut self) -> Self {
        self.heeds_if_range = false;
        self
    }

    /// What to do now.
    pub(super) fn next(&mut self, request: &Request, sending: usize) -> Act {
        let decided = self.rule.as_ref().and_then(|rule| (rule.0)(request, sending));
        if let Some((file, fault)) = decided {
            return Act {
                file,
                faults: vec![fault],
                heeds_if_range: self.heeds_if_range,
            };
        }
        let (file, fault) = self
            .steps
            .pop_front()
            .unwrap_or_else(|| (None, self.afterwards.clone()));
        if let Some(file) = file {
            self.file = file;
        }
        Act {
            file: self.file.clone(),
            faults: vec![fault],
            heeds_if_range: self.heeds_if_range,
        }
    }
}

impl Pace {
    /// The same rate all the time.
    pub(super) fn steady(bytes_per_s: u64) -> Self {
        Self {
            first: bytes_per_s,
            most: bytes_per_s,
        }
    }
}
