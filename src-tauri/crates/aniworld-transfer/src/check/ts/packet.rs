//! One packet (ISO/IEC 13818-1, 2.4.3.2).

use super::PACKET_BYTES;

/// A packet, taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet<'bytes> {
    /// Which stream it belongs to.
    pub(super) pid: u16,
    /// Received with an error that could not be mended: nothing in it counts.
    pub(super) damaged: bool,
    /// A payload (a section, a PES packet) starts in it.
    pub(super) starts: bool,
    /// The two bits that say how it is scrambled, in their place.
    scrambling: u8,
    /// Its counter may be any.
    pub(super) discontinuity: bool,
    pub(super) counter: u8,
    /// `None`: it has none, and its counter does not count.
    pub(super) payload: Option<&'bytes [u8]>,
}

impl<'bytes> Packet<'bytes> {
    pub(super) fn new(bytes: &'bytes [u8; PACKET_BYTES]) -> Self {
        let [_, high, low, control, ..] = *bytes;
        let (mut from, mut discontinuity) = (4, false);
        if control & 0x20 != 0 {
            let adaptation = usize::from(bytes[4]);
            discontinuity = adaptation > 0 && bytes[5] & 0x80 != 0;
            from = 5 + adaptation;
        }
        Self {
            pid: u16::from_be_bytes([high & 0x1f, low]),
            damaged: high & 0x80 != 0,
            starts: high & 0x40 != 0,
            scrambling: control & 0xc0,
            discontinuity,
            counter: control & 0x0f,
            payload: (control & 0x10 != 0).then(|| bytes.get(from..).unwrap_or_default()),
        }
    }

    /// What a section in it holds behind its pointer (2.4.4.1), where one starts.
    pub(super) fn section(&self) -> Option<&'bytes [u8]> {
        let payload = self.payload.filter(|_| self.starts && self.scrambling == 0)?;
        let (pointer, rest) = payload.split_first()?;
        rest.get(usize::from(*pointer)..)
    }

    /// How many bytes the PES packet that starts in it has, where it says so (2.4.3.7).
    pub(super) fn pes_bytes(&self) -> Option<u32> {
        let payload = self.payload.filter(|_| self.starts && self.scrambling == 0)?;
        let [0, 0, 1, _, high, low] = *payload.first_chunk::<6>()? else {
            return None;
        };
        let bytes = u32::from(u16::from_be_bytes([high, low]));
        (bytes > 0).then_some(bytes + 6)
    }
}
