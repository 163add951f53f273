//! An HTTP server on loopback that serves one file, and does exactly the wrong thing when told to.
//! Bare sockets: what it sends is what the script says, however broken. Must not know who asks.
//!
//! It runs on a thread of its own, so a test may block as it likes, and ends when it is dropped.

mod answer;
mod file;
mod gate;
mod request;
mod script;
mod serve;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

pub use self::file::ServedFile;
use self::gate::Gate;
pub use self::request::Request;
pub use self::script::{Fault, Script};

/// The requests that are remembered; a test that asks more often has lost its way.
const MAX_LOG: usize = 10_000;

/// A running server.
#[derive(Debug)]
pub struct FaultServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Dropped to end the thread.
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// What connections and the test share.
#[derive(Debug)]
struct Shared {
    script: Mutex<Script>,
    log: watch::Sender<Vec<Request>>,
    gate: Gate,
}

impl FaultServer {
    /// Starts on a free port.
    pub fn start(script: Script) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            log: watch::Sender::default(),
            gate: Gate::default(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = oneshot::channel();
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("fault-server".to_owned())
            .spawn(move || runtime.block_on(run(listener, for_thread, ended)))?;
        Ok(Self {
            address,
            shared,
            running: Some((end, thread)),
        })
    }

    /// An address on this server; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.borrow().clone()
    }

    /// Returns when so many requests have come, answered or not.
    pub async fn asked(&self, count: usize) {
        let mut log = self.shared.log.subscribe();
        // never closed: the sender lives in `self`
        let _log = log.wait_for(|log| log.len() >= count).await;
    }

    /// Serves another file from the next request on.
    pub fn serve(&self, file: ServedFile) {
        lock(&self.shared.script).file = file;
    }

    /// Forgets what is left of the script and does this from the next request on.
    pub fn now(&self, fault: Fault) {
        let mut script = lock(&self.shared.script);
        script.steps.clear();
        script.afterwards = fault;
    }

    /// Returns when an answer stands at a [`Fault::Gate`]: all bytes before it are sent.
    pub async fn gate_reached(&self) {
        self.shared.gate.reached().await;
    }

    /// Lets the answer at the gate go on, or the next one that comes to it.
    pub fn open_gate(&self) {
        self.shared.gate.open();
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.running.take() {
            drop(end);
            // a panic of the thread was printed by the thread
            let _ended = thread.join();
        }
    }
}

impl Shared {
    fn note(&self, request: &Request) {
        self.log.send_if_modified(|log| {
            let room = log.len() < MAX_LOG;
            if room {
                log.push(request.clone());
            }
            room
        });
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
                    tokio::spawn(serve::connection(socket, Arc::clone(&shared)));
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
