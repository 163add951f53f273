//! MP4 and `QuickTime` (ISO/IEC 14496-12): boxes from the first byte to the last, and an index that
//! points at nothing outside the file.

mod boxes;
mod fragments;
mod nal;
mod tables;

use self::boxes::{BoxAt, Boxes};
use super::reader::{Reader, Stop, broken};

/// What a film may begin with. Anything but `ftyp` is old, or a piece of a stream.
const FIRST: [&[u8; 4]; 12] = [
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pnot", b"sidx", b"emsg",
    b"prft",
];

/// Whether the file begins as MP4 does. Cut inside its first box it still does.
pub(super) fn starts(head: &[u8], len: u64) -> bool {
    let Some((size, kind)) = head.split_first_chunk::<4>().and_then(|(size, rest)| {
        let kind = rest.first_chunk::<4>()?;
        Some((u64::from(u32::from_be_bytes(*size)), kind))
    }) else {
        return false;
    };
    let sane = match size {
        0 => kind == b"mdat",
        1 => len >= 16,
        size => size >= 8,
    };
    sane && FIRST.contains(&kind)
}

/// What was met on the way.
#[derive(Default)]
struct Seen {
    moov: Option<BoxAt>,
    fragments: u64,
    /// The last fragment has no samples behind it yet, but names some.
    open_fragment: bool,
    /// The last samples belong to a fragment.
    owned: bool,
    /// What is odd, but no proof.
    doubt: Option<String>,
    /// What a segment index promised beyond the end of the file.
    promised: u64,
}

/// Walks the whole file.
pub(super) fn walk(reader: &mut Reader) -> Result<(), Stop> {
    let mut seen = Seen::default();
    let mut boxes = Boxes::of_file(reader.len());
    while let Some(found) = boxes.next(reader)? {
        visit(reader, &mut seen, &found)?;
    }
    let Some(moov) = seen.moov else {
        return broken("the index (moov) is missing");
    };
    if seen.open_fragment {
        return broken("the last fragment (moof) has no samples (mdat)");
    }
    let found = tables::check(reader, &moov)?;
    if found.tracks == 0 {
        return broken("the index (moov) names no track");
    }
    if !found.samples && seen.fragments == 0 {
        return broken("it ends before its first sample");
    }
    let (promised, len) = (seen.promised, reader.len());
    if promised > len {
        seen.doubt.get_or_insert(format!(
            "its segment index (sidx) names {promised} bytes, the file has {len}"
        ));
    }
    nal::check(reader, &moov)?;
    seen.doubt.map_or(Ok(()), |what| Err(Stop::Doubtful(what)))
}

fn visit(reader: &mut Reader, seen: &mut Seen, found: &BoxAt) -> Result<(), Stop> {
    match &found.kind {
        b"moov" => {
            // films that were appended to each other have one each; the first one is the film
            seen.moov.get_or_insert(*found);
        }
        b"moof" => {
            if seen.open_fragment {
                return broken(format!(
                    "the fragment (moof) before byte {} has no samples (mdat)",
                    found.start
                ));
            }
            seen.fragments += 1;
            seen.owned = false;
            seen.open_fragment = fragments::check(reader, found)?;
        }
        b"mdat" => {
            if seen.fragments > 0 && seen.owned {
                seen.doubt.get_or_insert(format!(
                    "the samples (mdat) at byte {} belong to no fragment",
                    found.start
                ));
            }
            seen.owned = true;
            seen.open_fragment = false;
        }
        b"imda" => seen.open_fragment = false,
        b"sidx" => seen.promised = seen.promised.max(fragments::promised(reader, found)?),
        _ => {}
    }
    Ok(())
}
