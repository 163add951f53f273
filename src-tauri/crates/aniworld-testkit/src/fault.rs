//! An HTTP server on loopback that serves one file, and does exactly the wrong thing when told to.
//! Bare sockets: what it sends is what the script says, however broken. Must not know who asks.
//!
//! It is told by a [`Script`], answer by answer, or by a [`Scenario`]: a fault with a name, which holds
//! for any number of connections. It runs on a thread of its own, so a test may block as it likes, and
//! ends when it is dropped.

mod act;
mod answer;
mod cast;
mod file;
mod gate;
mod gzip;
mod h2;
mod plot;
mod request;
mod scenario;
mod script;
mod serve;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use self::act::{Act, Moment, Origin};
pub use self::cast::{Cast, Version};
pub use self::file::ServedFile;
use self::gate::Gate;
use self::h2::Identity;
use self::plot::Plot;
pub use self::plot::{Entrance, Staging};
pub use self::request::Request;
pub use self::scenario::{Right, Scenario};
pub use self::script::{Fault, Script};

/// The requests that are remembered; a test that asks more often has lost its way.
const MAX_LOG: usize = 10_000;

/// A running server.
#[derive(Debug)]
pub struct FaultServer {
    shared: Arc<Shared>,
    identity: Option<Arc<Identity>>,
    /// Dropped to end the thread.
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

/// What connections and the test share.
#[derive(Debug)]
struct Shared {
    plot: Mutex<Plot>,
    log: watch::Sender<Vec<Request>>,
    gate: Gate,
    /// The beginnings of all URLs of the two addresses.
    bases: [String; 2],
    /// Bodies of the file that are being sent.
    sending: AtomicUsize,
}

impl FaultServer {
    /// Starts on a free port.
    pub fn start(script: Script) -> io::Result<Self> {
        Self::run(Plot::Script(Box::new(script)), None)
    }

    /// Starts on two free ports, so that a scenario can lead to another origin.
    pub fn stage(staging: Staging) -> io::Result<Self> {
        let identity = if staging.scenario().only_http2() {
            Some(Arc::new(Identity::new()?))
        } else {
            None
        };
        Self::run(Plot::Scenario(Box::new(staging)), identity)
    }

    fn run(plot: Plot, identity: Option<Arc<Identity>>) -> io::Result<Self> {
        let scheme = if identity.is_some() { "https" } else { "http" };
        let ((first, here), (second, there)) = (listen()?, listen()?);
        let shared = Arc::new(Shared {
            plot: Mutex::new(plot),
            log: watch::Sender::default(),
            gate: Gate::default(),
            bases: [format!("{scheme}://{here}"), format!("{scheme}://{there}")],
            sending: AtomicUsize::new(0),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = oneshot::channel();
        let (for_thread, secure) = (Arc::clone(&shared), identity.clone());
        let thread = std::thread::Builder::new()
            .name("fault-server".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = ended => {}
                        () = accept(first, Arc::clone(&for_thread), Origin::First, secure) => {}
                        () = accept(second, Arc::clone(&for_thread), Origin::Second, None) => {}
                    }
                });
            })?;
        Ok(Self {
            shared,
            identity,
            running: Some((end, thread)),
        })
    }

    /// An address on this server; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.shared.bases[0])
    }

    /// The address of the file of the scenario, with the user and password it needs.
    pub fn film_url(&self) -> String {
        lock(&self.shared.plot).film_url(&self.shared.bases[0])
    }

    /// The certificate to trust, in PEM, where the server speaks TLS.
    pub fn root_pem(&self) -> Option<&str> {
        self.identity.as_ref().map(|identity| identity.root_pem.as_str())
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

    /// Ends the run before: from the next request on the scenario plays.
    pub fn enter(&self) {
        lock(&self.shared.plot).enter();
    }

    /// Serves another file from the next request on.
    pub fn serve(&self, file: ServedFile) {
        lock(&self.shared.plot).serve(file);
    }

    /// Forgets what is left of the script and does this from the next request on.
    pub fn now(&self, fault: Fault) {
        lock(&self.shared.plot).now(fault);
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
    /// What to do with a request, which is noted.
    fn decide(&self, request: &Request, origin: Origin) -> Act {
        let moment = Moment {
            origin,
            bases: self.bases.clone(),
            sending: self.sending.load(Ordering::SeqCst),
        };
        let act = lock(&self.plot).next(request, &moment);
        self.note(request);
        act
    }

    /// Whether not even a request is read now.
    fn refuses_connections(&self) -> bool {
        lock(&self.plot).refuses_connections(self.sending.load(Ordering::SeqCst))
    }

    /// Counts a body of the file, as long as the guard lives.
    fn sending(&self, act: &Act) -> Option<Sending<'_>> {
        act.sends_file().then(|| {
            self.sending.fetch_add(1, Ordering::SeqCst);
            Sending(&self.sending)
        })
    }

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

/// A body that is being sent.
struct Sending<'a>(&'a AtomicUsize);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn listen() -> io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn accept(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    origin: Origin,
    identity: Option<Arc<Identity>>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            continue;
        };
        let shared = Arc::clone(&shared);
        match identity.clone() {
            Some(identity) => tokio::spawn(h2::connection(socket, shared, identity)),
            None => tokio::spawn(serve::connection(socket, shared, origin)),
        };
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
