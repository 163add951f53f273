//! A whole season or several: `Show.S01.1080p`, `Show Season 1-3`.

use crate::Confidence;
use crate::parse::hit::{Hit, Name};
use crate::parse::season;

pub(super) fn find(name: &Name<'_>) -> Option<Hit> {
    let mark = season::find(name.stem)?;
    let several = mark.seasons.len() > 1;
    Some(Hit {
        span: mark.span,
        season: mark.seasons.first().copied().filter(|_| !several),
        seasons: if several { mark.seasons } else { Vec::new() },
        confidence: Confidence::Likely,
        ..Hit::default()
    })
}
