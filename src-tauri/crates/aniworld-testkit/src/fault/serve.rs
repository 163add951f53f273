//! One connection: reads requests and sends what was planned.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};

use super::act::Origin;
use super::answer::{Framing, Interruption, Plan};
use super::script::Pace;
use super::{Fault, Shared, request};

/// How much is sent at once.
const PIECE: usize = 64 << 10;
/// How long a slow server waits between two pieces, and what it takes to be a little faster.
const BEAT: Duration = Duration::from_millis(20);
const GROWTH: Duration = Duration::from_millis(50);
/// The time of one byte of a crawl.
const CRAWL: Duration = Duration::from_millis(50);

/// Serves a connection until either side closes it.
pub(super) async fn connection(mut socket: TcpStream, shared: Arc<Shared>, origin: Origin) {
    if shared.refuses_connections() {
        // a reset, as from a host that has no room for one more
        let _gone = socket.set_zero_linger();
        return;
    }
    // errors are the client's hanging up, and that is its business
    while let Ok(true) = exchange(&mut socket, &shared, origin).await {}
}

/// One request and its answer; `false`: the connection ends.
async fn exchange(socket: &mut TcpStream, shared: &Shared, origin: Origin) -> io::Result<bool> {
    let Some(request) = request::read(socket).await? else {
        return Ok(false);
    };
    let act = shared.decide(&request, origin);
    for fault in &act.faults {
        match fault {
            Fault::HangUp => return Ok(false),
            Fault::ResetAtOnce => {
                socket.set_zero_linger()?;
                return Ok(false);
            }
            Fault::Silence => return silent(socket).await,
            Fault::NoHttp => {
                socket.write_all(b"220 this speaks something else\r\n").await?;
                return Ok(false);
            }
            Fault::EndlessHead => return endless_head(socket).await,
            _ => {}
        }
    }
    let _sending = shared.sending(&act);
    let plan = Plan::new(&act, &request);
    socket.write_all(plan.head().as_bytes()).await?;
    if request.method == "HEAD" {
        return Ok(true);
    }
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
        Interruption::Crawl => crawl(socket, rest).await,
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
    let mut metronome = plan.pace.map(Metronome::new);
    let mut rest = bytes;
    while !rest.is_empty() {
        let most = match &mut metronome {
            Some(metronome) => metronome.next().await,
            None => PIECE,
        };
        let (piece, later) = rest.split_at(most.min(rest.len()));
        rest = later;
        if plan.framing == Framing::Chunked {
            socket
                .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
                .await?;
        }
        socket.write_all(piece).await?;
        if plan.framing == Framing::Chunked {
            socket.write_all(b"\r\n").await?;
        }
    }
    Ok(())
}

/// Hands out a piece per beat, by the clock and not by the sleeps: these come late.
#[derive(Debug)]
struct Metronome {
    pace: Pace,
    start: Instant,
    beats: u32,
}

impl Metronome {
    fn new(pace: Pace) -> Self {
        Self {
            pace,
            start: Instant::now(),
            beats: 0,
        }
    }

    /// How many bytes may be sent now.
    async fn next(&mut self) -> usize {
        sleep_until(self.start + BEAT * self.beats).await;
        let doublings = (BEAT * self.beats).as_millis() / GROWTH.as_millis();
        let doubled = 1_u64
            .checked_shl(u32::try_from(doublings).unwrap_or(u32::MAX))
            .unwrap_or(u64::MAX);
        let rate = self.pace.first.saturating_mul(doubled).min(self.pace.most);
        self.beats += 1;
        let beats_per_s = 1_000 / u64::try_from(BEAT.as_millis()).unwrap_or(1);
        usize::try_from(rate / beats_per_s).unwrap_or(PIECE).max(1)
    }
}

/// One byte after the other, as long as the client bears it.
async fn crawl(socket: &mut TcpStream, bytes: &[u8]) -> io::Result<bool> {
    for byte in bytes {
        socket.write_u8(*byte).await?;
        sleep(CRAWL).await;
    }
    Ok(false)
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
