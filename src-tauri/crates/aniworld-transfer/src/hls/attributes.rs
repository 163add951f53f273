//! Attribute lists: `NAME=value,NAME="quoted, with comma"` (RFC 8216 section 4.2). Knows no tag.

use super::variables::Variables;
use crate::stream::StreamRefusal;

/// The attributes of one line.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    line: usize,
    /// In the order of the line; of two with one name the last counts.
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Attributes<'a> {
    pub(super) fn parse(line: usize, text: &'a str) -> Self {
        let mut pairs = Vec::new();
        let mut rest = text;
        while let Some((name, behind)) = rest.split_once('=') {
            let behind = behind.trim_start();
            let (value, after) = if let Some(quoted) = behind.strip_prefix('"') {
                // a quote that is not closed reaches to the end of the line
                quoted.split_once('"').unwrap_or((quoted, ""))
            } else {
                let end = behind.find(',').unwrap_or(behind.len());
                (behind[..end].trim_end(), &behind[end..])
            };
            // what stands between the last value and this name is skipped up to its last comma
            let name = name.rsplit(',').next().unwrap_or(name).trim();
            pairs.push((name, value));
            rest = after;
        }
        Self { line, pairs }
    }

    /// The number of its line.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// A value as it stands there, quotes removed. Names are case-sensitive.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.pairs
            .iter()
            .rev()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| *value)
    }

    /// A text with its variables put in.
    pub(super) fn text(
        &self,
        name: &str,
        variables: &mut Variables,
    ) -> Result<Option<String>, StreamRefusal> {
        self.raw(name)
            .map(|value| variables.expand(value, self.line))
            .transpose()
    }

    /// A text that must be there.
    pub(super) fn needed(&self, name: &str, variables: &mut Variables) -> Result<String, StreamRefusal> {
        self.text(name, variables)?
            .filter(|value| !value.is_empty())
            .ok_or_else(|| StreamRefusal::malformed(self.line, format!("{name} is missing")))
    }

    /// `YES`; anything else, and nothing, is no.
    pub(super) fn yes(&self, name: &str) -> bool {
        self.raw(name) == Some("YES")
    }

    /// A number without a sign; what is none counts as absent.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.raw(name).and_then(|value| value.parse().ok())
    }
}
