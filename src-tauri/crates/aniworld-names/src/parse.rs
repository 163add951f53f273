//! From a path to what it says: the file name by ordered rules, the folders as evidence.

mod folder;
mod hit;
mod numbers;
mod path;
mod rules;
mod scan;
mod season;
mod title;

use crate::{Confidence, EpisodeNumber, Evidence, ParsedName};
use folder::FolderEvidence;
pub use folder::{folder_season, folder_title};
use hit::{Hit, Name};

/// Reads a path with `/` or `\` between its parts; the last part is the file name.
///
/// Total: any text has a result. Explicit forms win over the order in which they stand; the first rule
/// of the list in `rules` that sees something decides, and folders fill in what the name leaves open.
pub fn parse(path: &str) -> ParsedName {
    let parts = path::split(path);
    let folders = folder::read(&parts.folders);
    let name = Name {
        stem: parts.stem,
        season_folder: folders.season,
    };
    let found = rules::ORDERED
        .iter()
        .find_map(|rule| (rule.find)(&name).map(|hit| (rule.name, hit)));
    match found {
        Some((rule, hit)) => assemble(&name, rule, hit, &folders),
        None => without_number(&name, &folders),
    }
}

fn assemble(name: &Name<'_>, rule: &'static str, hit: Hit, folders: &FolderEvidence<'_>) -> ParsedName {
    let (before, after) = (&name.stem[..hit.span.start], &name.stem[hit.span.end..]);
    let tail = title::after(after);
    let mut parsed = ParsedName {
        series: title::series(before).or_else(|| folders.series.clone()),
        season: hit.season,
        seasons: hit.seasons,
        episodes: hit.episodes,
        absolute: hit.absolute,
        date: hit.date,
        is_special: hit.special.is_some(),
        special: hit.special,
        title: tail.title,
        version: hit.version.or(tail.version),
        confidence: hit.confidence,
        evidence: vec![Evidence {
            rule,
            token: name.stem[hit.span].to_owned(),
        }],
    };
    take_season_of_folder(&mut parsed, folders);
    if parsed.date.is_none() {
        parsed.date = rules::date_anywhere(name.stem);
    }
    parsed.is_special |= parsed.season == Some(0);
    parsed
}

/// A season folder says the season where the name does not, and makes absolute numbers its own.
fn take_season_of_folder(parsed: &mut ParsedName, folders: &FolderEvidence<'_>) {
    let Some(season) = folders.season else { return };
    parsed.evidence.push(Evidence {
        rule: "season_folder",
        token: folders.token.to_owned(),
    });
    if parsed.season.is_none() && parsed.seasons.is_empty() {
        parsed.season = Some(season);
        let absolute = std::mem::take(&mut parsed.absolute);
        parsed
            .episodes
            .extend(absolute.into_iter().map(EpisodeNumber::Single));
    }
}

fn without_number(name: &Name<'_>, folders: &FolderEvidence<'_>) -> ParsedName {
    let mut parsed = ParsedName {
        series: title::series(title::untechnical(name.stem)).or_else(|| folders.series.clone()),
        confidence: Confidence::Unsure,
        ..ParsedName::default()
    };
    take_season_of_folder(&mut parsed, folders);
    parsed.is_special = parsed.season == Some(0);
    parsed
}

#[cfg(test)]
mod tests;
