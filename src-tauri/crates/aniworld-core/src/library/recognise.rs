//! From a path below the library root to an episode.

use aniworld_names::{folder_title, parse};

use super::LibraryFile;

/// The episode that a path (with `/` between its parts) says, or `None` when it does not say one.
pub(super) fn recognise(relative: &str) -> Option<LibraryFile> {
    let parsed = parse(relative);
    let numbering = parsed.numbering()?;
    let (serie_folder, series) = if let Some((folder, _)) = relative.split_once('/') {
        (folder.to_owned(), folder_title(folder).or(parsed.series)?)
    } else {
        let series = parsed.series?;
        (series.clone(), series)
    };
    Some(LibraryFile {
        relative: relative.to_owned(),
        serie_folder,
        series,
        season: numbering.season.unwrap_or(1),
        number: numbering.number,
        title: parsed.title,
        version: parsed.version.unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(relative: &str) -> Option<(String, String, u32, String)> {
        recognise(relative).map(|file| {
            (
                file.serie_folder,
                file.series,
                file.season,
                file.number.to_string(),
            )
        })
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with what `read` returns")]
    fn row(folder: &str, series: &str, season: u32, number: &str) -> Option<(String, String, u32, String)> {
        Some((folder.to_owned(), series.to_owned(), season, number.to_owned()))
    }

    #[test]
    fn the_first_folder_is_the_series() {
        assert_eq!(
            read("Night Trains (1962) [tvdbid-1]/Season 01/Night Trains - S01E02.mkv"),
            row("Night Trains (1962) [tvdbid-1]", "Night Trains (1962)", 1, "2")
        );
        assert_eq!(
            read("Night Trains/Specials/01 - Making of.mkv"),
            row("Night Trains", "Night Trains", 0, "1")
        );
        assert_eq!(
            read("Night.Trains.S02.1080p/Night.Trains.S02E03.mkv"),
            row("Night.Trains.S02.1080p", "Night Trains", 2, "3")
        );
    }

    #[test]
    fn without_a_folder_the_name_says_the_series() {
        assert_eq!(
            read("[G] Night Trains - 12.mkv"),
            row("Night Trains", "Night Trains", 1, "12")
        );
        assert_eq!(read("S01E02.mkv"), None);
    }

    #[test]
    fn what_is_not_sure_is_no_episode() {
        assert_eq!(read("Night Trains/Night Trains 501.mkv"), None);
    }
}
