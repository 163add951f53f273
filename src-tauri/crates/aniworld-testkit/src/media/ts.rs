//! MPEG transport stream (ISO/IEC 13818-1): one program with one video stream.

use super::noise;

/// The length of a packet (2.4.3.2).
pub const TS_PACKET_BYTES: usize = 188;
/// What a packet holds behind its header.
const PAYLOAD_BYTES: usize = TS_PACKET_BYTES - 4;
/// The tables come again after so many packets.
const TABLES_EVERY: usize = 40;
/// A picture has so many packets.
const PICTURE_PACKETS: u64 = 12;
const PMT_PID: u16 = 0x1000;
const VIDEO_PID: u16 = 0x100;

/// A stream of exactly so many packets. It begins with its tables, which come again from time to time.
///
/// As with every such stream, its first packets alone are a whole stream too.
pub fn mpeg_ts(seed: u32, packets: usize) -> Vec<u8> {
    let noise = noise(seed, packets * PAYLOAD_BYTES);
    let mut stream = Vec::with_capacity(packets * TS_PACKET_BYTES);
    let mut tables = 0_u8;
    let mut pictures = 0_u64;
    for (number, content) in noise.chunks_exact(PAYLOAD_BYTES).enumerate() {
        match number % TABLES_EVERY {
            0 => table(&mut stream, 0, tables, &pat()),
            1 => {
                table(&mut stream, PMT_PID, tables, &pmt());
                tables = tables.wrapping_add(1);
            }
            _ => {
                video(&mut stream, pictures, content);
                pictures += 1;
            }
        }
    }
    stream
}

fn header(stream: &mut Vec<u8>, pid: u16, starts: bool, counter: u8) {
    let pid = pid | if starts { 0x4000 } else { 0 };
    stream.push(0x47);
    stream.extend(pid.to_be_bytes());
    stream.push(0x10 | (counter & 0x0f)); // payload only
}

fn video(stream: &mut Vec<u8>, number: u64, content: &[u8]) {
    let starts = number.is_multiple_of(PICTURE_PACKETS);
    header(stream, VIDEO_PID, starts, number.to_le_bytes()[0]);
    let from = stream.len();
    stream.extend(content);
    if starts {
        // a PES header of a length that is not said, with a time stamp only (2.4.3.6)
        let head = [0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5];
        let time = time_stamp(number / PICTURE_PACKETS * 3_600);
        stream[from..from + 14].copy_from_slice(&[head.as_slice(), &time].concat());
    }
}

/// 33 bits of ticks of 90 kHz, cut in three by marker bits (2.4.3.7).
fn time_stamp(ticks: u64) -> [u8; 5] {
    let byte = |shift: u32| (ticks << 1 >> shift).to_le_bytes()[0];
    [
        0x21 | (byte(30) & 0x0e),
        byte(23),
        byte(15) | 1,
        byte(8),
        byte(0) | 1,
    ]
}

/// A packet with one table section in it, and stuffing behind that.
fn table(stream: &mut Vec<u8>, pid: u16, counter: u8, section: &[u8]) {
    header(stream, pid, true, counter);
    let end = stream.len() + PAYLOAD_BYTES;
    stream.push(0); // the section begins at once
    stream.extend(section);
    stream.extend(crc(section).to_be_bytes());
    stream.resize(end, 0xff);
}

/// The programs (2.4.4.3): number 1 has its map at [`PMT_PID`].
fn pat() -> Vec<u8> {
    let [high, low] = (PMT_PID | 0xe000).to_be_bytes();
    vec![0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, high, low]
}

/// The streams of the program (2.4.4.8): H.264 at [`VIDEO_PID`].
fn pmt() -> Vec<u8> {
    let [high, low] = (VIDEO_PID | 0xe000).to_be_bytes();
    vec![
        2, 0xb0, 18, 0, 1, 0xc1, 0, 0, high, low, 0xf0, 0, 0x1b, high, low, 0xf0, 0,
    ]
}

/// The checksum of a section (annex A): CRC-32 with the polynomial 0x04C11DB7, first bit first.
fn crc(section: &[u8]) -> u32 {
    section.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(*byte) << 24), |crc, _| {
            (crc << 1) ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}
