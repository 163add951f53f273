//! One connection: reads requests and sends what was planned.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::answer::{Framing, Interruption, Plan};
use super::{Fault, Shared, lock, request};

/// How much is sent at once, and how often a second by a slow server.
const PIECE: usize = 64 << 10;
const PIECES_PER_S: u64 = 50;

/// Serves a connection until either side closes it.
pub(super) async fn connection(mut socket: TcpStream, shared: Arc<Shared>) {
    // errors are the client's hanging up, and that is its business
    while let Ok(true) = exchange(&mut socket, &shared).await {}
}

/// One request and its answer; `false`: the connection ends.
async fn exchange(socket: &mut TcpStream, shared: &Shared) -> io::Result<bool> {
    let Some(request) = request::read(socket).await? else {
        return Ok(false);
    };
    let (file, fault, heeds_if_range) = lock(&shared.script).next();
    shared.note(&request);
    match fault {
        Fault::HangUp => return Ok(false),
        Fault::Silence => return silent(socket).await,
        Fault::NoHttp => {
            socket.write_all(b"220 this speaks something else\r\n").await?;
            return Ok(false);
        }
        Fault::EndlessHead => return endless_head(socket).await,
        _ => {}
    }
    let plan = Plan::new(&file, &fault, &request, heeds_if_range);
    socket.write_all(plan.head().as_bytes()).await?;
    send(socket, shared, &plan).await
}

async fn send(socket: &mut TcpStream, shared: &Shared, plan: &Plan) -> io::Result<bool> {
    let length = plan.body.len();
    let Some((after, interruption)) = plan.interruption else {
        write(socket, plan, &plan.body).await?;
        return finish(socket, plan).await;
    };
    let (first, rest) = plan
        .body
        .split_at(usize::try_from(after).map_or(length, |after| after.min(length)));
    write(socket, plan, first).await?;
    match interruption {
        Interruption::Cut => Ok(false),
        Interruption::Reset => {
            socket.set_zero_linger()?;
            Ok(false)
        }
        Interruption::Stall => silent(socket).await,
        Interruption::Gate => {
            socket.flush().await?;
            shared.gate.pass().await;
            write(socket, plan, rest).await?;
            finish(socket, plan).await
        }
    }
}

async fn finish(socket: &mut TcpStream, plan: &Plan) -> io::Result<bool> {
    if plan.framing == Framing::Chunked {
        socket.write_all(b"0\r\n\r\n").await?;
    }
    Ok(plan.framing != Framing::Close)
}

async fn write(socket: &mut TcpStream, plan: &Plan, bytes: &[u8]) -> io::Result<()> {
    let piece = match plan.bytes_per_s {
        Some(rate) => usize::try_from(rate / PIECES_PER_S).unwrap_or(PIECE).max(1),
        None => PIECE,
    };
    for piece in bytes.chunks(piece) {
        if plan.framing == Framing::Chunked {
            socket
                .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
                .await?;
        }
        socket.write_all(piece).await?;
        if plan.framing == Framing::Chunked {
            socket.write_all(b"\r\n").await?;
        }
        if plan.bytes_per_s.is_some() {
            tokio::time::sleep(Duration::from_millis(1_000 / PIECES_PER_S)).await;
        }
    }
    Ok(())
}

/// Sends one header after the other until the client hangs up.
async fn endless_head(socket: &mut TcpStream) -> io::Result<bool> {
    socket.write_all(b"HTTP/1.1 200 Planned\r\n").await?;
    loop {
        socket
            .write_all(format!("X-More: {}\r\n", "x".repeat(1_000)).as_bytes())
            .await?;
    }
}

/// Says nothing until the client hangs up.
async fn silent(socket: &mut TcpStream) -> io::Result<bool> {
    let mut ignored = [0; 64];
    while socket.read(&mut ignored).await? > 0 {}
    Ok(false)
}
