//! What the folders above a file say: the season and the title of the series.

use super::season::{self, SeasonMark};
use super::title;
use crate::series_title;

/// Names of folders that hold collections, not series.
const COLLECTIONS: &[&str] = &[
    "tv",
    "series",
    "shows",
    "tv shows",
    "videos",
    "video",
    "downloads",
    "download",
    "anime",
    "media",
    "movies",
    "films",
    "serien",
];

/// Names of folders with the specials of a series.
const SPECIALS: &[&str] = &["specials", "special", "sp", "besonderes", "spezial"];

/// How many folders above the file are looked at for a season.
const DEPTH: usize = 3;

/// What the folders say.
#[derive(Debug, Default)]
pub(super) struct FolderEvidence<'a> {
    /// The season; 0 for specials.
    pub(super) season: Option<u32>,
    /// The folder that said the season; empty without one.
    pub(super) token: &'a str,
    /// The title of the series.
    pub(super) series: Option<String>,
}

/// Reads folders, outermost first.
pub(super) fn read<'a>(folders: &[&'a str]) -> FolderEvidence<'a> {
    let found = folders
        .iter()
        .enumerate()
        .rev()
        .take(DEPTH)
        .find_map(|(at, name)| season_of(name).map(|season| (at, *name, season)));
    let Some((at, token, (season, own_title))) = found else {
        return FolderEvidence {
            series: folders.last().and_then(|name| series_of(name)),
            ..FolderEvidence::default()
        };
    };
    let above = at.checked_sub(1).and_then(|above| series_of(folders[above]));
    FolderEvidence {
        season: Some(season),
        token,
        series: own_title.or(above),
    }
}

/// The season that the name of one folder says; 0 for `Specials`.
pub fn folder_season(folder: &str) -> Option<u32> {
    season_of(folder).map(|(season, _)| season)
}

/// The title of the series that the name of one folder says, without id suffix and season mark.
/// `None` for a bare season folder such as `Season 2`.
pub fn folder_title(folder: &str) -> Option<String> {
    match season_of(folder) {
        Some((_, own_title)) => own_title,
        None => title::series(&series_title(folder)),
    }
}

/// The season of a folder, and the title that stands before it: `Show Season 2`, `Show.S02.1080p`.
fn season_of(folder: &str) -> Option<(u32, Option<String>)> {
    let name = folder.trim();
    if SPECIALS.iter().any(|special| name.eq_ignore_ascii_case(special)) {
        return Some((0, None));
    }
    let SeasonMark { span, seasons } = season::find(name)?;
    let [season] = seasons[..] else { return None };
    // a release folder of one episode, such as `Show.S01E02`, never gets here: the mark must end a word
    Some((season, title::series(&name[..span.start])))
}

fn series_of(folder: &str) -> Option<String> {
    let name = series_title(folder);
    let known = COLLECTIONS
        .iter()
        .any(|collection| name.eq_ignore_ascii_case(collection));
    (!known).then(|| title::series(&name)).flatten()
}
