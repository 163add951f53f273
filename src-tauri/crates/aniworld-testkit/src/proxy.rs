//! A proxy on loopback: HTTP with and without CONNECT (RFC 9110, section 9.3.6), and SOCKS5 (RFC 1928,
//! RFC 1929) on one port. Wherever a client wants to go, it is led to one server: so a test may ask
//! for any host. Must not know who asks.

mod http;
mod socks;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// The connections that are remembered.
const MAX_LOG: usize = 10_000;

/// One connection that a client asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// How it asked.
    pub by: Way,
    /// Host and port, as the client named them.
    pub target: String,
    /// The user and the password that it gave.
    pub login: Option<(String, String)>,
    /// Whether it was let through.
    pub let_through: bool,
}

/// How a client asked a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A plain request with a whole URL.
    Http,
    /// A tunnel by CONNECT.
    Connect,
    /// SOCKS5.
    Socks5,
}

/// A running proxy. Ends when it is dropped.
#[derive(Debug)]
pub struct ProxyServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    login: Option<(String, String)>,
    log: Mutex<Vec<Passed>>,
}

impl ProxyServer {
    /// Starts on a free port; everybody is led to `upstream`. With a `login`, only who gives it.
    pub fn start(upstream: SocketAddr, login: Option<(&str, &str)>) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream,
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
            log: Mutex::default(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = oneshot::channel();
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("proxy-server".to_owned())
            .spawn(move || runtime.block_on(run(listener, for_thread, ended)))?;
        Ok(Self {
            address,
            shared,
            running: Some((end, thread)),
        })
    }

    /// Its address with a scheme, and with `user:password@` where `login` is not empty.
    pub fn url(&self, scheme: &str, login: &str) -> String {
        let at = if login.is_empty() { "" } else { "@" };
        format!("{scheme}://{login}{at}{}", self.address)
    }

    /// What was asked for so far, in order.
    pub fn passed(&self) -> Vec<Passed> {
        let log = self.shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }
}

impl Drop for ProxyServer {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.running.take() {
            drop(end);
            // a panic of the thread was printed by the thread
            let _ended = thread.join();
        }
    }
}

impl Shared {
    /// Remembers a connection and says whether its login is right.
    fn admits(&self, by: Way, target: String, login: Option<(String, String)>) -> bool {
        let let_through = self.login.is_none() || self.login == login;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() < MAX_LOG {
            log.push(Passed {
                by,
                target,
                login,
                let_through,
            });
        }
        let_through
    }
}

async fn run(listener: std::net::TcpListener, shared: Arc<Shared>, mut ended: oneshot::Receiver<()>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    loop {
        tokio::select! {
            _ = &mut ended => return,
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    tokio::spawn(connection(socket, Arc::clone(&shared)));
                }
            }
        }
    }
}

/// Serves a connection. Errors are either side's hanging up, and that is their business.
async fn connection(socket: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let mut first = [0];
    socket.peek(&mut first).await?;
    if first == [socks::VERSION] {
        socks::serve(socket, &shared).await
    } else {
        http::serve(socket, &shared).await
    }
}

/// Carries bytes both ways until both sides are done.
async fn carry(mut socket: TcpStream, mut server: TcpStream) -> io::Result<()> {
    copy_bidirectional(&mut socket, &mut server).await.map(drop)
}
