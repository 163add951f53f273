//! Whether an address, an answer or its first bytes are a playlist of HLS (RFC 8216 section 4).

use url::Url;

/// The registered types and those that servers send.
const TYPES: [&str; 5] = [
    "application/vnd.apple.mpegurl",
    "application/x-mpegurl",
    "application/mpegurl",
    "audio/mpegurl",
    "audio/x-mpegurl",
];

/// Whether this is HLS. First bytes decide where they are known; without them the content type, and the
/// ending of the path. A `.m3u` for music players has no `#EXT-X-` tags and is none.
pub fn is_hls(url: &Url, content_type: Option<&str>, first_bytes: Option<&[u8]>) -> bool {
    if let Some(bytes) = first_bytes {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        return bytes.trim_ascii_start().starts_with(b"#EXTM3U");
    }
    let by_type = content_type.is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known))
    });
    by_type || has_ending(url)
}

fn has_ending(url: &Url) -> bool {
    let path = url.path().as_bytes();
    let ending = b".m3u8";
    path.len() >= ending.len() && path[path.len() - ending.len()..].eq_ignore_ascii_case(ending)
}
