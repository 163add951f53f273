//! Which streams a piece of MPEG-TS has, by its tables (ISO/IEC 13818-1, 2.4.4). Pure.

const PACKET: usize = 188;
/// Tables stand in front; so many packets are looked at.
const MAX_PACKETS: usize = 4_096;
/// The stream of the first table, and the first byte of each (table 2-31).
const PAT: u16 = 0;
const TABLE_PAT: u8 = 0;
const TABLE_PMT: u8 = 2;
/// Kinds of streams that are no picture and no sound, and come and go: sections, carousels, tags, cues.
const ASIDE: [u8; 7] = [0x05, 0x0B, 0x0C, 0x0D, 0x14, 0x15, 0x86];

/// Numbers and kinds of streams.
pub(super) type Streams = Vec<(u16, u8)>;

/// The streams of picture and sound of the first program; `None` where its tables are not there.
pub(super) fn streams(bytes: &[u8]) -> Option<Streams> {
    let programs = section(bytes, PAT, TABLE_PAT)?;
    let (programs, _) = body(&programs, 8)?.as_chunks::<4>();
    // number 0 is no program
    let program = programs.iter().find(|program| program[..2] != [0, 0])?;
    let map = section(bytes, number(program[2], program[3]), TABLE_PMT)?;
    let more = usize::from(*map.get(10)? & 0x0F) << 8 | usize::from(*map.get(11)?);
    let mut rest = body(&map, 12 + more)?;
    let mut found = Streams::new();
    while let [kind, high, low, more_high, more_low, ..] = *rest {
        if !ASIDE.contains(&kind) {
            found.push((number(high, low), kind));
        }
        let more = usize::from(more_high & 0x0F) << 8 | usize::from(more_low);
        rest = rest.get(5 + more..)?;
    }
    found.sort_unstable();
    Some(found)
}

/// 13 bits.
fn number(high: u8, low: u8) -> u16 {
    u16::from_be_bytes([high & 0x1F, low])
}

/// What stands between a head of this length and the checksum.
fn body(section: &[u8], head: usize) -> Option<&[u8]> {
    section.get(head..section.len().checked_sub(4)?)
}

/// The first whole section of a stream that begins with this byte.
fn section(bytes: &[u8], stream: u16, table: u8) -> Option<Vec<u8>> {
    let mut open: Vec<u8> = Vec::new();
    for packet in bytes.chunks_exact(PACKET).take(MAX_PACKETS) {
        if number(packet[1], packet[2]) != stream {
            continue;
        }
        let Some(payload) = payload(packet) else { continue };
        if packet[1] & 0x40 == 0 {
            if !open.is_empty() {
                open.extend_from_slice(payload);
            }
        } else {
            let (pointer, rest) = payload.split_first()?;
            open = rest.get(usize::from(*pointer)..)?.to_vec();
        }
        if let [first, high, low, ..] = *open {
            let end = 3 + (usize::from(high & 0x0F) << 8 | usize::from(low));
            if first != table {
                open.clear();
            } else if open.len() >= end {
                open.truncate(end);
                return Some(open);
            }
        }
    }
    None
}

fn payload(packet: &[u8]) -> Option<&[u8]> {
    match packet[3] & 0x30 {
        0x10 => packet.get(4..),
        0x30 => packet.get(5 + usize::from(packet[4])..),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet with a section in it.
    fn packet(stream: u16, section: &[u8]) -> Vec<u8> {
        let [high, low] = stream.to_be_bytes();
        let mut packet = vec![0x47, 0x40 | high, low, 0x10, 0];
        packet.extend_from_slice(section);
        packet.resize(PACKET, 0xFF);
        packet
    }

    fn tables(sound: u8) -> Vec<u8> {
        let programs = [
            0, 0xB0, 17, 0, 1, 0xC1, 0, 0, 0, 0, 0xE0, 16, 0, 1, 0xF0, 0, 9, 9, 9, 9,
        ];
        let map = [
            2, 0xB0, 30, 0, 1, 0xC1, 0, 0, 0xE1, 0, 0xF0, 2, 7, 7, 0x1B, 0xE1, 0, 0xF0, 0, 0x0F, 0xE1, sound,
            0xF0, 0, 0x15, 0xE1, 9, 0xF0, 0, 9, 9, 9, 9,
        ];
        [packet(0, &programs), packet(0x1000, &map)].concat()
    }

    #[test]
    fn picture_and_sound_are_found_and_data_is_left_aside() {
        assert_eq!(streams(&tables(1)), Some(vec![(0x100, 0x1B), (0x101, 0x0F)]));
        assert_ne!(streams(&tables(1)), streams(&tables(2)));
        for bytes in [&tables(1)[..PACKET], &[0x47; PACKET * 2], b""] {
            assert_eq!(streams(bytes), None);
        }
    }
}
