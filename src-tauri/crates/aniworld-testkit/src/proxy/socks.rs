//! SOCKS5: the greeting, the login and the one command that clients use.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Shared, Way, carry};

/// The first byte of every message (RFC 1928, section 3).
pub(super) const VERSION: u8 = 5;
/// "No login" and "user and password" (RFC 1928, section 3).
const OPEN: u8 = 0;
const LOGIN: u8 = 2;
/// None of the offered ways.
const NO_WAY: u8 = 0xff;
/// Replies (RFC 1928, section 6).
const GRANTED: u8 = 0;
const UNREACHABLE: u8 = 4;

pub(super) async fn serve(mut socket: TcpStream, shared: &Shared) -> io::Result<()> {
    let Some(login) = greet(&mut socket, shared).await? else {
        return Ok(());
    };
    let target = read_target(&mut socket).await?;
    if !shared.admits(Way::Socks5, target, login) {
        return reply(&mut socket, UNREACHABLE).await;
    }
    match TcpStream::connect(shared.upstream).await {
        Ok(server) => {
            reply(&mut socket, GRANTED).await?;
            carry(socket, server).await
        }
        Err(_) => reply(&mut socket, UNREACHABLE).await,
    }
}

type Login = Option<(String, String)>;

/// Agrees on a way to log in; `None`: they do not agree, or the login is wrong.
async fn greet(socket: &mut TcpStream, shared: &Shared) -> io::Result<Option<Login>> {
    let mut head = [0; 2];
    socket.read_exact(&mut head).await?;
    let offered = read(socket, head[1]).await?;
    let wanted = if shared.login.is_some() { LOGIN } else { OPEN };
    if !offered.contains(&wanted) {
        socket.write_all(&[VERSION, NO_WAY]).await?;
        return Ok(None);
    }
    socket.write_all(&[VERSION, wanted]).await?;
    if wanted == OPEN {
        return Ok(Some(None));
    }
    // RFC 1929: version, length and user, length and password
    socket.read_u8().await?;
    let length = socket.read_u8().await?;
    let user = read(socket, length).await?;
    let length = socket.read_u8().await?;
    let password = read(socket, length).await?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let login = Some((text(user), text(password)));
    let right = login == shared.login;
    socket.write_all(&[1, u8::from(!right)]).await?;
    if !right {
        shared.admits(Way::Socks5, String::new(), login);
        return Ok(None);
    }
    Ok(Some(login))
}

/// Where the client wants to go: version, command, nothing, kind of address, address, port.
async fn read_target(socket: &mut TcpStream) -> io::Result<String> {
    let mut head = [0; 4];
    socket.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => Ipv4Addr::from_bits(socket.read_u32().await?).to_string(),
        4 => Ipv6Addr::from_bits(socket.read_u128().await?).to_string(),
        _ => {
            let length = socket.read_u8().await?;
            String::from_utf8_lossy(&read(socket, length).await?).into_owned()
        }
    };
    let port = socket.read_u16().await?;
    Ok(format!("{host}:{port}"))
}

async fn read(socket: &mut TcpStream, length: u8) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(length)];
    socket.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// A reply with an address that no client looks at.
async fn reply(socket: &mut TcpStream, status: u8) -> io::Result<()> {
    socket.write_all(&[VERSION, status, 0, 1, 0, 0, 0, 0, 0, 0]).await
}
