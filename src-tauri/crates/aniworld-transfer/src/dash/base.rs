//! Where relative addresses of a manifest lead (ISO/IEC 23009-1 section 5.6): `BaseURL` on four levels, each
//! resolved against the one above.

use url::Url;

use super::xml::Element;
use crate::stream::StreamRefusal;

/// The longest address that is read; servers refuse longer ones.
const MAX_LENGTH: usize = 8 << 10;

/// The base of one level.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// The address.
    pub(super) url: Url,
    /// Whether any `BaseURL` led here; without one it is the address of the manifest itself.
    pub(super) given: bool,
}

impl Base {
    /// The one of a manifest that was found at `url`, after redirects.
    pub(super) fn of(url: &Url) -> Self {
        Self {
            url: url.clone(),
            given: false,
        }
    }

    /// The one below, in `element`. Several are alternatives: the first that the web can reach is taken.
    pub(super) fn below(&self, element: &Element) -> Result<Self, StreamRefusal> {
        let mut refused = None;
        for base in element.all("BaseURL") {
            match self.resolve(base, base.text()) {
                Ok(url) => return Ok(Self { url, given: true }),
                Err(refusal) => refused = Some(refusal),
            }
        }
        refused.map_or_else(|| Ok(self.clone()), Err)
    }

    /// An address that stands in `element`: http or https, nothing else.
    pub(super) fn resolve(&self, element: &Element, text: &str) -> Result<Url, StreamRefusal> {
        if text.len() > MAX_LENGTH {
            return Err(element.malformed(format!("an address of more than {MAX_LENGTH} bytes")));
        }
        let url = self
            .url
            .join(text)
            .map_err(|_| element.malformed("an address that cannot be read"))?;
        if url.as_str().len() > MAX_LENGTH {
            return Err(element.malformed(format!("an address of more than {MAX_LENGTH} bytes")));
        }
        if matches!(url.scheme(), "http" | "https") {
            return Ok(url);
        }
        // of a `file:` or `data:` address nothing but its kind is for the eyes
        let scheme: String = url.scheme().chars().take(20).collect();
        Err(element.malformed(format!(
            "an address of the kind {scheme:?}; only http and https are fetched"
        )))
    }
}
