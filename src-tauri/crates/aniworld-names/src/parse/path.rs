//! A path into folders and stem.

use crate::extension;

/// The parts of a path that carry meaning.
#[derive(Debug)]
pub(super) struct PathParts<'a> {
    /// The folders, outermost first; without empty ones, `.` and `..`.
    pub(super) folders: Vec<&'a str>,
    /// The file name without its extension.
    pub(super) stem: &'a str,
}

pub(super) fn split(path: &str) -> PathParts<'_> {
    let mut folders: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|part| !matches!(part.trim(), "" | "." | ".."))
        .collect();
    let file = folders.pop().unwrap_or_default();
    PathParts {
        folders,
        stem: extension::split(file).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_separators_and_no_dots() {
        let parts = split(r"C:\tv/../Show/.//S01E01.mkv");
        assert_eq!(parts.folders, ["C:", "tv", "Show"]);
        assert_eq!(parts.stem, "S01E01");
        assert_eq!(split("").stem, "");
    }
}
