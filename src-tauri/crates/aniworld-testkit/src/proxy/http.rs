//! HTTP proxying: a tunnel by CONNECT, or a plain request that is sent on as it came.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Shared, Way, carry};

/// A longer head is no request of a client.
const MAX_HEAD: usize = 64 << 10;

pub(super) async fn serve(mut socket: TcpStream, shared: &Shared) -> io::Result<()> {
    let Some(head) = read_head(&mut socket).await? else {
        return Ok(());
    };
    let mut words = head.split_ascii_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let way = if method == "CONNECT" {
        Way::Connect
    } else {
        Way::Http
    };
    if !shared.admits(way, host_and_port(target), login(&head)) {
        let refusal =
            "HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";
        return socket.write_all(refusal.as_bytes()).await;
    }
    let Ok(mut server) = TcpStream::connect(shared.upstream).await else {
        return socket
            .write_all(b"HTTP/1.1 502 Nobody\r\nContent-Length: 0\r\n\r\n")
            .await;
    };
    match way {
        Way::Connect => socket.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?,
        // one request per connection is enough here, and keeps every target in the log
        _ => server.write_all(head_for_server(&head).as_bytes()).await?,
    }
    carry(socket, server).await
}

/// The head of a request up to its empty line; `None`: the client hung up.
async fn read_head(socket: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        // byte by byte: what comes behind the head belongs to the tunnel
        let mut byte = [0];
        if head.len() >= MAX_HEAD || socket.read(&mut byte).await? == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&byte);
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}

/// The same head without what is for the proxy, and with an end behind the answer.
fn head_for_server(head: &str) -> String {
    let mut lines = head.trim_end().split("\r\n");
    let mut request = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let lower = line.to_ascii_lowercase();
        if !lower.starts_with("proxy-") && !lower.starts_with("connection:") {
            request.push_str("\r\n");
            request.push_str(line);
        }
    }
    request + "\r\nConnection: close\r\n\r\n"
}

/// `http://host:port/path` and `host:port` alike.
fn host_and_port(target: &str) -> String {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_owned()
}

/// The user and the password of Basic (RFC 7617).
fn login(head: &str) -> Option<(String, String)> {
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("proxy-authorization")
            .then(|| value.trim())
    })?;
    let text = String::from_utf8(base64(value.strip_prefix("Basic ")?)?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Reads Base64 (RFC 4648, section 4).
fn base64(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}
