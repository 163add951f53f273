//! Sources as a window lists them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::CommandError;

/// One configured source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SourceRow {
    /// Its number.
    pub id: i64,
    /// Its kind.
    pub kind: SourceKind,
    /// Its name.
    pub name: String,
    /// Its address, without credentials.
    pub url: String,
    /// Episodes it offers now.
    pub episodes: u32,
    /// Series it offers now.
    pub series: u32,
    /// How much of it the last reading showed; null before the first.
    pub completeness: Option<CompletenessKind>,
    /// When it was last read, RFC 3339.
    pub last_read_at: Option<String>,
    /// Why the last reading failed, if it did.
    pub error: Option<CommandError>,
}

/// The kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SourceKind {
    /// A folder listing of a web server.
    Directory,
    /// RSS, Atom or JSON Feed.
    Feed,
}

/// How much of a source a reading showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CompletenessKind {
    /// Everything.
    Complete,
    /// The newest items only.
    Window,
    /// Cut at a bound.
    Truncated,
    /// Some part could not be read.
    Partial,
}

/// A source to add.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SourceAdd {
    /// Its address as the user typed it.
    pub url: String,
    /// Its kind, or null to find out.
    #[serde(default)]
    pub kind: Option<SourceKind>,
    /// A name, or null to take the one found there.
    #[serde(default)]
    pub name: Option<String>,
}
