//! What the bytes of a piece are, and whether they are whole. Bytes decide, never endings or types. Pure.

use super::{Container, PieceRole};

/// The length of a packet (ISO/IEC 13818-1, 2.4.3.2) and the byte that each begins with.
const TS_PACKET: usize = 188;
const TS_SYNC: u8 = 0x47;
/// Boxes that stand at the top of fragmented MP4 (ISO/IEC 14496-12).
const BOXES: [&[u8; 4]; 12] = [
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"emsg", b"prft", b"free", b"skip", b"mfra",
    b"uuid",
];

/// How these bytes are wrapped; `None` where they are nothing that a stream is made of.
pub(super) fn recognise(bytes: &[u8]) -> Option<Container> {
    if is_webvtt(bytes) {
        Some(Container::WebVtt)
    } else if bytes
        .get(4..8)
        .is_some_and(|name| BOXES.iter().any(|known| *known == name))
    {
        Some(Container::Fmp4)
    } else if bytes.first() == Some(&TS_SYNC) && bytes.get(TS_PACKET).is_none_or(|byte| *byte == TS_SYNC) {
        Some(Container::MpegTs)
    } else if is_packed_audio(bytes) {
        Some(Container::PackedAudio)
    } else {
        None
    }
}

/// Whether a web page came: what a login or an error looks like, whatever its type says.
pub(super) fn is_web_page(bytes: &[u8]) -> bool {
    let start = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .trim_ascii_start();
    let begins = |with: &[u8]| {
        start
            .get(..with.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(with))
    };
    begins(b"<!doctype html") || begins(b"<html") || begins(b"<head")
}

/// Says what is wrong with a piece that should be of this container.
pub(super) fn damage(bytes: &[u8], container: Container, role: PieceRole) -> Option<String> {
    match container {
        Container::MpegTs => ts_damage(bytes),
        Container::Fmp4 => mp4_damage(bytes, role),
        Container::WebVtt => (!is_webvtt(bytes)).then(|| "it does not begin with WEBVTT".into()),
        Container::PackedAudio => (!is_packed_audio(bytes)).then(|| "it does not begin with sound".into()),
        Container::Unknown => Some("it is of no known kind".into()),
    }
}

fn ts_damage(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return Some("it is empty".into());
    }
    let lost = bytes.chunks(TS_PACKET).position(|packet| packet[0] != TS_SYNC);
    match lost {
        Some(packet) => Some(format!("packet {packet} does not begin with 0x47")),
        None if !bytes.len().is_multiple_of(TS_PACKET) => {
            Some(format!("its {} bytes are no whole packets of 188", bytes.len()))
        }
        None => None,
    }
}

fn mp4_damage(bytes: &[u8], role: PieceRole) -> Option<String> {
    let names = match boxes(bytes) {
        Ok(names) => names,
        Err(what) => return Some(what),
    };
    let needed: &[&[u8; 4]] = match role {
        PieceRole::Init => &[b"moov"],
        PieceRole::Media => &[b"moof", b"mdat"],
    };
    let missing = needed.iter().find(|needed| !names.contains(**needed));
    missing.map(|name| format!("it has no {} box", String::from_utf8_lossy(*name)))
}

/// The names of the top boxes, which must fill the piece exactly.
fn boxes(bytes: &[u8]) -> Result<Vec<[u8; 4]>, String> {
    let mut names = Vec::new();
    for found in Boxes::of(bytes) {
        names.push(
            found
                .map_err(|at| format!("the box at byte {at} does not fit into it"))?
                .0,
        );
    }
    Ok(names)
}

/// Walks boxes one behind the other: name and body, or the place of one that does not fit.
pub(super) struct Boxes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Boxes<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The body of the first box of this name.
    pub(super) fn find(bytes: &'a [u8], name: [u8; 4]) -> Option<&'a [u8]> {
        Self::of(bytes)
            .flatten()
            .find(|(found, _)| *found == name)
            .map(|(_, body)| body)
    }

    fn read(&self) -> Option<([u8; 4], &'a [u8], usize)> {
        let rest = &self.bytes[self.at..];
        let (length, rest_head) = rest.split_first_chunk::<4>()?;
        let (name, _) = rest_head.split_first_chunk::<4>()?;
        let (head, length) = match u32::from_be_bytes(*length) {
            0 => (8, rest.len()),
            1 => {
                let (_, long) = rest.split_at_checked(8)?;
                (
                    16,
                    usize::try_from(u64::from_be_bytes(*long.first_chunk::<8>()?)).ok()?,
                )
            }
            length => (8, usize::try_from(length).ok()?),
        };
        let body = rest.get(head..length)?;
        Some((*name, body, self.at + length))
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Result<([u8; 4], &'a [u8]), usize>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        if let Some((name, body, next)) = self.read() {
            self.at = next;
            Some(Ok((name, body)))
        } else {
            let at = std::mem::replace(&mut self.at, self.bytes.len());
            Some(Err(at))
        }
    }
}

fn is_webvtt(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let rest = text.strip_prefix(b"WEBVTT");
    rest.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// ADTS, MPEG audio and AC-3 frames, or the ID3 tag that stands before them in HLS.
fn is_packed_audio(bytes: &[u8]) -> bool {
    match bytes {
        [b'I', b'D', b'3', ..] | [0x0B, 0x77, ..] => true,
        [0xFF, second, ..] => second & 0xE0 == 0xE0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mp4_box(name: [u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 8).unwrap();
        [&length.to_be_bytes()[..], &name, body].concat()
    }

    #[test]
    fn bytes_tell_what_they_are() {
        let mut packets = vec![0; 376];
        (packets[0], packets[188]) = (0x47, 0x47);
        let cases: [(&[u8], Option<Container>); 9] = [
            (b"WEBVTT\n\n", Some(Container::WebVtt)),
            (b"\xEF\xBB\xBFWEBVTT", Some(Container::WebVtt)),
            (b"WEBVTTX", None),
            (&packets, Some(Container::MpegTs)),
            (&mp4_box(*b"styp", b""), Some(Container::Fmp4)),
            (b"ID3\x04", Some(Container::PackedAudio)),
            (b"\xFF\xF1\x50", Some(Container::PackedAudio)),
            (b"<html>", None),
            (b"", None),
        ];
        for (bytes, container) in cases {
            assert_eq!(recognise(bytes), container, "{bytes:?}");
        }
        assert!(is_web_page(b"\n <!DOCTYPE HTML>") && is_web_page(b"<html lang=de>"));
        assert!(!is_web_page(b"<tt xmlns=") && !is_web_page(b""));
    }

    #[test]
    fn every_cut_of_a_fragment_and_of_packets_is_found() {
        let fragment = [
            mp4_box(*b"styp", b"x"),
            mp4_box(*b"moof", b"abc"),
            mp4_box(*b"mdat", b"defgh"),
        ]
        .concat();
        assert_eq!(damage(&fragment, Container::Fmp4, PieceRole::Media), None);
        assert!(damage(&fragment, Container::Fmp4, PieceRole::Init).is_some());
        for end in 0..fragment.len() {
            assert!(
                damage(&fragment[..end], Container::Fmp4, PieceRole::Media).is_some(),
                "{end}"
            );
        }
        let mut packets = vec![0; 188 * 3];
        for at in [0, 188, 376] {
            packets[at] = 0x47;
        }
        assert_eq!(damage(&packets, Container::MpegTs, PieceRole::Media), None);
        assert!(damage(&packets[..375], Container::MpegTs, PieceRole::Media).is_some());
        packets[188] = 0;
        assert!(damage(&packets, Container::MpegTs, PieceRole::Media).is_some());
    }

    #[test]
    fn boxes_with_long_lengths_and_open_ends_are_walked() {
        let long = [&1_u32.to_be_bytes()[..], b"moof", &20_u64.to_be_bytes(), b"abcd"].concat();
        let open = [&0_u32.to_be_bytes()[..], b"mdat", b"to the end"].concat();
        let both = [long, open].concat();
        assert_eq!(damage(&both, Container::Fmp4, PieceRole::Media), None);
        let huge = [&1_u32.to_be_bytes()[..], b"moof", &u64::MAX.to_be_bytes()].concat();
        assert!(damage(&huge, Container::Fmp4, PieceRole::Media).is_some());
        let tiny = [&4_u32.to_be_bytes()[..], b"moof"].concat();
        assert!(damage(&tiny, Container::Fmp4, PieceRole::Media).is_some());
    }
}
