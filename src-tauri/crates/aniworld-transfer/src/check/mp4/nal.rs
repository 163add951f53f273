//! Whether the samples of a film are where its index says (ISO/IEC 14496-15, 5.3.2): those of H.264 and
//! H.265 are units that each begin with their length, and together are as long as the sample.
//!
//! That is what shows a film whose second half is that of another one, or that has a hole: both leave all
//! boxes as they were.

use super::super::reader::{Reader, Stop, broken};
use super::boxes::{BoxAt, Boxes};
use super::fragments::field;
use super::tables::{self, Chunks, Tables};

/// Samples of a track that are looked at, evenly over all of them.
const LOOKS: u32 = 256;
/// Units in one sample that are followed. A picture has some; a hostile one could have millions.
const MAX_UNITS: u32 = 1_000;
/// One of so many samples may be odd before it is called broken: some writers err, but seldom.
const ODD: u32 = 8;
/// What comes before the configuration of the decoder in the description of a picture (14496-12, 12.1.3).
const DESCRIPTION_BYTES: u64 = 78;

/// Looks at samples of every track that has such units.
pub(super) fn check(reader: &mut Reader, moov: &BoxAt) -> Result<(), Stop> {
    let mut children = Boxes::inside(moov, 0);
    while let Some(trak) = children.next(reader)? {
        if &trak.kind != b"trak" {
            continue;
        }
        let tables = tables::of_track(reader, &trak)?;
        if tables.elsewhere {
            continue;
        }
        if let Some(width) = length_width(reader, &tables)? {
            track(reader, &tables, width)?;
        }
    }
    Ok(())
}

/// How many bytes the length of a unit has, where all samples of the track consist of units. A description
/// that cannot be read proves nothing about the samples.
fn length_width(reader: &mut Reader, tables: &Tables) -> Result<Option<u64>, Stop> {
    match described(reader, tables) {
        Err(Stop::Broken(_)) => Ok(None),
        other => other,
    }
}

fn described(reader: &mut Reader, tables: &Tables) -> Result<Option<u64>, Stop> {
    let Some(stsd) = tables.stsd else {
        return Ok(None);
    };
    if field(reader, &stsd, 4)? != Some(1) {
        return Ok(None);
    }
    let Some(coding) = Boxes::inside(&stsd, 8).next(reader)? else {
        return Ok(None);
    };
    if !matches!(&coding.kind, b"avc1" | b"avc3" | b"hvc1" | b"hev1") {
        return Ok(None);
    }
    let mut parts = Boxes::inside(&coding, DESCRIPTION_BYTES);
    while let Some(part) = parts.next(reader)? {
        let at = match &part.kind {
            b"avcC" => part.field(4, 1),
            b"hvcC" => part.field(21, 1),
            _ => continue,
        };
        let Some(at) = at else { return Ok(None) };
        return Ok(reader.array(at)?.map(|[byte]: [u8; 1]| u64::from(byte & 3) + 1));
    }
    Ok(None)
}

fn track(reader: &mut Reader, tables: &Tables, width: u64) -> Result<(), Stop> {
    let mut chunks = Chunks::new(reader, tables)?;
    if chunks.are_alike() {
        // no encoder makes such pictures, and a few bytes could name billions of them
        return Ok(());
    }
    let every = chunks.samples().div_ceil(LOOKS).max(1);
    let (mut sample, mut looks, mut odd) = (0_u32, 0_u32, 0_u32);
    let mut first_odd = None;
    while let Some(chunk) = chunks.next()? {
        let mut at = chunk.offset;
        for _ in 0..chunk.samples {
            let Some(bytes) = chunks.sample()? else { break };
            if sample.is_multiple_of(every) {
                looks += 1;
                if !is_of_units(reader, at, bytes, width)? {
                    odd += 1;
                    first_odd.get_or_insert(at);
                }
            }
            at = at.saturating_add(bytes);
            sample = sample.saturating_add(1);
        }
    }
    let Some(first) = first_odd else {
        return Ok(());
    };
    let what = format!("{odd} of {looks} pictures are not where its index says, the first at byte {first}");
    if odd > looks / ODD {
        broken(what)
    } else {
        Err(Stop::Doubtful(what))
    }
}

/// Whether the sample consists of units to its very end.
fn is_of_units(reader: &mut Reader, start: u64, bytes: u64, width: u64) -> Result<bool, Stop> {
    let end = start.saturating_add(bytes);
    let mut at = start;
    for _ in 0..MAX_UNITS {
        if at == end {
            return Ok(true);
        }
        // the length, and the first byte of the unit, whose first bit is always 0
        let Some(head) = reader.bytes(at, usize::try_from(width + 1).unwrap_or(5))? else {
            return Ok(false);
        };
        let Some((unit, length)) = head.split_last() else {
            return Ok(false);
        };
        let length = length
            .iter()
            .fold(0, |number, digit| number << 8 | u64::from(*digit));
        at = at.saturating_add(width).saturating_add(length);
        if length == 0 || unit & 0x80 != 0 || at > end {
            return Ok(false);
        }
    }
    Ok(true)
}
