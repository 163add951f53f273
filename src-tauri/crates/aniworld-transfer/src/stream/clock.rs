//! When the first picture or sound of a track is shown: the zero of its subtitles and of its other tracks.
//! Pure.

use super::Container;
use super::inspect::Boxes;

/// Ticks of the clock of MPEG-2 per second.
pub(super) const TICKS_PER_S: u32 = 90_000;
/// The clock of MPEG-2 has 33 bits and begins anew after 26.5 hours.
const CLOCK: u64 = 1 << 33;
/// Of a piece, so many packets are looked at.
const MAX_PACKETS: usize = 4_096;
const PACKET: usize = 188;

/// The first time stamp in ticks of 90 kHz. `init` is what stands before fragments of MP4.
pub(super) fn first_timestamp(bytes: &[u8], container: Container, init: &[u8]) -> Option<u64> {
    match container {
        Container::MpegTs => of_packets(bytes),
        Container::Fmp4 => of_fragment(bytes, init),
        Container::PackedAudio => strip_tag(bytes).1,
        Container::WebVtt | Container::Unknown => None,
    }
}

/// The first picture's, or where there is none the first sound's (ISO/IEC 13818-1, 2.4.3.6).
fn of_packets(bytes: &[u8]) -> Option<u64> {
    let mut sound = None;
    for packet in bytes.chunks_exact(PACKET).take(MAX_PACKETS) {
        match pes_start(packet) {
            Some((0xE0..=0xEF, timestamp)) => return Some(timestamp),
            Some((_, timestamp)) => sound = sound.or(Some(timestamp)),
            None => {}
        }
    }
    sound
}

/// Stream id and time stamp of a packet that begins a picture or a piece of sound.
fn pes_start(packet: &[u8]) -> Option<(u8, u64)> {
    let begins = packet[1] & 0x40 != 0;
    let payload = match packet[3] & 0x30 {
        0x10 => &packet[4..],
        0x30 => packet.get(5 + usize::from(packet[4])..)?,
        _ => return None,
    };
    let [
        0,
        0,
        1,
        id @ 0xC0..=0xEF,
        _,
        _,
        _,
        flags,
        _,
        t0,
        t1,
        t2,
        t3,
        t4,
        ..,
    ] = payload
    else {
        return None;
    };
    if !begins || flags & 0x80 == 0 {
        return None;
    }
    let bits = |byte: &u8| u64::from(*byte);
    let timestamp =
        (bits(t0) >> 1 & 7) << 30 | bits(t1) << 22 | (bits(t2) >> 1) << 15 | bits(t3) << 7 | bits(t4) >> 1;
    Some((*id, timestamp))
}

/// The decode time of the first fragment of the first track (ISO/IEC 14496-12, 8.8.12).
fn of_fragment(bytes: &[u8], init: &[u8]) -> Option<u64> {
    let traf = Boxes::find(Boxes::find(bytes, *b"moof")?, *b"traf")?;
    let header = Boxes::find(traf, *b"tfhd")?.get(4..8)?;
    let time = match Boxes::find(traf, *b"tfdt")? {
        [0, _, _, _, time @ ..] => u64::from(u32::from_be_bytes(*time.first_chunk()?)),
        [1, _, _, _, time @ ..] => u64::from_be_bytes(*time.first_chunk()?),
        _ => return None,
    };
    let timescale = timescale(init, header)?;
    let ticks = u128::from(time) * u128::from(TICKS_PER_S) / u128::from(timescale);
    u64::try_from(ticks % u128::from(CLOCK)).ok()
}

/// Units per second of the track with this id.
fn timescale(init: &[u8], id: &[u8]) -> Option<u32> {
    let moov = Boxes::find(init, *b"moov")?;
    let tracks = Boxes::of(moov).flatten().filter(|(name, _)| name == b"trak");
    for (_, track) in tracks {
        let header = Boxes::find(track, *b"tkhd")?;
        let at = if header.first() == Some(&1) { 20 } else { 12 };
        if header.get(at..at + 4) == Some(id) {
            let media = Boxes::find(Boxes::find(track, *b"mdia")?, *b"mdhd")?;
            let at = if media.first() == Some(&1) { 20 } else { 12 };
            let scale = u32::from_be_bytes(*media.get(at..)?.first_chunk()?);
            return (scale > 0).then_some(scale);
        }
    }
    None
}

/// Packed audio without the ID3 tags in front of it, and the time that they tell (RFC 8216 section 3.4).
pub(super) fn strip_tag(bytes: &[u8]) -> (&[u8], Option<u64>) {
    const OWNER: &[u8] = b"com.apple.streaming.transportStreamTimestamp\0";
    let (mut rest, mut time) = (bytes, None);
    while let Some((tag, behind)) = split_tag(rest) {
        let told = tag.windows(OWNER.len()).position(|window| window == OWNER);
        let stamp = told.and_then(|at| tag[at + OWNER.len()..].first_chunk::<8>());
        time = time.or(stamp.map(|stamp| u64::from_be_bytes(*stamp) % CLOCK));
        rest = behind;
    }
    (rest, time)
}

/// A tag of `ID3v2` (section 3.1 of its version 2.4) and what follows.
fn split_tag(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [b'I', b'D', b'3', _, _, flags, s0, s1, s2, s3, ..] = bytes else {
        return None;
    };
    let size = [s0, s1, s2, s3]
        .iter()
        .fold(0_usize, |size, byte| size << 7 | usize::from(*byte & 0x7F));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    bytes.split_at_checked(10 + size + footer)
}

/// How far one time stamp lies behind another, in ticks, over the end of the clock too.
pub(super) fn ticks_behind(one: u64, other: u64) -> i64 {
    let forward = one.wrapping_sub(other) % CLOCK;
    let signed = i64::try_from(forward).unwrap_or(0);
    if forward >= CLOCK / 2 {
        signed - (1 << 33)
    } else {
        signed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_counts_before_earlier_sound() {
        let packet = |id: u8, timestamp: u64| {
            let mut packet = vec![0xFF; PACKET];
            packet[..4].copy_from_slice(&[0x47, 0x40, 0x10, 0x10]);
            let byte = |shift: u64, mask: u64| u8::try_from(timestamp >> shift & mask).unwrap();
            let pes = [
                0,
                0,
                1,
                id,
                0,
                0,
                0x80,
                0x80,
                5,
                0x21 | byte(30, 7) << 1,
                byte(22, 0xFF),
                1 | byte(15, 0x7F) << 1,
                byte(7, 0xFF),
                1 | byte(0, 0x7F) << 1,
            ];
            packet[4..4 + pes.len()].copy_from_slice(&pes);
            packet
        };
        let late = (1 << 33) - 12_345;
        let both = [packet(0xC0, 77), packet(0xE0, late)].concat();
        assert_eq!(first_timestamp(&both, Container::MpegTs, &[]), Some(late));
        assert_eq!(
            first_timestamp(&packet(0xC0, 77), Container::MpegTs, &[]),
            Some(77)
        );
        assert_eq!(first_timestamp(&[0x47; PACKET], Container::MpegTs, &[]), None);
    }

    #[test]
    fn tags_in_front_of_sound_are_taken_off_and_tell_the_time() {
        let frame = [
            &b"com.apple.streaming.transportStreamTimestamp\0"[..],
            &900_000_u64.to_be_bytes(),
        ]
        .concat();
        let tag = [
            &b"ID3\x04\x00\x00\x00\x00\x00"[..],
            &[u8::try_from(frame.len()).unwrap()],
            &frame,
        ]
        .concat();
        let bytes = [&tag[..], b"\xFF\xF1sound"].concat();
        assert_eq!(strip_tag(&bytes), (&b"\xFF\xF1sound"[..], Some(900_000)));
        assert_eq!(strip_tag(b"\xFF\xF1"), (&b"\xFF\xF1"[..], None));
        // a tag that is longer than the piece is none
        assert_eq!(
            strip_tag(b"ID3\x04\x00\x00\x7F\x7F\x7F\x7F"),
            (&b"ID3\x04\x00\x00\x7F\x7F\x7F\x7F"[..], None)
        );
    }

    #[test]
    fn the_clock_begins_anew_after_33_bits() {
        assert_eq!(ticks_behind(90, 30), 60);
        assert_eq!(ticks_behind(30, 90), -60);
        assert_eq!(ticks_behind(5, CLOCK - 5), 10);
        assert_eq!(ticks_behind(CLOCK - 5, 5), -10);
    }
}
