//! Lines of a playlist (RFC 8216 section 4.1): which are tags, which are addresses. Knows no tag.

use std::borrow::Cow;

use super::{MAX_LINE_BYTES, MAX_PLAYLIST_BYTES};
use crate::stream::StreamRefusal;

/// A line that means something, with its number from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) content: Content<'a>,
}

/// What stands in a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    /// An address.
    Uri(&'a str),
    /// `#EXT…`: the name with its `#EXT`, and what stands behind the colon.
    Tag { name: &'a str, value: &'a str },
}

/// The bytes as text without a byte order mark, which RFC 8216 forbids and editors write.
///
/// Bytes that are no UTF-8 are replaced: they stand in titles. In an address the server will not know it.
pub(super) fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, StreamRefusal> {
    if bytes.len() > MAX_PLAYLIST_BYTES {
        return Err(StreamRefusal::too_large(format!(
            "a playlist of more than {} MiB",
            MAX_PLAYLIST_BYTES >> 20
        )));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    Ok(String::from_utf8_lossy(bytes))
}

/// The lines behind `#EXTM3U`, without blank ones and comments.
pub(super) fn lines(text: &str) -> Result<Vec<Line<'_>>, StreamRefusal> {
    let mut begun = false;
    let mut all = Vec::new();
    for (index, raw) in text.split('\n').enumerate() {
        let number = index + 1;
        let line = raw.trim();
        if line.len() > MAX_LINE_BYTES {
            return Err(StreamRefusal::too_large(format!(
                "line {number} of its playlist has more than {} KiB",
                MAX_LINE_BYTES >> 10
            )));
        }
        if line.is_empty() || line.starts_with('#') && !line.starts_with("#EXT") {
            continue;
        }
        if begun {
            all.push(Line {
                number,
                content: content(line),
            });
        } else if line.starts_with("#EXTM3U") {
            begun = true;
        } else {
            break;
        }
    }
    if begun {
        Ok(all)
    } else {
        Err(StreamRefusal::malformed(1, "it does not begin with #EXTM3U"))
    }
}

fn content(line: &str) -> Content<'_> {
    if !line.starts_with('#') {
        return Content::Uri(line);
    }
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    Content::Tag {
        name: name.trim_end(),
        value: value.trim_start(),
    }
}
