//! What rules take and give.

use std::ops::Range;

use crate::{CivilDate, Confidence, EpisodeNumber};

/// A file name as the rules see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name<'a> {
    /// The file name without its extension.
    pub(super) stem: &'a str,
    /// The season that a folder above says.
    pub(super) season_folder: Option<u32>,
}

/// What one rule saw. `span` is the token inside the stem, on character borders.
#[derive(Debug, Clone, Default)]
pub(super) struct Hit {
    pub(super) span: Range<usize>,
    pub(super) season: Option<u32>,
    pub(super) seasons: Vec<u32>,
    pub(super) episodes: Vec<EpisodeNumber>,
    pub(super) absolute: Vec<u32>,
    pub(super) date: Option<CivilDate>,
    pub(super) special: Option<String>,
    pub(super) version: Option<u32>,
    pub(super) confidence: Confidence,
}
