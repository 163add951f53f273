//! Which key holds for a segment: `EXT-X-KEY` (RFC 8216 section 4.3.2.4). Must not know how keys come.

use std::sync::Arc;

use super::attributes::Attributes;
use super::variables::Variables;
use crate::stream::StreamRefusal;

/// The formats of one key that may stand side by side.
const MAX_FORMATS: usize = 16;
/// The format of a key that is its 16 bytes, and the one that is meant where none is named.
const IDENTITY: &str = "identity";

/// One `EXT-X-KEY`, other than `METHOD=NONE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// How the segments are encrypted.
    pub method: KeyMethod,
    /// What the address leads to; `identity` is the key itself, all else is a rights system.
    pub format: String,
    /// Where the key is.
    pub uri: Option<String>,
    /// The initialization vector, where it is written down.
    pub iv: Option<[u8; 16]>,
    /// The line of the tag.
    pub line: usize,
}

/// How segments are encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMethod {
    /// AES-128-CBC over whole segments.
    Aes128,
    /// Single samples.
    SampleAes,
    /// Another one, as it is written.
    Other(String),
}

impl Key {
    /// Reads a tag; `None` is `METHOD=NONE`.
    fn read(attributes: &Attributes<'_>, variables: &mut Variables) -> Result<Option<Self>, StreamRefusal> {
        let line = attributes.line();
        let method = match attributes.raw("METHOD") {
            Some("NONE") => return Ok(None),
            Some("AES-128") => KeyMethod::Aes128,
            Some("SAMPLE-AES" | "SAMPLE-AES-CTR" | "SAMPLE-AES-CENC") => KeyMethod::SampleAes,
            Some(other) if !other.is_empty() => KeyMethod::Other(format!("{other:.80}")),
            _ => return Err(StreamRefusal::malformed(line, "METHOD is missing")),
        };
        let iv = attributes.text("IV", variables)?;
        Ok(Some(Self {
            method,
            format: attributes
                .text("KEYFORMAT", variables)?
                .unwrap_or_else(|| IDENTITY.into()),
            uri: attributes.text("URI", variables)?,
            iv: iv.map(|iv| vector(&iv, line)).transpose()?,
            line,
        }))
    }

    /// Whether it is a plain AES-128 key that may be fetched, or why it is none.
    pub(super) fn usable(&self) -> Result<&str, StreamRefusal> {
        let uri = self.uri.as_deref().unwrap_or_default();
        if uri.starts_with("skd:") || self.format != IDENTITY {
            return Err(StreamRefusal::Drm {
                system: rights_system(&self.format, uri),
            });
        }
        match &self.method {
            KeyMethod::Aes128 if uri.is_empty() => Err(StreamRefusal::malformed(self.line, "URI is missing")),
            KeyMethod::Aes128 => Ok(uri),
            KeyMethod::SampleAes => Err(StreamRefusal::SampleAes),
            KeyMethod::Other(name) if name.starts_with("ISO-23001-7") => Err(StreamRefusal::Drm {
                system: "Common Encryption".into(),
            }),
            KeyMethod::Other(name) => Err(StreamRefusal::unsupported(format!("the encryption {name}"))),
        }
    }
}

/// The keys that hold at one place of the playlist: one of each format, all for the same bytes.
#[derive(Debug, Default)]
pub(super) struct KeyRing {
    keys: Vec<Arc<Key>>,
}

impl KeyRing {
    /// A key holds until the next of its own format; `METHOD=NONE` ends them all.
    pub(super) fn take(
        &mut self,
        attributes: &Attributes<'_>,
        variables: &mut Variables,
    ) -> Result<(), StreamRefusal> {
        let Some(key) = Key::read(attributes, variables)? else {
            self.keys.clear();
            return Ok(());
        };
        self.keys.retain(|held| held.format != key.format);
        if self.keys.len() >= MAX_FORMATS {
            return Err(StreamRefusal::too_large(format!(
                "more than {MAX_FORMATS} formats of one key"
            )));
        }
        self.keys.push(Arc::new(key));
        Ok(())
    }

    /// The one to use: the key itself where it is offered.
    pub(super) fn current(&self) -> Option<Arc<Key>> {
        let plain = self.keys.iter().find(|key| key.format == IDENTITY);
        plain.or_else(|| self.keys.first()).cloned()
    }
}

/// A hexadecimal sequence of at most 128 bits; a short one is filled with zeros in front.
fn vector(text: &str, line: usize) -> Result<[u8; 16], StreamRefusal> {
    text.strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .filter(|digits| digits.len() <= 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .and_then(|digits| u128::from_str_radix(digits, 16).ok())
        .map(u128::to_be_bytes)
        .ok_or_else(|| StreamRefusal::malformed(line, "IV is no hexadecimal number of 128 bits"))
}

fn rights_system(format: &str, uri: &str) -> String {
    let lower = format.to_ascii_lowercase();
    let known = [
        ("com.apple.streamingkeydelivery", "FairPlay"),
        ("com.widevine", "Widevine"),
        ("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "Widevine"),
        ("com.microsoft.playready", "PlayReady"),
        ("9a04f079-9840-4286-ab92-e65be0885f95", "PlayReady"),
    ];
    let name = known.iter().find(|(mark, _)| lower.contains(mark));
    match name {
        Some((_, name)) => (*name).to_owned(),
        None if uri.starts_with("skd:") => "FairPlay".to_owned(),
        None => format!("{format:.80}"),
    }
}
