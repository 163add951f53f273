//! A server for one test: a file, the same file that stops half-way until it is told to go on, a feed,
//! and an address that never answers.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// What `/file.mkv` and `/gated.mkv` hold.
pub(super) const BODY: &[u8] = &[7; 200_000];

const FEED: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Night Trains</title>
<item><title>Departure</title><guid>one</guid><itunes:season>1</itunes:season><itunes:episode>1</itunes:episode>
<enclosure url="/one.mp4" type="video/mp4" length="5"/></item>
<item><title>Arrival</title><guid>two</guid><itunes:season>1</itunes:season><itunes:episode>2</itunes:episode>
<enclosure url="/two.mp4" type="video/mp4" length="5"/></item>
</channel></rss>"#;

pub(super) struct Server {
    base: Url,
    requests: Arc<Mutex<Vec<String>>>,
    gate: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let gate = watch::Sender::new(false);
        let (seen, opened) = (Arc::clone(&requests), gate.subscribe());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&seen), opened.clone()));
            }
        });
        Self {
            base,
            requests,
            gate,
            task,
        }
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.base.join(path).unwrap()
    }

    /// Lets `/gated.mkv` go on.
    pub(super) fn open_gate(&self) {
        self.gate.send_replace(true);
    }

    /// The heads of all requests so far, in lower case.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, seen: Arc<Mutex<Vec<String>>>, mut gate: watch::Receiver<bool>) {
    let Some(head) = read_head(&mut stream).await else {
        return;
    };
    seen.lock().unwrap().push(head.clone());
    let path = head.split(' ').nth(1).unwrap_or_default();
    match path {
        "/file.mkv" | "/gated.mkv" => {
            let from = range(&head);
            let half = BODY.len() / 2;
            let _ = stream.write_all(file_head(from).as_bytes()).await;
            if path == "/gated.mkv" && from < half {
                let _ = stream.write_all(&BODY[from..half]).await;
                let _ = gate.wait_for(|open| *open).await;
                let _ = stream.write_all(&BODY[half..]).await;
            } else {
                let _ = stream.write_all(&BODY[from..]).await;
            }
        }
        "/feed.xml" => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                FEED.len()
            );
            let _ = stream.write_all((head + FEED).as_bytes()).await;
        }
        "/silent" => std::future::pending().await,
        _ => {
            let gone = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(gone.as_bytes()).await;
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    // paths are lower case here, and names of fields mean the same in any case
    Some(String::from_utf8_lossy(&head).to_lowercase())
}

fn range(head: &str) -> usize {
    let from = head.lines().find_map(|line| {
        line.strip_prefix("range: bytes=")?
            .split('-')
            .next()?
            .parse()
            .ok()
    });
    from.unwrap_or(0)
}

fn file_head(from: usize) -> String {
    let length = BODY.len() - from;
    let common = format!(
        "content-type: video/x-matroska\r\netag: \"one\"\r\naccept-ranges: bytes\r\ncontent-length: {length}\r\nconnection: close\r\n"
    );
    if from == 0 {
        format!("HTTP/1.1 200 OK\r\n{common}\r\n")
    } else {
        let last = BODY.len() - 1;
        let total = BODY.len();
        format!("HTTP/1.1 206 Partial Content\r\n{common}content-range: bytes {from}-{last}/{total}\r\n\r\n")
    }
}
