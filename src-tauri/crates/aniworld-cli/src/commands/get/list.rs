//! The list of `get --input`: one address per line, each with the name that its file gets.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use aniworld_names::target;
use aniworld_wire::{CommandError, ErrorCode};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::failure::Outcome;

/// Reads the list; empty lines and lines with `#` in front are skipped.
pub(super) fn read(list: &Path, dir: &Path) -> Outcome<Vec<(Url, PathBuf)>> {
    let unreadable = |what: &Path, error: &std::io::Error| {
        let params = [
            ("path", what.display().to_string()),
            ("detail", error.to_string()),
        ];
        CommandError::new(ErrorCode::Disk, params)
    };
    let text = fs::read_to_string(list).map_err(|error| unreadable(list, &error))?;
    fs::create_dir_all(dir).map_err(|error| unreadable(dir, &error))?;
    let mut taken = HashSet::new();
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let url = super::requests::address(line)?;
            let name = unused(&file_name(&url), &mut taken);
            Ok((url, dir.join(name)))
        })
        .collect()
}

/// The last part of the path, made safe: a server must not choose a place on this disk.
fn file_name(url: &Url) -> String {
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.next_back())
        .unwrap_or_default();
    let decoded = percent_decode_str(last).decode_utf8_lossy();
    target::serie_folder(&decoded)
}

/// Two addresses that end alike get two files: `film.mkv`, `film (2).mkv`.
fn unused(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let candidates = (2_u64..).map(|number| format!("{stem} ({number}){extension}"));
    std::iter::once(name.to_owned())
        .chain(candidates)
        // file systems that ignore case must not see one name twice
        .find(|candidate| taken.insert(candidate.to_lowercase()))
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{file_name, read};

    #[test]
    fn names_come_from_addresses_and_stay_in_the_folder() {
        let name = |address: &str| file_name(&address.parse().unwrap());
        assert_eq!(name("http://h/a/Night%20Trains.mkv?token=1"), "Night Trains.mkv");
        for hostile in [
            "http://h/..%2f..%2fetc",
            "http://h/%2e%2e",
            "http://h/",
            "http://h/a%00b",
            "http://h/a%5Cb",
        ] {
            let name = name(hostile);
            assert!(
                !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "..",
                "{hostile}: {name:?}"
            );
        }
    }

    #[test]
    fn comments_are_skipped_and_no_two_files_share_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list");
        std::fs::write(&list, "# films\nhttp://h/1/film.mkv\n\n http://h/2/Film.mkv \n").unwrap();
        let pairs = read(&list, &folder.path().join("out")).unwrap();
        let names: Vec<_> = pairs
            .iter()
            .map(|(_, path)| path.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["film.mkv", "Film (2).mkv"]);
    }

    #[test]
    fn a_line_that_is_no_address_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list");
        std::fs::write(&list, "http://h/film.mkv\nfilm.mkv\n").unwrap();
        assert!(read(&list, folder.path()).is_err());
    }
}
