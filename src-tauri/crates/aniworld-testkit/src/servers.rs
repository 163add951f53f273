//! Real web servers on loopback: nginx, Caddy and Apache, each with its own configuration and
//! temporary folder. They end when they are dropped. Must not know what is served or why.
//!
//! A missing program is an error that names the package to install; tests fail by it, never skip.

mod apache;
mod caddy;
mod log;
mod nginx;
mod process;

pub use apache::Apache;
pub use caddy::Caddy;
pub use log::LoggedRequest;
pub use nginx::{AutoIndex, Nginx, NginxOptions};

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// Asks for a path over a bare socket; the whole answer as text.
    fn get(url: &str, path: &str) -> String {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nRange: bytes=1-2\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn served() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a b.mkv"), "0123456789").unwrap();
        root
    }

    fn assert_serves(url: &str, requests: impl Fn() -> Vec<LoggedRequest>) {
        let answer = get(url, "/a%20b.mkv");
        assert!(answer.starts_with("HTTP/1.1 206"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n12"), "{answer}");
        // The line is written after the answer left.
        let logged = std::iter::repeat_with(|| {
            std::thread::yield_now();
            requests()
        })
        .take(1_000_000)
        .find(|all| !all.is_empty())
        .unwrap_or_default();
        let wanted = LoggedRequest {
            method: "GET".to_owned(),
            uri: "/a%20b.mkv".to_owned(),
            status: 206,
            range: Some("bytes=1-2".to_owned()),
            if_range: None,
        };
        assert_eq!(logged, [wanted]);
    }

    #[test]
    fn nginx_serves_a_folder_and_tells_what_was_asked() {
        let root = served();
        let server = Nginx::start(root.path(), NginxOptions::json()).unwrap();
        assert_serves(server.url(), || server.requests());
        assert!(get(server.url(), "/").contains(r#""name":"a b.mkv""#));
    }

    #[test]
    fn caddy_serves_a_folder_and_tells_what_was_asked() {
        let root = served();
        let server = Caddy::start(root.path()).unwrap();
        assert_serves(server.url(), || server.requests());
    }

    #[test]
    fn apache_serves_a_folder_and_tells_what_was_asked() {
        let root = served();
        let server = Apache::fancy(root.path()).unwrap();
        assert_serves(server.url(), || server.requests());
    }
}
