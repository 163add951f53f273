//! Where an episode goes below the library root. Blocking.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use aniworld_names::{folder_season, folder_title, target};

use crate::events::EpisodeLabel;

/// The place of one episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The path below the root, with `/` between its parts.
    pub(super) relative: String,
    /// The file.
    pub(super) file: PathBuf,
    /// The folders above it and below the root: of the series and of the season.
    pub(super) folders: [PathBuf; 2],
}

impl Place {
    /// Follows the folders that are there: a series folder under its exact name, and a season folder
    /// however it is written (`Season 1`, `Staffel 1`). Others get the names that [`target`] gives.
    pub(super) fn find(root: &Path, label: &EpisodeLabel, extension: &str) -> Self {
        let path = target::episode_path(
            &label.serie_folder,
            &label.series,
            label.season,
            &label.number,
            label.version,
            label.title.as_deref(),
            extension,
        );
        let mut parts = path.splitn(3, '/');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let (written_series, written_season, file) = (next(), next(), next());
        let serie = if is_folder_name(&label.serie_folder) && root.join(&label.serie_folder).is_dir() {
            label.serie_folder.clone()
        } else {
            written_series
        };
        let serie_path = root.join(&serie);
        let season = season_folder(&serie_path, label.season, &written_season).unwrap_or(written_season);
        let season_path = serie_path.join(&season);
        Self {
            relative: format!("{serie}/{season}/{file}"),
            file: season_path.join(&file),
            folders: [serie_path, season_path],
        }
    }

    /// The size of a file that is there already and may be the episode: a file with something in it.
    pub(super) fn existing(&self) -> io::Result<Option<u64>> {
        match fs::metadata(&self.file) {
            Ok(found) => Ok((found.is_file() && found.len() > 0).then_some(found.len())),
            Err(error) => Err(error),
        }
    }
}

/// Whether a name is one plain component.
fn is_folder_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
}

/// The folder of a season inside a series folder, however it is written.
fn season_folder(serie: &Path, season: u32, preferred: &str) -> Option<String> {
    let mut names: Vec<String> = fs::read_dir(serie)
        .ok()?
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| folder_season(name) == Some(season) && folder_title(name).is_none())
        .collect();
    names.sort_unstable_by_key(|name| (name != preferred, name.clone()));
    names.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(serie_folder: &str) -> EpisodeLabel {
        EpisodeLabel {
            serie_folder: serie_folder.to_owned(),
            series: "Night Trains".to_owned(),
            season: 1,
            number: "2".parse().unwrap(),
            title: Some("Departure".to_owned()),
            version: 1,
        }
    }

    #[test]
    fn a_new_series_gets_the_usual_names() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::find(root.path(), &label("Night Trains"), "mkv");
        assert_eq!(
            place.relative,
            "Night Trains/Season 01/Night Trains - S01E02 - Departure.mkv"
        );
        assert_eq!(place.file, root.path().join(&place.relative));
    }

    #[test]
    fn folders_that_are_there_are_used_as_they_are() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("Night Trains?/Staffel 1")).unwrap();
        let place = Place::find(root.path(), &label("Night Trains?"), "mkv");
        assert_eq!(
            place.relative,
            "Night Trains?/Staffel 1/Night Trains - S01E02 - Departure.mkv"
        );
    }

    #[test]
    fn nothing_leaves_the_root() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["..", "../elsewhere", "/etc", "a/../..", "", "."] {
            let place = Place::find(root.path(), &label(folder), "mkv");
            assert_eq!(place.relative.split('/').count(), 3, "{folder}");
            assert!(
                Path::new(&place.relative)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
            );
        }
    }
}
