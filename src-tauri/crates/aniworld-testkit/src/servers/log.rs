//! What a server wrote down about the requests it answered.

use std::fs;
use std::path::Path;

/// One answered request, as the server's own log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// `GET`, `HEAD`, ...
    pub method: String,
    /// The path and query as sent, still escaped.
    pub uri: String,
    /// The status of the answer.
    pub status: u16,
    /// The `Range` header.
    pub range: Option<String>,
    /// The `If-Range` header.
    pub if_range: Option<String>,
}

/// Reads a log of tab-separated lines: request line, status, `Range`, `If-Range`; `-` means absent.
pub(super) fn read_tabbed(path: &Path) -> Vec<LoggedRequest> {
    read_lines(path, tabbed)
}

/// Reads a log line by line. A log that is not there yet is empty, and so is a line half written.
pub(super) fn read_lines(path: &Path, parse: impl Fn(&str) -> Option<LoggedRequest>) -> Vec<LoggedRequest> {
    let bytes = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes)
        .lines()
        .filter_map(parse)
        .collect()
}

fn tabbed(line: &str) -> Option<LoggedRequest> {
    let mut fields = line.split('\t');
    let mut request = fields.next()?.split(' ');
    let (method, uri) = (request.next()?.to_owned(), request.next()?.to_owned());
    let status = fields.next()?.parse().ok()?;
    let mut header = || fields.next().filter(|value| *value != "-").map(str::to_owned);
    Some(LoggedRequest {
        method,
        uri,
        status,
        range: header(),
        if_range: header(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_request_and_its_range() {
        let read = tabbed("GET /a%20b.mkv HTTP/1.1\t206\tbytes=10-\t-");
        let wanted = LoggedRequest {
            method: "GET".to_owned(),
            uri: "/a%20b.mkv".to_owned(),
            status: 206,
            range: Some("bytes=10-".to_owned()),
            if_range: None,
        };
        assert_eq!(read, Some(wanted));
    }

    #[test]
    fn half_a_line_is_no_request() {
        assert_eq!(tabbed("GET /a HT"), None);
    }
}
