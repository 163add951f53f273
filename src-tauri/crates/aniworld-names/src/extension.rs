//! File extensions: which files are videos, and what to cut off a name before it is read.

/// Extensions of video containers, lower case without the dot.
const VIDEO: &[&str] = &[
    "mkv", "mp4", "avi", "m4v", "mov", "webm", "ts", "m2ts", "mts", "wmv", "flv", "mpg", "mpeg", "ogm",
    "ogv", "vob", "3gp", "asf", "divx", "rm", "rmvb", "mk3d",
];

/// Other extensions that stand behind an episode's name.
const BESIDE: &[&str] = &[
    "srt", "ass", "ssa", "sub", "idx", "vtt", "sup", "nfo", "jpg", "png", "iso", "part", "torrent", "nzb",
    "mp3", "m4a", "flac", "opus", "ogg", "aac", "wav",
];

/// Whether files with this extension (without the dot, in any case) are videos.
pub fn is_video(extension: &str) -> bool {
    VIDEO.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

/// Splits a file name into stem and extension, where the extension is one of a media file or of its
/// companions. `Show.S01E01.FRENCH` has none.
pub fn split(file_name: &str) -> (&str, Option<&str>) {
    match file_name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_known(extension) => (stem, Some(extension)),
        _ => (file_name, None),
    }
}

fn is_known(extension: &str) -> bool {
    is_video(extension) || BESIDE.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_extensions_are_cut_off() {
        assert_eq!(split("Show.S01E01.MKV"), ("Show.S01E01", Some("MKV")));
        assert_eq!(split("Show.S01E01.FRENCH"), ("Show.S01E01.FRENCH", None));
        assert_eq!(split(".mkv"), (".mkv", None));
    }

    #[test]
    fn subtitles_are_no_videos() {
        assert!(is_video("Mkv"));
        assert!(!is_video("srt"));
    }
}
