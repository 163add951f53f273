//! Stands between the program and the server, and says when so many bytes have passed. Must not know what they
//! are.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use aniworld_tests::Outcome;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running relay; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    passed: Arc<watch::Sender<u64>>,
    running: JoinHandle<()>,
}

impl Relay {
    /// Relays to a server on this port of loopback.
    pub(crate) async fn start(port: u16) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let passed = Arc::new(watch::Sender::new(0));
        Ok(Self {
            address: listener.local_addr()?,
            passed: Arc::clone(&passed),
            running: tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    // a side that hangs up ends both directions, and that is how it should be
                    tokio::spawn(relay(client, port, Arc::clone(&passed)));
                }
            }),
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Bytes that came from the server so far.
    pub(crate) fn passed(&self) -> u64 {
        *self.passed.borrow()
    }

    /// Returns when so many have.
    pub(crate) async fn until(&self, bytes: u64) {
        // never closed: the sender lives in `self`
        let mut passed = self.passed.subscribe();
        let _passed = passed.wait_for(|passed| *passed >= bytes).await;
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn relay(client: TcpStream, port: u16, passed: Arc<watch::Sender<u64>>) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_client, to_server, |_| {}) => {}
        () = copy(from_server, to_client, |bytes| passed.send_modify(|passed| *passed += bytes)) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, note: impl Fn(u64)) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        note(read as u64);
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
