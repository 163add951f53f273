//! What a file of ours is called: `Series/Season 01/Series - S01E02 - Title.mkv`.
//!
//! Every part is safe on every file system, and what is written here is read back by [`crate::parse`].

mod safe;

use crate::{EpisodeNumber, Numbering, parse};

/// What a name may take of the 255 bytes that file systems allow: the rest is for the dot before and
/// the `.part.json` behind it while the file is not whole.
const FILE_BYTES: usize = 255 - ".".len() - ".part.json".len();

/// The folder of a series below the library root: one safe component, never empty.
pub fn serie_folder(title: &str) -> String {
    safe::component(title, FILE_BYTES).unwrap_or_else(|| "Untitled".to_owned())
}

/// The path of an episode below the library root, with `/` between its parts.
///
/// `extension` is without the dot. `version` 2 and more is said at the end of the name. Where title or
/// series would make the number read differently (a series called `S01E05`), they are left out.
pub fn episode_path(
    folder: &str,
    series: &str,
    season: u32,
    number: &EpisodeNumber,
    version: u32,
    title: Option<&str>,
    extension: &str,
) -> String {
    let folder = format!("{}/Season {season:02}", serie_folder(folder));
    let extension = safe::extension(extension);
    let token = token(season, number);
    let tail = version_tail(version);
    let series = safe::text(series);
    let title = title.map(safe::text).unwrap_or_default();
    let budget = FILE_BYTES - extension.len() - 1;
    let names = [
        join(&series, &token, &title, &tail, budget),
        join(&series, &token, "", &tail, budget),
        join("", &token, &title, &tail, budget),
    ];
    let expected = Some(Numbering {
        season: Some(season),
        number: number.clone(),
    });
    names
        .into_iter()
        .map(|name| format!("{folder}/{name}.{extension}"))
        .find(|path| {
            let parsed = parse(path);
            parsed.numbering() == expected && parsed.version.unwrap_or(1) == version.max(1)
        })
        .unwrap_or_else(|| format!("{folder}/{token}{tail}.{extension}"))
}

/// `S01E02`, `S01E02-E03`, `S01E09.5` or `2024-02-29`.
fn token(season: u32, number: &EpisodeNumber) -> String {
    match number {
        EpisodeNumber::Single(n) => format!("S{season:02}E{n:02}"),
        EpisodeNumber::Decimal { whole, fraction } => format!("S{season:02}E{whole:02}.{fraction}"),
        EpisodeNumber::Range { first, last } => format!("S{season:02}E{first:02}-E{last:02}"),
        EpisodeNumber::Date { .. } => number.to_string(),
    }
}

fn version_tail(version: u32) -> String {
    if version > 1 {
        format!(" - v{version}")
    } else {
        String::new()
    }
}

/// Puts the parts together; what does not fit is cut from the title first, then from the series.
fn join(series: &str, token: &str, title: &str, tail: &str, budget: usize) -> String {
    const DASH: &str = " - ";
    let fixed = token.len() + tail.len() + 2 * DASH.len();
    let series = safe::shorten(series, (budget - fixed) / 2);
    let title = safe::shorten(title, budget - fixed - series.len());
    let parts: Vec<&str> = [series.as_str(), token, title.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    format!("{}{tail}", parts.join(DASH))
}

#[cfg(test)]
mod tests;
