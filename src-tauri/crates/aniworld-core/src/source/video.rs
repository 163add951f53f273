//! Which files are video: by their name as the library sees them, or by a media type.

use aniworld_names::extension;

/// Media types whose extension differs from what stands behind their slash.
const TYPES: [(&str, &str); 9] = [
    ("video/x-matroska", "mkv"),
    ("video/matroska", "mkv"),
    ("video/quicktime", "mov"),
    ("video/x-m4v", "m4v"),
    ("video/x-msvideo", "avi"),
    ("video/mp2t", "ts"),
    ("video/x-ms-wmv", "wmv"),
    ("video/x-flv", "flv"),
    ("video/ogg", "ogv"),
];

/// The extension of a file name when it is one of video, in lower case.
pub(super) fn extension_of(name: &str) -> Option<String> {
    let (_, extension) = extension::split(name);
    extension
        .filter(|extension| extension::is_video(extension))
        .map(str::to_ascii_lowercase)
}

/// The extension for a media type such as `video/mp4`; `None` for anything but video.
pub(super) fn extension_of_type(mime: &str) -> Option<String> {
    let mime = mime.to_ascii_lowercase();
    let known = TYPES
        .iter()
        .find(|(known, _)| *known == mime)
        .map(|(_, extension)| *extension);
    known
        .or_else(|| {
            mime.strip_prefix("video/")
                .filter(|subtype| extension::is_video(subtype))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn video_is_known_by_its_extension_in_any_case() {
        assert_eq!(extension_of("a.b.MKV").as_deref(), Some("mkv"));
        for other in ["a.srt", ".mkv", "mkv", "a.mkv.part", "a", ""] {
            assert_eq!(extension_of(other), None, "{other}");
        }
    }

    #[test]
    fn video_is_known_by_its_type() {
        assert_eq!(extension_of_type("Video/MP4").as_deref(), Some("mp4"));
        assert_eq!(extension_of_type("video/x-matroska").as_deref(), Some("mkv"));
        for other in ["audio/mpeg", "video/unheard-of", "application/x-mpegurl", "video"] {
            assert_eq!(extension_of_type(other), None, "{other}");
        }
    }
}
