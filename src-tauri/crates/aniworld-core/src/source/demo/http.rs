//! As much of HTTP/1.1 as the demo needs: reading a request, and what answers it. Does no I/O.

use percent_encoding::percent_decode_str;

use super::films::{ALL, Film};

/// When all of it was made, as far as anyone is told.
const MADE: &str = "Sun, 01 Jun 2025 12:00:00 GMT";

/// The head of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    method: String,
    /// The path, decoded, without a query.
    path: String,
    range: Option<String>,
    if_range: Option<String>,
    /// Whether the client wants no further answer on this connection.
    pub(super) close: bool,
}

/// An answer: its head as text, and the body, which is empty for `HEAD`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The head with the empty line at its end.
    pub(super) head: String,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Request {
    /// Reads a head; `None` when it is no HTTP.
    pub(super) fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if !version.starts_with("HTTP/1.") {
            return None;
        }
        let path = target.split('?').next()?;
        let mut request = Self {
            method: method.to_owned(),
            path: percent_decode_str(path).decode_utf8().ok()?.into_owned(),
            close: version == "HTTP/1.0",
            ..Self::default()
        };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "range" => request.range = Some(value.to_owned()),
                "if-range" => request.if_range = Some(value.to_owned()),
                "connection" => request.close |= value.eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        Some(request)
    }

    /// What answers it.
    pub(super) fn answer(&self) -> Answer {
        if !matches!(self.method.as_str(), "GET" | "HEAD") {
            return plain("405 Method Not Allowed", "Allow: GET, HEAD\r\n");
        }
        let path = self.path.strip_prefix('/').unwrap_or_default();
        let mut answer = match ALL.iter().find(|film| film.path() == path) {
            Some(film) => self.film(film),
            None => listing(path),
        };
        if self.method == "HEAD" {
            answer.body.clear();
        }
        answer
    }

    fn film(&self, film: &Film) -> Answer {
        let (all, tag) = (film.bytes, etag(film.bytes));
        let kind = match film.path().rsplit('.').next() {
            Some("mp4") => "video/mp4",
            Some("webm") => "video/webm",
            _ => "video/x-matroska",
        };
        let fields = format!(
            "Content-Type: {kind}\r\nETag: {tag}\r\nLast-Modified: {MADE}\r\nAccept-Ranges: bytes\r\n"
        );
        // A copy that changed meanwhile is sent anew from its start.
        let is_same = self.if_range.as_ref().is_none_or(|wanted| *wanted == tag);
        match self
            .range
            .as_deref()
            .filter(|_| is_same)
            .and_then(|range| span(range, all.len()))
        {
            None => with_body("200 OK", &fields, all.to_vec()),
            Some(Ok((from, to))) => {
                let fields = format!("{fields}Content-Range: bytes {from}-{}/{}\r\n", to - 1, all.len());
                with_body("206 Partial Content", &fields, all[from..to].to_vec())
            }
            Some(Err(Unsatisfiable)) => plain(
                "416 Range Not Satisfiable",
                &format!("Content-Range: bytes */{}\r\n", all.len()),
            ),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Unsatisfiable;

/// The bytes from..to that a range means; `None` for ranges that may be ignored.
fn span(range: &str, length: usize) -> Option<Result<(usize, usize), Unsatisfiable>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(last)) if from <= last => (from, length.min(last.saturating_add(1))),
        (Ok(from), Err(_)) if to.is_empty() => (from, length),
        (Err(_), Ok(tail)) if from.is_empty() => (length.saturating_sub(tail), length),
        _ => return None,
    };
    Some(if from < to {
        Ok((from, to))
    } else {
        Err(Unsatisfiable)
    })
}

/// A strong validator: the length and an FNV-1a hash of all bytes.
fn etag(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("\"{:x}-{hash:x}\"", bytes.len())
}

/// The listing of a folder, as nginx writes it in JSON; 404 where there is none.
fn listing(path: &str) -> Answer {
    let mut rows: Vec<(String, Option<usize>)> = Vec::new();
    for film in &ALL {
        let film_path = film.path();
        let Some(rest) = film_path.strip_prefix(path) else {
            continue;
        };
        let row = match rest.split_once('/') {
            // The folder itself, asked for without its slash.
            Some(("", _)) => return plain("301 Moved Permanently", &moved(path)),
            Some((folder, _)) => (folder.to_owned(), None),
            None => (rest.to_owned(), Some(film.bytes.len())),
        };
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    if rows.is_empty() || !(path.is_empty() || path.ends_with('/')) {
        return plain("404 Not Found", "");
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, size)| match size {
            Some(size) => serde_json::json!({"name": name, "type": "file", "mtime": MADE, "size": size}),
            None => serde_json::json!({"name": name, "type": "directory", "mtime": MADE}),
        })
        .collect();
    let body = serde_json::Value::from(rows).to_string().into_bytes();
    with_body("200 OK", "Content-Type: application/json\r\n", body)
}

/// The way to the folder that `path` names without its slash.
fn moved(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let escaped = percent_encoding::utf8_percent_encode(last, percent_encoding::NON_ALPHANUMERIC);
    format!("Location: ./{escaped}/\r\n")
}

fn plain(status: &str, fields: &str) -> Answer {
    with_body(status, fields, Vec::new())
}

fn with_body(status: &str, fields: &str, body: Vec<u8>) -> Answer {
    let head = format!(
        "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n",
        body.len()
    );
    Answer { head, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(head: &str) -> Answer {
        Request::parse(head).unwrap().answer()
    }

    fn film_path() -> String {
        format!("/{}", ALL[8].path().replace(' ', "%20"))
    }

    #[test]
    fn a_part_is_sent_when_the_validator_fits() {
        let (path, tag, length) = (film_path(), etag(ALL[8].bytes), ALL[8].bytes.len());
        let part = answer(&format!(
            "GET {path} HTTP/1.1\r\nRange: bytes=10-\r\nif-range: {tag}"
        ));
        assert!(part.head.starts_with("HTTP/1.1 206"));
        assert!(
            part.head
                .contains(&format!("Content-Range: bytes 10-{}/{length}\r\n", length - 1))
        );
        assert_eq!(part.body, ALL[8].bytes[10..]);
        let whole = answer(&format!(
            "GET {path} HTTP/1.1\r\nRange: bytes=10-\r\nIf-Range: \"other\""
        ));
        assert!(whole.head.starts_with("HTTP/1.1 200"));
        assert_eq!(whole.body, ALL[8].bytes);
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(span("bytes=0-0", 10), Some(Ok((0, 1))));
        assert_eq!(span("bytes=3-99", 10), Some(Ok((3, 10))));
        assert_eq!(span("bytes=-4", 10), Some(Ok((6, 10))));
        assert_eq!(span("bytes=10-", 10), Some(Err(Unsatisfiable)));
        for ignored in ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=a-b"] {
            assert_eq!(span(ignored, 10), None, "{ignored}");
        }
    }

    #[test]
    fn a_head_is_sent_without_its_body() {
        let head = answer(&format!("HEAD {} HTTP/1.1", film_path()));
        assert!(
            head.head
                .contains(&format!("Content-Length: {}\r\n", ALL[8].bytes.len()))
        );
        assert!(head.body.is_empty());
    }

    #[test]
    fn folders_are_listed_and_everything_else_is_missing() {
        let root = answer("GET / HTTP/1.1");
        let names: Vec<serde_json::Value> = serde_json::from_slice(&root.body).unwrap();
        assert_eq!(names.len(), 3);
        assert!(
            answer("GET /Tea%20with%20the%20Weather HTTP/1.1")
                .head
                .starts_with("HTTP/1.1 301")
        );
        for missing in ["/x", "/Tea/", "/../etc/passwd", "/Tea%20with%20the%20Weather/Sea"] {
            assert!(
                answer(&format!("GET {missing} HTTP/1.1"))
                    .head
                    .starts_with("HTTP/1.1 404"),
                "{missing}"
            );
        }
        assert!(answer("POST / HTTP/1.1").head.starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn what_is_no_http_is_refused() {
        for head in ["", "GET", "GET /", "GET / FTP/1.1", "\u{16}\u{3}\u{1}"] {
            assert_eq!(Request::parse(head), None, "{head:?}");
        }
    }
}
