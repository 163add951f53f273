//! What the server does, request by request.

use std::collections::VecDeque;

use super::ServedFile;

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
    /// `Content-Encoding: gzip`.
    Gzip,
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
}

/// The whole plan: some first answers, then always the same one.
#[derive(Debug, Clone)]
pub struct Script {
    pub(super) file: ServedFile,
    pub(super) steps: VecDeque<(Option<ServedFile>, Fault)>,
    pub(super) afterwards: Fault,
    pub(super) heeds_if_range: bool,
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
        }
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
    pub(super) fn next(&mut self) -> (ServedFile, Fault, bool) {
        let (file, fault) = self
            .steps
            .pop_front()
            .unwrap_or_else(|| (None, self.afterwards.clone()));
        if let Some(file) = file {
            self.file = file;
        }
        (self.file.clone(), fault, self.heeds_if_range)
    }
}
