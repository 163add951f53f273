//! AVI: chunks in RIFF lists (Microsoft, "AVI RIFF File Reference"), and more such lists behind the first
//! where the film is large (`OpenDML` AVI 1.02, 2.0).

use super::reader::{Reader, Stop, broken};

/// Whether the file begins as AVI does.
pub(super) fn starts(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(b"AVI ")
}

/// Walks the whole file.
pub(super) fn walk(reader: &mut Reader) -> Result<(), Stop> {
    let len = reader.len();
    let mut at = 0;
    let mut film = false;
    while at < len {
        let (kind, size) = head(reader, at)?;
        if &kind != b"RIFF" {
            return Err(Stop::Doubtful(format!(
                "something that does not belong to it begins at byte {at}"
            )));
        }
        if size == 0 {
            return Err(Stop::Doubtful(
                "whoever wrote it did not come to its end".to_owned(),
            ));
        }
        let end = at + 8 + u64::from(size);
        if end > len {
            return broken(format!("it ends {} bytes early", end - len));
        }
        film |= chunks(reader, at + 12, end)?;
        // an odd list is filled up to an even length, except perhaps at the very end
        at = (end + (end & 1)).min(len.max(end));
    }
    if film {
        Ok(())
    } else {
        broken("its film (movi) is missing")
    }
}

/// Walks the chunks of a list; says whether the film was among them.
fn chunks(reader: &mut Reader, mut at: u64, end: u64) -> Result<bool, Stop> {
    let mut film = false;
    while at < end {
        let (kind, size) = head(reader, at)?;
        if &kind == b"LIST" {
            film |= reader.array(at + 8)? == Some(*b"movi");
        }
        let chunk_end = at + 8 + u64::from(size);
        if chunk_end > end {
            return broken(format!(
                "the chunk at byte {at} is longer than the list around it"
            ));
        }
        at = chunk_end + (chunk_end & 1);
    }
    Ok(film)
}

/// The name and the size of a chunk.
fn head(reader: &mut Reader, at: u64) -> Result<([u8; 4], u32), Stop> {
    let (Some(kind), Some(size)) = (reader.array(at)?, reader.array(at.saturating_add(4))?) else {
        return broken(format!("it ends in the middle of a chunk, at byte {at}"));
    };
    Ok((kind, u32::from_le_bytes(size)))
}
