//! One fetched document: its bytes, and its text in whatever encoding it came.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use url::Url;

/// How far into a document its XML declaration may reach.
const DECLARATION_BYTES: usize = 256;

/// A document of the web, whole and inside its bound.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it came from after all redirects; links inside are relative to it.
    pub final_url: Url,
    /// The address to ask next time: after those redirects that are said to be permanent.
    pub permanent_url: Url,
    /// The media type without parameters, in lower case.
    pub content_type: Option<String>,
    /// The encoding that the server claims.
    pub charset: Option<String>,
    /// The `ETag`, byte for byte.
    pub etag: Option<String>,
    /// The `Last-Modified`, as the server wrote it.
    pub last_modified: Option<String>,
    /// The bytes after decompression.
    pub bytes: Vec<u8>,
}

impl Document {
    /// The text: by byte order mark; as UTF-8 when it is valid UTF-8, whatever it claims to be; else
    /// as the server or the document itself says. Never fails: what cannot be read becomes U+FFFD.
    pub fn text(&self) -> String {
        decode(&self.bytes, self.charset.as_deref())
    }
}

#[cfg(test)]
impl Document {
    /// A document with these bytes at this address.
    pub(super) fn of(url: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let url = Url::parse(url).unwrap();
        Self {
            final_url: url.clone(),
            permanent_url: url,
            content_type: None,
            charset: None,
            etag: None,
            last_modified: None,
            bytes: bytes.into(),
        }
    }

    /// A capture from the tests' fixtures.
    pub(super) fn fixture(url: &str, name: &str) -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures")
            .join(name);
        Self::of(url, std::fs::read(path).unwrap())
    }
}

fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[length..])
            .0
            .into_owned();
    }
    let label = |name: &str| Encoding::for_label(name.as_bytes());
    let claimed = charset
        .and_then(label)
        .or_else(|| declared(bytes).and_then(|name| label(&name)));
    match claimed {
        // Bytes of such an encoding can be valid UTF-8 by accident.
        Some(encoding) if !encoding.is_ascii_compatible() => encoding.decode(bytes).0.into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => claimed.unwrap_or(UTF_8).decode(bytes).0.into_owned(),
        },
    }
}

/// The encoding in `<?xml ... encoding="..."?>`.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let (head, _) = WINDOWS_1252.decode_without_bom_handling(head);
    let declaration = head
        .trim_start()
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?
        .to_owned();
    let value = declaration
        .split("encoding")
        .nth(1)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_wins_over_every_claim() {
        assert_eq!(
            decode(b"\xEF\xBB\xBFcaf\xC3\xA9", Some("iso-8859-1")),
            "caf\u{e9}"
        );
        assert_eq!(decode(b"\xFF\xFEa\0b\0", None), "ab");
    }

    #[test]
    fn utf_8_with_a_wrong_label_stays_utf_8() {
        assert_eq!(decode("café".as_bytes(), Some("iso-8859-1")), "café");
    }

    #[test]
    fn latin_1_means_windows_1252() {
        let text = b"<?xml version='1.0' encoding='ISO-8859-1'?><t>\x93caf\xE9\x94</t>";
        assert!(decode(text, None).ends_with("<t>\u{201c}caf\u{e9}\u{201d}</t>"));
        assert_eq!(decode(b"\x80", Some("latin1")), "\u{20ac}");
    }

    #[test]
    fn unlabelled_rubbish_is_read_with_marks_of_loss() {
        assert_eq!(decode(b"a\xFFb", None), "a\u{fffd}b");
    }
}
