//! A server that speaks HTTP/2 and nothing else (RFC 9113), over TLS with a certificate of its own making.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use h2::SendStream;
use h2::server::SendResponse;
use http::{HeaderMap, Response};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::act::Origin;
use super::answer::{Interruption, Plan};
use super::{Request, Shared};

/// What a client must trust, and what a server needs to be trusted.
#[derive(Debug)]
pub(super) struct Identity {
    /// The certificate of the authority, in PEM.
    pub(super) root_pem: String,
    config: Arc<rustls::ServerConfig>,
}

impl Identity {
    /// Makes an authority and a certificate for loopback, which offers HTTP/2 only.
    pub(super) fn new() -> io::Result<Self> {
        let mut authority = rcgen::CertificateParams::default();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
        // a name of its own: some clients take a certificate that names itself as issuer for self-signed
        authority.distinguished_name = named("Authority of the fault server");
        let authority_key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
        let root = authority.self_signed(&authority_key).map_err(io::Error::other)?;
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
        let issuer = rcgen::Issuer::new(authority, authority_key);
        let mut server = rcgen::CertificateParams::new(names).map_err(io::Error::other)?;
        server.distinguished_name = named("Fault server");
        server.use_authority_key_identifier_extension = true;
        let certificate = server.signed_by(&key, &issuer).map_err(io::Error::other)?;
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(vec![certificate.der().clone()], secret)
            })
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            root_pem: root.pem(),
            config: Arc::new(config),
        })
    }
}

fn named(name: &str) -> rcgen::DistinguishedName {
    let mut distinguished = rcgen::DistinguishedName::new();
    distinguished.push(rcgen::DnType::CommonName, name);
    distinguished
}

/// Serves a connection until either side closes it.
pub(super) async fn connection(socket: TcpStream, shared: Arc<Shared>, identity: Arc<Identity>) {
    // a client that speaks something else fails in the handshake; that is what is tested
    let Ok(socket) = TlsAcceptor::from(Arc::clone(&identity.config))
        .accept(socket)
        .await
    else {
        return;
    };
    let Ok(mut connection) = h2::server::handshake(socket).await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // the client's hanging up is its business
            let _gone = answer(&request, respond, &shared).await;
        });
    }
}

async fn answer<B>(
    request: &http::Request<B>,
    mut respond: SendResponse<Bytes>,
    shared: &Shared,
) -> Result<(), h2::Error> {
    let request = Request {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        headers: headers(request.headers()),
    };
    let act = shared.decide(&request, Origin::First);
    let _sending = shared.sending(&act);
    let plan = Plan::new(&act, &request);
    let mut head = Response::builder()
        .status(plan.head.status)
        .header("content-length", plan.head.promised_bytes);
    for (name, value) in &plan.head.headers {
        head = head.header(*name, value);
    }
    let Ok(head) = head.body(()) else { return Ok(()) };
    let mut stream = respond.send_response(head, plan.body.is_empty())?;
    let length = plan.body.len();
    let (until, interrupted) = match plan.interruption {
        Some((after, _)) => (usize::try_from(after).map_or(length, |at| at.min(length)), true),
        None => (length, false),
    };
    send(&mut stream, plan.body.slice(..until), !interrupted).await?;
    match plan.interruption {
        Some((_, Interruption::Stall)) => {
            // until the client gives the stream up
            let _reason = std::future::poll_fn(|context| stream.poll_reset(context)).await;
        }
        Some(_) => stream.send_reset(h2::Reason::INTERNAL_ERROR),
        None => {}
    }
    Ok(())
}

/// Sends as much as the client's window takes, until all is sent.
async fn send(stream: &mut SendStream<Bytes>, mut body: Bytes, ends: bool) -> Result<(), h2::Error> {
    while !body.is_empty() {
        stream.reserve_capacity(body.len());
        let Some(room) = std::future::poll_fn(|context| stream.poll_capacity(context)).await else {
            return Ok(());
        };
        let piece = body.split_to(room?.min(body.len()));
        stream.send_data(piece, ends && body.is_empty())?;
    }
    Ok(())
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect()
}
