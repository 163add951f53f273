//! Fragments (ISO/IEC 14496-12, 8.8) and the index of their segments (8.16.3).

use super::super::reader::{Reader, Stop, broken};
use super::boxes::{BoxAt, Boxes};

/// The flags of `tfhd` that say where offsets begin (8.8.7.1), and of `trun` that say which columns its table has (8.8.8.1).
const BASE_OFFSET: u32 = 0x1;
const DATA_OFFSET: u32 = 0x1;
const FIRST_FLAGS: u32 = 0x4;
const SAMPLE_SIZE: u32 = 0x200;
/// Each of these adds four bytes to every sample of a `trun`: duration, size, flags, time offset.
const COLUMNS: [u32; 4] = [0x100, SAMPLE_SIZE, 0x400, 0x800];

/// Checks a `moof`: its runs are complete and name nothing behind the end of the file. Says whether it
/// has samples, so that an `mdat` must follow.
pub(super) fn check(reader: &mut Reader, moof: &BoxAt) -> Result<bool, Stop> {
    let mut samples = false;
    let mut children = Boxes::inside(moof, 0);
    while let Some(traf) = children.next(reader)? {
        if &traf.kind != b"traf" {
            continue;
        }
        let mut base = moof.start;
        let mut parts = Boxes::inside(&traf, 0);
        while let Some(part) = parts.next(reader)? {
            match &part.kind {
                b"tfhd" => base = base_of(reader, moof, &part)?,
                b"trun" => samples |= run(reader, &part, base)?,
                _ => {}
            }
        }
    }
    Ok(samples)
}

/// Where the offsets of this track's runs begin to count.
fn base_of(reader: &mut Reader, moof: &BoxAt, tfhd: &BoxAt) -> Result<u64, Stop> {
    let Some(flags) = field(reader, tfhd, 0)? else {
        return broken(format!(
            "the fragment at byte {} has a head without end (tfhd)",
            moof.start
        ));
    };
    if flags & BASE_OFFSET == 0 {
        return Ok(moof.start);
    }
    match tfhd.field(8, 8) {
        Some(at) => Ok(reader.u64(at)?.unwrap_or(moof.start)),
        None => broken(format!(
            "the fragment at byte {} has a head without end (tfhd)",
            moof.start
        )),
    }
}

/// Whether the run has samples.
fn run(reader: &mut Reader, trun: &BoxAt, base: u64) -> Result<bool, Stop> {
    let (Some(flags), Some(count)) = (field(reader, trun, 0)?, field(reader, trun, 4)?) else {
        return broken(format!(
            "the run of samples at byte {} has no end (trun)",
            trun.start
        ));
    };
    let mut table = 8;
    let mut at = None;
    if flags & DATA_OFFSET != 0 {
        let offset = field(reader, trun, table)?.unwrap_or_default().cast_signed();
        at = Some(base.saturating_add_signed(offset.into()));
        table += 4;
    }
    if flags & FIRST_FLAGS != 0 {
        table += 4;
    }
    let columns = COLUMNS.iter().filter(|column| flags & **column != 0).count() as u64;
    if trun.field(table, columns * 4 * u64::from(count)).is_none() {
        return broken(format!(
            "the run of samples at byte {} has no end (trun)",
            trun.start
        ));
    }
    if let Some(at) = at {
        let bytes = bytes_of_run(reader, trun, table, (flags, columns, count))?;
        if at.saturating_add(bytes) > reader.len() {
            return broken(format!(
                "samples of the fragment at byte {} lie behind its end",
                trun.start
            ));
        }
    }
    Ok(count > 0)
}

/// The bytes of all samples of a run, as far as the run itself says so.
fn bytes_of_run(
    reader: &mut Reader,
    trun: &BoxAt,
    table: u64,
    (flags, columns, count): (u32, u64, u32),
) -> Result<u64, Stop> {
    if flags & SAMPLE_SIZE == 0 {
        return Ok(0);
    }
    let before = u64::from(flags & COLUMNS[0] != 0) * 4;
    let mut bytes = 0;
    for sample in 0..u64::from(count) {
        let size = field(reader, trun, table + before + sample * columns * 4)?;
        bytes += u64::from(size.unwrap_or_default());
    }
    Ok(bytes)
}

/// Where the last segment ends that a `sidx` names.
pub(super) fn promised(reader: &mut Reader, sidx: &BoxAt) -> Result<u64, Stop> {
    let version = field(reader, sidx, 0)?.unwrap_or_default() >> 24;
    // reference id and timescale; then earliest time and first offset, of 32 or 64 bits
    let (offset, table) = if version == 0 {
        (field(reader, sidx, 16)?.map(u64::from), 20)
    } else {
        match sidx.field(20, 8) {
            Some(at) => (reader.u64(at)?, 28),
            None => (None, 28),
        }
    };
    let (Some(offset), Some(count)) = (offset, field(reader, sidx, table)?) else {
        return broken("its segment index (sidx) has no end");
    };
    let mut end = sidx.end.saturating_add(offset);
    for entry in 0..u64::from(count & 0xffff) {
        let Some(size) = field(reader, sidx, table + 4 + entry * 12)? else {
            return broken("its segment index (sidx) has no end");
        };
        end = end.saturating_add(u64::from(size & 0x7fff_ffff));
    }
    Ok(end)
}

/// A number of 32 bits in a box; `None` where the box is too short for it.
pub(super) fn field(reader: &mut Reader, found: &BoxAt, offset: u64) -> Result<Option<u32>, Stop> {
    match found.field(offset, 4) {
        Some(at) => Ok(reader.u32(at)?),
        None => Ok(None),
    }
}
