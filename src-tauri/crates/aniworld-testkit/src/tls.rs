//! A server over TLS on loopback whose certificate has at most one flaw. It gives every request the
//! same short answer. Must not know who asks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// What every request gets.
pub const BODY: &str = "the file";
/// A name of the server beside its address; no resolver knows it.
pub const NAME: &str = "library.example";

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// Its time is over.
    Expired,
    /// Its time is to come.
    NotYetValid,
    /// It belongs to another host.
    OtherName,
}

/// A running server. Ends when it is dropped.
#[derive(Debug)]
pub struct TlsServer {
    address: SocketAddr,
    root_pem: String,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl TlsServer {
    /// Starts on a free port, with an authority of its own.
    pub fn start(flaw: Flaw) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (root_pem, config) = identity(flaw)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("tls-server".to_owned())
            .spawn(move || runtime.block_on(run(listener, acceptor, ended)))?;
        Ok(Self {
            address,
            root_pem,
            running: Some((end, thread)),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address on it.
    pub fn url(&self) -> String {
        format!("https://{}/a", self.address)
    }

    /// The certificate of its authority, in PEM.
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.running.take() {
            drop(end);
            // a panic of the thread was printed by the thread
            let _ended = thread.join();
        }
    }
}

/// An authority in PEM, and what a server with a certificate of it needs.
fn identity(flaw: Flaw) -> io::Result<(String, rustls::ServerConfig)> {
    let mut authority = rcgen::CertificateParams::default();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
    let root = authority.self_signed(&authority_key).map_err(io::Error::other)?;
    let names = match flaw {
        Flaw::OtherName => vec!["elsewhere.example".to_owned()],
        _ => vec!["127.0.0.1".to_owned(), NAME.to_owned()],
    };
    let mut certificate = rcgen::CertificateParams::new(names).map_err(io::Error::other)?;
    match flaw {
        Flaw::Expired => certificate.not_after = rcgen::date_time_ymd(2001, 1, 1),
        Flaw::NotYetValid => certificate.not_before = rcgen::date_time_ymd(4000, 1, 1),
        Flaw::None | Flaw::OtherName => {}
    }
    let key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let certificate = certificate.signed_by(&key, &issuer).map_err(io::Error::other)?;
    let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], secret)
        })
        .map_err(io::Error::other)?;
    Ok((root.pem(), config))
}

async fn run(listener: std::net::TcpListener, acceptor: TlsAcceptor, mut ended: oneshot::Receiver<()>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    loop {
        tokio::select! {
            _ = &mut ended => return,
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    tokio::spawn(answer(socket, acceptor.clone()));
                }
            }
        }
    }
}

/// Reads one head and answers. A client that does not trust hangs up; that is what is tested.
async fn answer(socket: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
    let mut socket = acceptor.accept(socket).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 64 << 10 {
        head.push(socket.read_u8().await?);
    }
    let length = BODY.len();
    let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{BODY}");
    socket.write_all(text.as_bytes()).await?;
    socket.shutdown().await
}
