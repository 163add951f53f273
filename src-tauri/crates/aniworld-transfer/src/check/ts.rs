//! MPEG transport stream (ISO/IEC 13818-1, 2.4): packets of one length, counted in each of their streams.
//!
//! There is no index and no size to compare with, so every packet is looked at. Counters that do not
//! follow on each other are a doubt and no proof: recordings from the air lose packets, too. They may
//! begin anew where a segment of a stream begins (RFC 8216, 3.2), that is at the start of a payload behind
//! the tables.

mod packet;
mod streams;

use self::streams::Streams;
use super::reader::{Reader, Stop, broken};

/// What every packet begins with.
const SYNC: u8 = 0x47;
/// The length of a packet, without time stamps and parity.
const PACKET_BYTES: usize = 188;
/// Packets that are read at once.
const PACKETS_AT_ONCE: usize = 512;
/// Counters that do not follow on, of so many packets one: not a recording but a mix.
const MIXED: u64 = 100;
/// Fewer are no ground for that.
const FEW_BREAKS: u64 = 10;

/// How the packets lie in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// From one packet to the next.
    step: usize,
    /// Bytes before each packet.
    lead: usize,
}

/// Plain, with a time stamp before each packet (M2TS), with parity behind each packet.
const GRIDS: [Grid; 3] = [
    Grid { step: 188, lead: 0 },
    Grid { step: 192, lead: 4 },
    Grid { step: 204, lead: 0 },
];

/// Finds the grid that the beginning of a file fits. Where only one packet is there, it must be one that
/// streams begin with.
pub(super) fn grid(head: &[u8], len: u64) -> Option<Grid> {
    GRIDS.into_iter().find(|grid| {
        let mut packets = head.get(grid.lead..).unwrap_or_default().chunks(grid.step);
        let several = len > (grid.lead + grid.step) as u64;
        packets.len() > 0
            && (several || begins_with_table(head, grid.lead))
            && packets.all(|packet| packet.first() == Some(&SYNC))
    })
}

/// The association table or the description of services starts in this packet.
fn begins_with_table(head: &[u8], lead: usize) -> bool {
    matches!(head.get(lead..lead + 3), Some([SYNC, 0x40, 0x00 | 0x11]))
}

/// Walks the whole file.
pub(super) fn walk(reader: &mut Reader, grid: Grid) -> Result<(), Stop> {
    let len = reader.len();
    let step = grid.step as u64;
    if !len.is_multiple_of(step) {
        return broken("it ends in the middle of a packet");
    }
    let mut streams = Streams::new();
    let mut block = vec![0; grid.step * PACKETS_AT_ONCE];
    let mut at = 0;
    while at < len {
        let wanted = usize::try_from(len - at).map_or(block.len(), |rest| rest.min(block.len()));
        reader.fill(&mut block[..wanted], at)?;
        for placed in block[..wanted].chunks_exact(grid.step) {
            let packet = placed
                .get(grid.lead..)
                .and_then(<[u8]>::first_chunk::<PACKET_BYTES>);
            let Some(packet) = packet.filter(|packet| packet[0] == SYNC) else {
                return broken(format!("there is no packet where one should begin, at byte {at}"));
            };
            streams.packet(reader, packet, at, grid.lead)?;
            at += step;
        }
    }
    conclude(&streams, len / step)
}

fn conclude(streams: &Streams, packets: u64) -> Result<(), Stop> {
    if !streams.tables() {
        return broken("its tables (PAT and PMT) are missing");
    }
    if let Some(first) = streams.first_break() {
        let breaks = streams.breaks();
        let what =
            format!("{breaks} times packets do not follow on each other, the first time at byte {first}");
        return Err(if breaks > FEW_BREAKS && breaks > packets / MIXED {
            Stop::Broken(what)
        } else {
            Stop::Doubtful(what)
        });
    }
    if streams.open_payload() {
        return Err(Stop::Doubtful(
            "the last payload (PES) of a stream is not complete".to_owned(),
        ));
    }
    Ok(())
}
