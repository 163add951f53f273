//! Variables of a playlist: `EXT-X-DEFINE` and `{$name}` (draft-pantos-hls-rfc8216bis section 4.3).

use std::collections::BTreeMap;

use url::Url;

use super::attributes::Attributes;
use super::{MAX_ENTRIES, MAX_EXPANSION_BYTES, MAX_LINE_BYTES};
use crate::stream::StreamRefusal;

/// The variables of a playlist. A media playlist may import those of the playlist that named it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables {
    values: BTreeMap<String, String>,
    /// What expansions have cost so far, in bytes: a bound against texts that multiply.
    spent: usize,
}

impl Variables {
    /// The value of one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Takes one `EXT-X-DEFINE`. `url` is where the playlist was found; `imports` are the variables of the
    /// playlist that named it.
    pub(super) fn define(
        &mut self,
        attributes: &Attributes<'_>,
        url: &Url,
        imports: &Self,
    ) -> Result<(), StreamRefusal> {
        let line = attributes.line();
        let missing = |what: String| StreamRefusal::malformed(line, what);
        let (name, value) = if let Some(name) = attributes.raw("NAME") {
            let value = attributes.text("VALUE", self)?;
            (name, value.ok_or_else(|| missing("VALUE is missing".into()))?)
        } else if let Some(name) = attributes.raw("IMPORT") {
            let value = imports.get(name).map(str::to_owned);
            (
                name,
                value.ok_or_else(|| missing(format!("no variable {name:.80} to import")))?,
            )
        } else if let Some(name) = attributes.raw("QUERYPARAM") {
            let found = url.query_pairs().find(|(key, _)| key == name);
            let value = found.map(|(_, value)| value.into_owned());
            (
                name,
                value.ok_or_else(|| missing(format!("the address has no parameter {name:.80}")))?,
            )
        } else {
            return Err(missing("a variable without a name".into()));
        };
        if self.values.len() >= MAX_ENTRIES {
            return Err(StreamRefusal::too_large(format!(
                "more than {MAX_ENTRIES} variables"
            )));
        }
        match self.values.insert(name.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(StreamRefusal::malformed(
                line,
                format!("the variable {name:.80} is defined twice"),
            )),
        }
    }

    /// A text with its variables put in, once and from left to right.
    pub(super) fn expand(&mut self, text: &str, line: usize) -> Result<String, StreamRefusal> {
        let mut full = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{$") {
            let Some((name, after)) = behind.split_once('}') else {
                break;
            };
            let value = self.get(name).ok_or_else(|| {
                StreamRefusal::malformed(line, format!("the variable {name:.80} is not defined"))
            })?;
            full.push_str(before);
            full.push_str(value);
            if full.len() > MAX_LINE_BYTES {
                return Err(StreamRefusal::too_large(format!(
                    "variables make line {line} of its playlist longer than {} KiB",
                    MAX_LINE_BYTES >> 10
                )));
            }
            rest = after;
        }
        full.push_str(rest);
        self.spent = self.spent.saturating_add(full.len().saturating_sub(text.len()));
        if self.spent > MAX_EXPANSION_BYTES {
            return Err(StreamRefusal::too_large(format!(
                "variables add more than {} MiB to its playlist",
                MAX_EXPANSION_BYTES >> 20
            )));
        }
        Ok(full)
    }
}
