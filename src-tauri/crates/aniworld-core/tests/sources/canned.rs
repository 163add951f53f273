//! A server on loopback that answers each path with bytes that a test wrote, and remembers the requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The running server; dropping it closes the port.
pub(crate) struct Canned {
    pub(crate) url: String,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Canned {
    /// Serves answers by path; `make` gets the address of the server. Anything else is 404.
    pub(crate) async fn start(make: impl Fn(&str) -> Vec<(&'static str, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let answers: Arc<HashMap<_, _>> = Arc::new(make(&url).into_iter().collect());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answers, seen) = (Arc::clone(&answers), Arc::clone(&seen));
                tokio::spawn(async move { converse(stream, &answers, &seen).await });
            }
        });
        Self { url, heads, task }
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    mut stream: TcpStream,
    answers: &HashMap<&'static str, Vec<u8>>,
    seen: &Mutex<Vec<String>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(head);
    let missing = status("404 Not Found", "", b"");
    // A client that has enough closes early.
    let _ = stream
        .write_all(answers.get(path.as_str()).unwrap_or(&missing))
        .await;
    let _ = stream.shutdown().await;
}

/// An answer with this status, these fields (each with its line end) and this body.
pub(crate) fn status(status: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{fields}Connection: close\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A good answer of this type.
pub(crate) fn ok(kind: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    status("200 OK", &format!("Content-Type: {kind}\r\n"), body.as_ref())
}

/// A redirect.
pub(crate) fn to(code: u16, location: &str) -> Vec<u8> {
    status(
        &format!("{code} Moved"),
        &format!("Location: {location}\r\n"),
        b"",
    )
}
