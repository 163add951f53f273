//! Matroska and `WebM`: EBML elements (RFC 8794) from the first byte to the last, in the order that
//! RFC 9559 gives them.

use super::reader::{Reader, Stop, broken};

// RFC 9559, 5.1: the elements that can stand beside each other at the top, in a segment and in a cluster
const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const VOID: u32 = 0xec;
const CRC_32: u32 = 0xbf;
const TRACKS: u32 = 0x1654_ae6b;
const CLUSTER: u32 = 0x1f43_b675;
/// Seek head, info, cues, attachments, chapters, tags, and a signature that EBML once had.
const OTHERS_OF_SEGMENT: [u32; 7] = [
    0x114d_9b74,
    0x1549_a966,
    0x1c53_bb6b,
    0x1941_a469,
    0x1043_a770,
    0x1254_c367,
    0x1b53_8667,
];
/// Time stamp, silent tracks, position, previous size, simple block, block group, encrypted block.
const OF_CLUSTER: [u32; 7] = [0xe7, 0x5854, 0xa7, 0xab, 0xa3, 0xa0, 0xaf];
/// What kind of EBML it is (RFC 8794, 11.2.6).
const DOC_TYPE: u32 = 0x4282;
/// No header of a document is longer; the usual one has some forty bytes.
const MAX_HEADER_BYTES: u64 = 4096;

/// Whether the file begins as EBML does.
pub(super) fn starts(head: &[u8]) -> bool {
    head.starts_with(&EBML.to_be_bytes())
}

/// An element.
#[derive(Debug, Clone, Copy)]
struct Element {
    id: u32,
    start: u64,
    /// Where what it holds begins.
    content: u64,
    /// `None`: it ends where an element begins that cannot be inside it (RFC 8794, 6.2).
    size: Option<u64>,
}

impl Element {
    /// The first byte behind it, which must lie inside its parent.
    fn end(&self, parent_end: u64, name: &str) -> Result<u64, Stop> {
        let Some(size) = self.size else {
            return broken(format!(
                "{name} at byte {} does not say how long it is",
                self.start
            ));
        };
        let end = self.content.saturating_add(size);
        if end > parent_end {
            let early = end - parent_end;
            return broken(format!("it ends in the middle of {name}, {early} bytes early"));
        }
        Ok(end)
    }
}

/// Walks the whole file.
pub(super) fn walk(reader: &mut Reader) -> Result<(), Stop> {
    let len = reader.len();
    let mut at = 0;
    let mut segments = 0_u64;
    while at < len {
        let element = element(reader, at, len)?;
        at = match element.id {
            EBML => header(reader, &element)?,
            SEGMENT => {
                segments += 1;
                segment(reader, &element)?
            }
            VOID | CRC_32 => element.end(len, "an empty place")?,
            _ => return broken(format!("something else begins at byte {at}")),
        };
    }
    if segments == 0 {
        return broken("it ends behind its header");
    }
    Ok(())
}

/// The head of the document: says that it is Matroska at all.
fn header(reader: &mut Reader, head: &Element) -> Result<u64, Stop> {
    let end = head.end(reader.len(), "its header")?;
    if end - head.content > MAX_HEADER_BYTES {
        return Err(Stop::Unknown);
    }
    let mut at = head.content;
    while at < end {
        let field = element(reader, at, end)?;
        at = field.end(end, "its header")?;
        if field.id == DOC_TYPE {
            let bytes = usize::try_from(at - field.content).unwrap_or(usize::MAX);
            let name = reader.bytes(field.content, bytes)?.unwrap_or_default();
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            if name == b"matroska" || name == b"webm" {
                return Ok(end);
            }
        }
    }
    Err(Stop::Unknown)
}

/// Walks a segment and says where it ends.
fn segment(reader: &mut Reader, segment: &Element) -> Result<u64, Stop> {
    let end = match segment.size {
        Some(_) => segment.end(reader.len(), "its segment")?,
        None => reader.len(),
    };
    let mut at = segment.content;
    let mut tracks = false;
    let mut clusters: Option<(Element, u64)> = None;
    while at < end {
        let found = element(reader, at, end)?;
        at = match found.id {
            CLUSTER => {
                let cluster_end = match found.size {
                    Some(_) => found.end(end, "a cluster")?,
                    None => blocks(reader, &found, end)?,
                };
                if clusters.replace((found, cluster_end)).is_none() && found.size.is_some() {
                    blocks(reader, &found, cluster_end)?;
                }
                cluster_end
            }
            TRACKS => {
                tracks = true;
                found.end(end, "its tracks")?
            }
            id if is_of_segment(id) => found.end(end, "a part of its segment")?,
            EBML | SEGMENT if segment.size.is_none() => break,
            _ => return broken(format!("something else begins at byte {at}")),
        };
    }
    if !tracks {
        return broken("its tracks are missing");
    }
    let Some((last, last_end)) = clusters else {
        return broken("its clusters are missing");
    };
    if last.size.is_some() {
        blocks(reader, &last, last_end)?;
    }
    Ok(at)
}

fn is_of_segment(id: u32) -> bool {
    id == VOID || id == CRC_32 || OTHERS_OF_SEGMENT.contains(&id)
}

/// Walks the blocks of a cluster, up to its end or, where that is not known, up to what cannot be inside.
fn blocks(reader: &mut Reader, cluster: &Element, end: u64) -> Result<u64, Stop> {
    let mut at = cluster.content;
    while at < end {
        let block = element(reader, at, end)?;
        let inside = OF_CLUSTER.contains(&block.id) || block.id == VOID || block.id == CRC_32;
        let outside = is_of_segment(block.id) || matches!(block.id, CLUSTER | TRACKS | EBML | SEGMENT);
        match cluster.size {
            None if !inside && outside => return Ok(at),
            // a reader leaves out what it does not know, as long as that has an end
            Some(_) => {}
            None if inside => {}
            None => return broken(format!("something else begins at byte {at}")),
        }
        at = block.end(end, "a cluster")?;
    }
    Ok(at)
}

/// Reads an element's head, at least two bytes long, so every walk has an end.
fn element(reader: &mut Reader, at: u64, end: u64) -> Result<Element, Stop> {
    let (id, id_bytes) = number(reader, at, end, 4)?;
    let (size, size_bytes) = number(reader, at + id_bytes, end, 8)?;
    let data_bits = 7 * size_bytes;
    let unknown = (1 << data_bits) - 1;
    let size = size & unknown;
    Ok(Element {
        id: u32::try_from(id).unwrap_or(0),
        start: at,
        content: at + id_bytes + size_bytes,
        size: (size != unknown).then_some(size),
    })
}

/// A number of variable length (RFC 8794, 4) with its marker, and how many bytes it has.
fn number(reader: &mut Reader, at: u64, end: u64, max_bytes: u64) -> Result<(u64, u64), Stop> {
    let cut = || Stop::Broken(format!("it ends in the middle of an element, at byte {at}"));
    let [first] = reader.array(at)?.filter(|_| at < end).ok_or_else(cut)?;
    let bytes = u64::from(first.leading_zeros()) + 1;
    if bytes > max_bytes {
        return broken(format!(
            "there is no element where one should begin, at byte {at}"
        ));
    }
    if at.saturating_add(bytes) > end {
        return Err(cut());
    }
    let digits = reader
        .bytes(at, usize::try_from(bytes).unwrap_or(1))?
        .ok_or_else(cut)?;
    let number = digits
        .iter()
        .fold(0, |number, digit| number << 8 | u64::from(*digit));
    Ok((number, bytes))
}
