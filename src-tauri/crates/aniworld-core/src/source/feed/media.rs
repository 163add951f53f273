//! The files that an item of a feed offers, and which of them is the episode.

use url::Url;

use crate::source::{Asset, AssetSize, address, video};

/// One file, as a feed describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Media {
    /// Its address; `None` when it leads nowhere on the web.
    pub(super) url: Option<Url>,
    /// Its type.
    pub(super) mime: Option<String>,
    /// Its size in bytes; feeds are often wrong about it.
    pub(super) bytes: Option<u64>,
    /// The SHA-256 of its bytes.
    pub(super) sha256: Option<[u8; 32]>,
    /// Whether the feed calls it the main one.
    pub(super) main: bool,
}

impl Media {
    /// The extension for its file, when it is a video that can be fetched as one file.
    fn extension(&self) -> Option<String> {
        let by_name = || video::extension_of(file_name(self.url.as_ref()?)?);
        let mime = self
            .mime
            .as_deref()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        // Careless types say little; a type that says something else than video decides.
        let says_nothing =
            mime.is_empty() || matches!(mime.as_str(), "application/octet-stream" | "image/mp4");
        if says_nothing {
            by_name()
        } else if mime.starts_with("video/") {
            by_name().or_else(|| video::extension_of_type(&mime))
        } else {
            None
        }
    }
}

/// The last segment of an address.
fn file_name(url: &Url) -> Option<&str> {
    url.path_segments()?.next_back()
}

/// The episode among the files of an item: the main video, else the first one. What several
/// descriptions say of the same address is put together.
pub(super) fn choose(files: &[Media]) -> Option<Asset> {
    let mut videos = files
        .iter()
        .filter_map(|media| Some((media, media.url.as_ref()?, media.extension()?)));
    let first = videos.next()?;
    let (chosen, url, extension) = if first.0.main {
        first
    } else {
        videos.find(|(media, ..)| media.main).unwrap_or(first)
    };
    let same = || files.iter().filter(|media| media.url.as_ref() == Some(url));
    Some(Asset {
        mime: chosen.mime.clone(),
        size: same()
            .find_map(|media| media.bytes)
            .map_or(AssetSize::Unknown, AssetSize::Approx),
        extension,
        sha256: same().find_map(|media| media.sha256),
        url: url.clone(),
    })
}

/// The address of a file as part of a key: without credentials.
pub(super) fn key_of(asset: &Asset) -> String {
    address::without_credentials(&asset.url).into()
}

/// A size as feeds write it; nothing for `0`, which means that nobody looked.
pub(super) fn bytes(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(url: &str, mime: &str) -> Media {
        Media {
            url: Url::parse(url).ok(),
            mime: Some(mime.to_owned()),
            ..Media::default()
        }
    }

    fn chosen(files: &[Media]) -> Option<(String, String)> {
        choose(files).map(|asset| (asset.url.path().to_owned(), asset.extension))
    }

    #[test]
    fn the_main_video_is_the_episode() {
        let mut main = media("http://h/main.mp4", "video/mp4");
        main.main = true;
        let files = [
            media("http://h/a.mp3", "audio/mpeg"),
            media("http://h/low.mp4", "video/mp4"),
            main,
        ];
        assert_eq!(chosen(&files), Some(("/main.mp4".to_owned(), "mp4".to_owned())));
        assert_eq!(
            chosen(&files[..2]),
            Some(("/low.mp4".to_owned(), "mp4".to_owned()))
        );
    }

    #[test]
    fn only_single_video_files_are_episodes() {
        for (url, mime) in [
            ("http://h/a.m3u8", "application/x-mpegURL"),
            ("http://h/a.torrent", "application/x-bittorrent"),
            ("http://h/a.mp3", "audio/mpeg"),
            ("http://h/a.jpg", "image/jpeg"),
            ("http://h/a", "application/octet-stream"),
            ("http://h/a.mp4", "text/html"),
        ] {
            assert_eq!(chosen(&[media(url, mime)]), None, "{url} {mime}");
        }
    }

    #[test]
    fn the_extension_is_that_of_the_name_or_of_the_type() {
        let cases = [
            ("http://h/a.MKV?t=1", "video/mp4", "mkv"),
            ("http://h/download?id=1", "video/quicktime", "mov"),
            ("http://h/a.webm", "", "webm"),
            ("http://h/a.mp4", "application/octet-stream", "mp4"),
        ];
        for (url, mime, extension) in cases {
            assert_eq!(chosen(&[media(url, mime)]).unwrap().1, extension, "{url}");
        }
    }

    #[test]
    fn sizes_and_hashes_of_the_same_address_are_put_together() {
        let bare = media("http://h/a.mp4", "video/mp4");
        let full = Media {
            bytes: Some(7),
            sha256: Some([1; 32]),
            ..bare.clone()
        };
        let asset = choose(&[bare, full]).unwrap();
        assert_eq!((asset.size, asset.sha256), (AssetSize::Approx(7), Some([1; 32])));
    }
}
