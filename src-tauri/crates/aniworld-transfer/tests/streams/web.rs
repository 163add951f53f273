//! A small web server whose answers a test decides, request by request. Must not know what a stream is.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Path and query, without the slash in front.
    pub(crate) path: String,
    /// First and last byte, where a range was asked for.
    pub(crate) range: Option<(usize, usize)>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// A file, or the range of it that is asked for.
    File(Vec<u8>),
    /// A range of it is answered with at most so many bytes.
    Short(Vec<u8>, usize),
    /// A file, whatever is asked for.
    Whole(Vec<u8>),
    /// A file or a range of it with a version, of which so many bytes come and then nothing.
    Stuck(Vec<u8>, usize),
    /// An error.
    Status(u16),
    /// A web page.
    Page,
    /// Nothing, until the client goes away.
    Silence,
    /// These bytes, and the end of the connection.
    Raw(Vec<u8>),
}

type Decide = Box<dyn FnMut(&Asked) -> Answer + Send>;

pub(crate) struct Web {
    base: String,
    shared: Arc<Shared>,
}

struct Shared {
    decide: Mutex<Decide>,
    asked: Mutex<Vec<Asked>>,
}

impl Web {
    /// Decides with a function.
    pub(crate) fn new(decide: impl FnMut(&Asked) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            decide: Mutex::new(Box::new(decide)),
            asked: Mutex::default(),
        });
        let of_thread = Arc::clone(&shared);
        // ends with the test program: it only waits
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let shared = Arc::clone(&of_thread);
                std::thread::spawn(move || serve(&socket, &shared));
            }
        });
        Self { base, shared }
    }

    /// Serves these files, and nothing else.
    pub(crate) fn files(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self::new(move |asked| file(&files, asked))
    }

    /// Decides in another way from now on.
    pub(crate) fn now(&self, decide: impl FnMut(&Asked) -> Answer + Send + 'static) {
        *self.shared.decide.lock().unwrap() = Box::new(decide);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.shared.asked.lock().unwrap();
        asked.iter().map(|asked| asked.path.clone()).collect()
    }

    /// Forgets what was asked for.
    pub(crate) fn forget(&self) {
        self.shared.asked.lock().unwrap().clear();
    }
}

/// The file at the path without its query.
pub(crate) fn file(files: &BTreeMap<String, Vec<u8>>, asked: &Asked) -> Answer {
    let path = asked.path.split('?').next().unwrap_or_default();
    files
        .get(path)
        .map_or(Answer::Status(404), |bytes| Answer::File(bytes.clone()))
}

fn serve(socket: &TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(socket);
    while let Some(asked) = read(&mut reader) {
        shared.asked.lock().unwrap().push(asked.clone());
        let answer = (shared.decide.lock().unwrap())(&asked);
        let (head, body) = match (answer, asked.range) {
            (Answer::Silence, _) => {
                let _gone = reader.read(&mut [0]);
                return;
            }
            (Answer::Raw(bytes), _) => {
                let _sent = (&*socket).write_all(&bytes);
                return;
            }
            (Answer::Stuck(bytes, most), range) => {
                let (head, body) = range.map_or_else(
                    || ("HTTP/1.1 200 OK\r\n".to_owned(), bytes.clone()),
                    |range| part(&bytes, range, usize::MAX),
                );
                let head = format!("{head}ETag: \"1\"\r\nContent-Length: {}\r\n\r\n", body.len());
                let sent = [head.as_bytes(), &body[..body.len().min(most)]].concat();
                if (&*socket).write_all(&sent).is_err() || body.len() > most {
                    let _gone = reader.read(&mut [0]);
                    return;
                }
                continue;
            }
            (Answer::Status(status), _) => (format!("HTTP/1.1 {status} X\r\n"), Vec::new()),
            (Answer::Page, _) => (
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n".to_owned(),
                b"<html>log in</html>".to_vec(),
            ),
            (Answer::File(bytes), Some(range)) => part(&bytes, range, usize::MAX),
            (Answer::Short(bytes, most), Some(range)) => part(&bytes, range, most),
            (Answer::File(bytes) | Answer::Short(bytes, _) | Answer::Whole(bytes), _) => {
                ("HTTP/1.1 200 OK\r\n".to_owned(), bytes)
            }
        };
        let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        let sent = (&*socket)
            .write_all(head.as_bytes())
            .and_then(|()| (&*socket).write_all(&body));
        if sent.is_err() {
            return;
        }
    }
}

fn part(bytes: &[u8], (first, last): (usize, usize), most: usize) -> (String, Vec<u8>) {
    let end = (last + 1).min(bytes.len()).min(first.saturating_add(most));
    if first >= end {
        return ("HTTP/1.1 416 X\r\n".to_owned(), Vec::new());
    }
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {first}-{}/{}\r\n",
        end - 1,
        bytes.len()
    );
    (head, bytes[first..end].to_vec())
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut asked = None;
    let mut range = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            return asked.map(|path| Asked { path, range });
        }
        if let Some(rest) = line.strip_prefix("GET /") {
            asked = rest.split(' ').next().map(str::to_owned);
        }
        if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            let (first, last) = bytes.split_once('-').unwrap();
            range = Some((first.parse().unwrap(), last.parse().unwrap_or(usize::MAX - 1)));
        }
    }
}
