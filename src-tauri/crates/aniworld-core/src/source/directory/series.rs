//! From found files to series and episodes: which folder is the series, what its name says.

use std::collections::{BTreeMap, HashSet};

use aniworld_names::{ParsedName, parse, series_title, title_key};
use percent_encoding::percent_decode_str;
use url::Url;

use super::crawl::FoundFile;
use crate::source::{Asset, EpisodeKind, OfferedEpisode, OfferedSeries, address};

/// Groups the files of a walk below `root` into series, in the order of their keys.
pub(super) fn group(root: &Url, files: Vec<FoundFile>) -> Vec<OfferedSeries> {
    let shape = Shape::of(&files);
    let folder = folder_name(root);
    let mut series: BTreeMap<String, OfferedSeries> = BTreeMap::new();
    for file in files {
        let parsed = parse(&format!("{}/{}", file.folders.join("/"), file.name));
        let (key, title) = shape.series_of(&file, &parsed, &folder);
        let entry = series.entry(key.clone()).or_insert_with(|| OfferedSeries {
            key,
            title,
            description: None,
            episodes: Vec::new(),
        });
        entry.episodes.push(episode(file, &parsed));
    }
    series.into_values().collect()
}

/// The name of the folder that was added, or of its host.
pub(crate) fn folder_name(root: &Url) -> String {
    let last = root
        .path_segments()
        .and_then(|segments| segments.rev().find(|segment| !segment.is_empty()));
    let name = last.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned());
    name.unwrap_or_else(|| address::host(root))
}

/// Which of the folders are series.
struct Shape {
    /// The root holds seasons: it is a series itself.
    root_is_series: bool,
    /// Folders with files or seasons right in them, as paths of names.
    series_folders: HashSet<Vec<String>>,
}

impl Shape {
    fn of(files: &[FoundFile]) -> Self {
        let mut shape = Self {
            root_is_series: false,
            series_folders: HashSet::new(),
        };
        for file in files {
            let seasonless = match file.folders.split_last() {
                Some((last, above)) if is_season(last) => above,
                _ => &file.folders[..],
            };
            match seasonless {
                [] => shape.root_is_series |= !file.folders.is_empty(),
                folder => {
                    shape.series_folders.insert(folder.to_vec());
                }
            }
        }
        shape
    }

    /// Key and title of the series of a file. `root` is the name of the added folder.
    fn series_of(&self, file: &FoundFile, parsed: &ParsedName, root: &str) -> (String, String) {
        let own = || (String::new(), series_title(root));
        let top = (1..=file.folders.len())
            .map(|depth| &file.folders[..depth])
            .find(|folder| self.series_folders.contains(*folder));
        match top {
            _ if self.root_is_series && file.folders.first().is_none_or(|first| is_season(first)) => own(),
            Some(folder) => {
                let title = folder.last().map(|name| series_title(name)).unwrap_or_default();
                (format!("{}/", folder.join("/")), title)
            }
            None => match &parsed.series {
                Some(series) => (title_key(series), series.clone()),
                None => own(),
            },
        }
    }
}

/// Whether a folder's name says a season and nothing else.
fn is_season(folder: &str) -> bool {
    let parsed = parse(&format!("{folder}/S01E01.mkv"));
    parsed.series.is_none() && parsed.evidence.iter().any(|seen| seen.rule == "season_folder")
}

fn episode(file: FoundFile, parsed: &ParsedName) -> OfferedEpisode {
    let numbering = parsed.numbering();
    let season = numbering.as_ref().map_or(parsed.season, |found| found.season);
    let stem = || file.name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    let title = parsed
        .title
        .clone()
        .or_else(|| if numbering.is_none() { stem() } else { None });
    let special = parsed.is_special || season == Some(0);
    OfferedEpisode {
        title,
        season: if special { season.or(Some(0)) } else { season },
        number: numbering.map(|found| found.number),
        kind: if special {
            EpisodeKind::Special
        } else {
            EpisodeKind::Regular
        },
        air_date: parsed.date.and_then(|day| {
            jiff::civil::Date::new(
                i16::try_from(day.year).ok()?,
                i8::try_from(day.month).ok()?,
                i8::try_from(day.day).ok()?,
            )
            .ok()
        }),
        asset: Asset {
            url: file.url,
            mime: None,
            size: file.size,
            extension: file.extension,
            sha256: None,
        },
        key: file.key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::AssetSize;

    fn file(path: &str) -> FoundFile {
        let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        let name = parts.pop().unwrap();
        FoundFile {
            folders: parts,
            name,
            key: path.to_owned(),
            url: Url::parse("http://h/").unwrap().join(path).unwrap(),
            size: AssetSize::Unknown,
            extension: "mkv".to_owned(),
        }
    }

    /// `title: episode count` of each series.
    fn titles(root: &str, paths: &[&str]) -> Vec<String> {
        let mut files: Vec<_> = paths.iter().map(|path| file(path)).collect();
        files.sort_by(|a, b| a.key.cmp(&b.key));
        let series = group(&Url::parse(root).unwrap(), files);
        series
            .iter()
            .map(|series| format!("{}: {}", series.title, series.episodes.len()))
            .collect()
    }

    #[test]
    fn each_folder_with_files_or_seasons_is_a_series() {
        let paths = [
            "A/Season 01/S01E01.mkv",
            "A/Specials/S00E01.mkv",
            "A/Extras/x.mkv",
            "B/S01E01.mkv",
            "Sub/C/1x01.mkv",
        ];
        assert_eq!(titles("http://h/media/", &paths), ["A: 3", "B: 1", "C: 1"]);
    }

    #[test]
    fn a_folder_of_seasons_is_the_series_itself() {
        let paths = ["Season 1/S01E01.mkv", "Staffel 2/S02E01.mkv", "S03E01.mkv"];
        assert_eq!(titles("http://h/Night%20Trains/", &paths), ["Night Trains: 3"]);
    }

    #[test]
    fn ids_in_a_folder_name_are_no_part_of_the_title() {
        assert_eq!(
            titles("http://h/", &["Night Trains (1962) [tvdbid-7]/S01E01.mkv"]),
            ["Night Trains (1962): 1"]
        );
    }

    #[test]
    fn loose_files_belong_to_the_series_in_their_names() {
        assert_eq!(
            titles("http://h/Night%20Trains/", &["S01E01.mkv", "S01E02.mkv"]),
            ["Night Trains: 2"]
        );
        let paths = ["A - S01E01.mkv", "B - S01E01.mkv", "a.S01E02.mkv"];
        assert_eq!(titles("http://h/", &paths), ["A: 2", "B: 1"]);
        assert_eq!(titles("http://h.example/", &["S01E01.mkv"]), ["h.example: 1"]);
    }

    #[test]
    fn the_season_comes_from_the_folder_where_the_name_is_silent() {
        let series = group(
            &Url::parse("http://h/").unwrap(),
            vec![file("A/Season 2/03 - The Depot.mkv")],
        );
        let episode = &series[0].episodes[0];
        assert_eq!(episode.season, Some(2));
        assert_eq!(episode.number, Some(aniworld_names::EpisodeNumber::Single(3)));
        assert_eq!(episode.title.as_deref(), Some("The Depot"));
    }

    #[test]
    fn a_name_without_a_number_keeps_its_name() {
        let series = group(&Url::parse("http://h/").unwrap(), vec![file("A/Making of.mkv")]);
        assert_eq!(series[0].episodes[0].number, None);
        assert_eq!(series[0].episodes[0].title.as_deref(), Some("Making of"));
    }

    #[test]
    fn season_zero_is_special() {
        let series = group(
            &Url::parse("http://h/").unwrap(),
            vec![file("A/Specials/A - S00E01 - Party.mkv")],
        );
        assert_eq!(series[0].episodes[0].kind, EpisodeKind::Special);
        assert_eq!(series[0].episodes[0].season, Some(0));
    }
}
