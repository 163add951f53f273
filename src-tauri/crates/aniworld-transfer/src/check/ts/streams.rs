//! The streams in a transport stream: their counters, their tables and what of their payload is open.

use super::super::reader::{Reader, Stop};
use super::PACKET_BYTES;
use super::packet::Packet;

/// Streams have numbers of 13 bits.
const STREAMS: usize = 1 << 13;
/// The association table.
const PAT: u16 = 0;
/// Packets that only fill time. Their counter says nothing (2.4.3.3).
const NOTHING: u16 = 0x1fff;
/// The first byte of each table (table 2-31).
const TABLE_PAT: u8 = 0;
const TABLE_PMT: u8 = 2;

/// What is known of a stream.
#[derive(Debug, Clone, Copy, Default)]
struct Stream {
    /// Its last packet with a payload: the counter, and where it is in the file.
    last: Option<(u8, u64)>,
    /// That packet was there twice already.
    twice: bool,
    /// It carries the map of a program.
    map: bool,
    /// Bytes that its PES packet still wants; 0 where that is not known.
    open: u32,
}

/// All streams.
#[derive(Debug)]
pub(super) struct Streams {
    /// By their number.
    all: Vec<Stream>,
    /// Where the last association table is.
    pat_at: Option<u64>,
    pmt: bool,
    breaks: u64,
    first_break: Option<u64>,
}

impl Streams {
    pub(super) fn new() -> Self {
        Self {
            all: vec![Stream::default(); STREAMS],
            pat_at: None,
            pmt: false,
            breaks: 0,
            first_break: None,
        }
    }

    /// Both tables were there.
    pub(super) fn tables(&self) -> bool {
        self.pat_at.is_some() && self.pmt
    }

    /// How often a counter did not follow on.
    pub(super) fn breaks(&self) -> u64 {
        self.breaks
    }

    /// Where in the file that was for the first time.
    pub(super) fn first_break(&self) -> Option<u64> {
        self.first_break
    }

    /// Whether some stream ends before its PES packet does.
    pub(super) fn open_payload(&self) -> bool {
        self.all.iter().any(|stream| stream.open > 0)
    }

    /// Takes the next packet, which lies at `at`, `lead` bytes before its first one.
    pub(super) fn packet(
        &mut self,
        reader: &mut Reader,
        bytes: &[u8; PACKET_BYTES],
        at: u64,
        lead: usize,
    ) -> Result<(), Stop> {
        let packet = Packet::new(bytes);
        if packet.pid == NOTHING || packet.damaged {
            return Ok(());
        }
        let stream = &mut self.all[usize::from(packet.pid)];
        let Some(payload) = packet.payload else {
            if packet.discontinuity {
                stream.last = None;
            }
            return Ok(());
        };
        let followed = match stream.last {
            Some((counter, before)) if packet.counter == counter && !packet.discontinuity => {
                let again = !stream.twice && same_payload(reader, before + lead as u64, payload)?;
                if again {
                    stream.twice = true;
                    return Ok(());
                }
                Some(before)
            }
            Some((counter, before)) if packet.counter != (counter + 1) & 0x0f => Some(before),
            _ => None,
        };
        if let Some(before) = followed.filter(|_| !packet.discontinuity) {
            stream.open = 0;
            let new_segment =
                packet.starts && (packet.pid == PAT || self.pat_at.is_some_and(|pat| pat > before));
            if !new_segment {
                self.breaks += 1;
                self.first_break.get_or_insert(at);
            }
        }
        stream.last = Some((packet.counter, at));
        stream.twice = false;
        stream.open = match packet.pes_bytes() {
            Some(bytes) => bytes,
            None if packet.starts => 0,
            None => stream.open,
        };
        let held = u32::try_from(payload.len()).unwrap_or(0);
        stream.open = stream.open.saturating_sub(held);
        self.tables_in(&packet, at);
        Ok(())
    }

    fn tables_in(&mut self, packet: &Packet, at: u64) {
        let map = self.all[usize::from(packet.pid)].map;
        if packet.pid != PAT && (self.pmt || !map) {
            return;
        }
        match packet.section() {
            Some([TABLE_PAT, rest @ ..]) if packet.pid == PAT => {
                self.pat_at = Some(at);
                for program in programs(rest) {
                    self.all[usize::from(program)].map = true;
                }
            }
            Some([TABLE_PMT, ..]) if map => self.pmt = true,
            _ => {}
        }
    }
}

/// Where the maps of the programs are, as far as this packet says (2.4.4.3).
fn programs(section: &[u8]) -> impl Iterator<Item = u16> {
    let length = section
        .first_chunk()
        .map_or(0, |length| u16::from_be_bytes(*length) & 0x0fff);
    // five more bytes of head before the programs, a checksum behind them
    let end = usize::from(length).saturating_sub(4).saturating_add(2);
    let programs = section.get(7..end.min(section.len())).unwrap_or_default();
    let (programs, _) = programs.as_chunks::<4>();
    programs
        .iter()
        .filter(|[high, low, ..]| (*high, *low) != (0, 0))
        .map(|[.., high, low]| u16::from_be_bytes([high & 0x1f, *low]))
}

/// Whether the packet at that place has this payload: a packet may be sent twice (2.4.3.3), and then
/// only its clock may differ.
fn same_payload(reader: &mut Reader, packet: u64, payload: &[u8]) -> Result<bool, Stop> {
    let skipped = PACKET_BYTES - payload.len();
    let before = reader.bytes(packet + skipped as u64, payload.len())?;
    Ok(before == Some(payload))
}
