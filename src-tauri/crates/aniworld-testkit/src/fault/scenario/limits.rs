//! Servers that are slow on purpose, take few connections, or speak HTTP/2 only.

use super::{Address, FIRST, Scenario, count_from, eighths};
use crate::fault::act::{Act, Director};
use crate::fault::{Cast, Entrance, Fault};

/// Bodies at once that the server bears.
const MOST: usize = 2;
/// Bytes a second of each connection.
const SLOW: u64 = 8 << 20;
const FASTER: u64 = 16 << 20;

pub(super) const ALL: &[Scenario] = &[
    Scenario::new("limit_503", FIRST, limit_503),
    Scenario {
        most_connections: Some(MOST),
        ..Scenario::new("limit_refused", FIRST, steady)
    },
    Scenario::new("limit_reset", FIRST, limit_reset),
    Scenario::new("rate_limited", FIRST, rate_limited),
    Scenario::new("slow_start", FIRST, slow_start),
    Scenario {
        address: Address::OnlyHttp2,
        ..Scenario::new("h2_only", FIRST, h2_only)
    },
];

/// With two bodies on their way every further request gets 503, without `Retry-After`. One connection
/// never meets it; of four at least two do, until the client has learned.
fn limit_503(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, moment| {
        if moment.sending >= MOST {
            Act::without_file(Fault::Status(503))
        } else {
            Act::right(&film).and(Fault::Throttled(FASTER))
        }
    })
}

/// With two bodies on their way every further connection is reset before its request is read.
fn steady(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::Throttled(FASTER)))
}

/// With two bodies on their way every further one is reset after its head and some bytes.
fn limit_reset(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, moment| {
        if moment.sending >= MOST {
            Act::right(&film).and(Fault::Reset(16 << 10))
        } else {
            Act::right(&film).and(Fault::Throttled(FASTER))
        }
    })
}

/// Each connection gets 8 MiB a second; four get four times as much.
fn rate_limited(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::Throttled(SLOW)))
}

/// Each connection begins with 256 KiB a second and doubles that every 50 ms: what is measured at first
/// says nothing about what a further connection would bring.
fn slow_start(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::SlowStart(256 << 10, 64 << 20)))
}

/// TLS that offers HTTP/2 and nothing else. The first body is cut by a reset of its stream, while the
/// connection stays, unless an earlier run had it. Several requests may share the connection.
fn h2_only(cast: &Cast, entrance: Entrance) -> Director {
    let (film, mut count) = (cast.first.clone(), count_from(entrance));
    Box::new(move |_, _| Act::right(&film).and_if(count() == 1, Fault::Cut(eighths(&film, 3))))
}
