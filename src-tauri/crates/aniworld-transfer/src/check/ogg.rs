//! Ogg (RFC 3533): pages from the first byte to the last, numbered in each of their streams.

use std::collections::HashMap;

use super::reader::{Reader, Stop, broken};

/// The bytes of a page before its lacing values (section 6).
const HEADER_BYTES: usize = 27;
/// The last page of a stream has this bit.
const LAST_PAGE: u8 = 4;
/// Streams that are followed. A film has three; more in one file are appended pieces.
const MAX_STREAMS: usize = 4096;

/// Whether the file begins as Ogg does.
pub(super) fn starts(head: &[u8]) -> bool {
    head.starts_with(b"OggS\0")
}

/// The last page of a stream so far.
struct Page {
    number: u32,
    last: bool,
}

/// Walks the whole file.
pub(super) fn walk(reader: &mut Reader) -> Result<(), Stop> {
    let mut streams = HashMap::new();
    let mut doubt = None;
    let mut at = 0;
    while at < reader.len() {
        let (serial, page, end) = page(reader, at)?;
        if end > reader.len() {
            return broken(format!(
                "it ends in the middle of a page, {} bytes early",
                end - reader.len()
            ));
        }
        let known = streams.len() < MAX_STREAMS || streams.contains_key(&serial);
        let number = page.number;
        if known
            && let Some(before) = streams.insert(serial, page)
            && !before.last
            && before.number.wrapping_add(1) != number
        {
            doubt.get_or_insert(format!("pages are missing before byte {at}"));
        }
        at = end;
    }
    if streams.values().any(|page| !page.last) {
        doubt.get_or_insert_with(|| "the last page of a stream is not marked as its last".to_owned());
    }
    doubt.map_or(Ok(()), |what| Err(Stop::Doubtful(what)))
}

/// A page: its stream, itself, and where it ends.
fn page(reader: &mut Reader, at: u64) -> Result<(u32, Page, u64), Stop> {
    let Some(head) = reader.array::<HEADER_BYTES>(at)? else {
        return broken(format!("it ends in the middle of a page, at byte {at}"));
    };
    if !starts(&head) {
        return broken(format!("there is no page where one should begin, at byte {at}"));
    }
    let four = |from: usize| u32::from_le_bytes([head[from], head[from + 1], head[from + 2], head[from + 3]]);
    let segments = head[26];
    let Some(lacing) = reader.bytes(at + HEADER_BYTES as u64, segments.into())? else {
        return broken(format!("it ends in the middle of a page, at byte {at}"));
    };
    let bytes: u64 = lacing.iter().map(|segment| u64::from(*segment)).sum();
    let page = Page {
        number: four(18),
        last: head[5] & LAST_PAGE != 0,
    };
    Ok((
        four(14),
        page,
        at + HEADER_BYTES as u64 + u64::from(segments) + bytes,
    ))
}
