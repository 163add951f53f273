//! Which names a walk passes by: hidden ones, what other programs keep beside episodes, and extras.

use aniworld_names::extension;

/// Folders of systems and NAS boxes, at any depth.
const SYSTEM: &[&str] = &[
    "@eadir",
    "#recycle",
    "#snapshot",
    "$recycle.bin",
    "system volume information",
    "lost+found",
];

/// Folders with extras inside a series (Jellyfin's list). Right below the root such a name is a series.
const EXTRAS: &[&str] = &[
    "behind the scenes",
    "deleted scenes",
    "interviews",
    "scenes",
    "sample",
    "samples",
    "shorts",
    "featurettes",
    "clips",
    "other",
    "extras",
    "trailers",
    "backdrops",
    "theme-music",
];

/// Ends of stems that mark extras beside the episodes.
const EXTRA_ENDS: &[&str] = &["-sample", ".sample", "-trailer", ".trailer"];

/// Whether a folder is walked. `depth` is 1 right below the root.
pub(super) fn is_walked(folder: &str, depth: usize) -> bool {
    let is_one_of = |names: &[&str]| names.iter().any(|name| folder.eq_ignore_ascii_case(name));
    !folder.starts_with('.') && !is_one_of(SYSTEM) && (depth < 2 || !is_one_of(EXTRAS))
}

/// Whether a file is a video that may be an episode.
pub(super) fn is_looked_at(file: &str) -> bool {
    let (stem, Some(end)) = extension::split(file) else {
        return false;
    };
    let lower = stem.to_ascii_lowercase();
    let extra =
        matches!(lower.as_str(), "sample" | "trailer") || EXTRA_ENDS.iter().any(|end| lower.ends_with(end));
    !file.starts_with('.') && extension::is_video(end) && !extra
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extras_are_passed_by_below_a_series_only() {
        assert!(!is_walked("Extras", 2));
        assert!(!is_walked("Trailers", 3));
        assert!(is_walked("Shorts", 1));
        assert!(!is_walked("@eaDir", 1));
        assert!(!is_walked(".trash", 1));
        assert!(is_walked("Season 01", 2));
    }

    #[test]
    fn only_whole_videos_are_looked_at() {
        assert!(is_looked_at("Show - S01E01.mkv"));
        assert!(is_looked_at("Sample Hunters S01E01.MP4"));
        for other in [
            ".Show - S01E01.mkv",
            ".Show - S01E01.mkv.part",
            "a.srt",
            "a.nfo",
            "sample.mkv",
            "Show-sample.mkv",
            "a",
        ] {
            assert!(!is_looked_at(other), "{other}");
        }
    }
}
