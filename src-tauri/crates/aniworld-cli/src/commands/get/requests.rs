//! From the words of the command line to what the engine is asked for.

use std::path::{Path, PathBuf};

use aniworld_names::extension::is_video;
use aniworld_transfer::hls::StreamChoice;
use aniworld_transfer::{Checksum, Connections, Expects, FetchRequest, RetryPolicy, TransferError};
use url::Url;

use super::list;
use crate::arguments::{Expect, Get};
use crate::failure::Outcome;

/// Extensions of sound, lower case without the dot.
const SOUND: [&str; 9] = ["mp3", "m4a", "mka", "aac", "flac", "ogg", "opus", "wav", "weba"];

/// One request per file.
pub(super) fn of(command: &Get) -> Outcome<Vec<FetchRequest>> {
    let pairs = match (&command.url, &command.output, &command.input, &command.dir) {
        (Some(url), Some(output), _, _) => vec![(address(url)?, output.clone())],
        (_, _, Some(input), Some(dir)) => list::read(input, dir)?,
        // clap lets no other combination through
        _ => Vec::new(),
    };
    let request = |(url, target): (Url, PathBuf)| FetchRequest {
        checksums: checksums(command),
        expects: expects(command.expect, &target),
        connections: command
            .connections
            .map_or_else(Connections::default, Connections::Exactly),
        headers: command.header.clone(),
        manifest: !command.no_manifest,
        choice: StreamChoice {
            max_height: command.max_height,
            audio: command.audio.clone(),
            subtitles: command.subtitles.clone(),
        },
        retry: RetryPolicy {
            tries: command.tries,
            stall: command.stall_timeout,
            cap: command.retry_wait,
            ..RetryPolicy::default()
        },
        ..FetchRequest::new(url, target)
    };
    Ok(pairs.into_iter().map(request).collect())
}

pub(super) fn address(text: &str) -> Result<Url, TransferError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| TransferError::InvalidUrl { url: text.to_owned() })
}

fn checksums(command: &Get) -> Vec<Checksum> {
    let sha256 = command.sha256.map(Checksum::Sha256);
    sha256
        .into_iter()
        .chain(command.checksum.iter().copied())
        .collect()
}

/// What was asked for, else what the name of the file promises.
fn expects(asked: Option<Expect>, target: &Path) -> Expects {
    let extension = target
        .extension()
        .and_then(|text| text.to_str())
        .unwrap_or_default();
    let is_sound = || SOUND.iter().any(|known| known.eq_ignore_ascii_case(extension));
    match asked {
        Some(Expect::Media) => Expects::Media,
        None if is_video(extension) || is_sound() => Expects::Media,
        Some(Expect::Any) | None => Expects::AnyFile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_taken() {
        assert!(address("http://127.0.0.1:1/f").is_ok());
        for wrong in ["", "file", "ftp://h/f", "file:///etc/passwd", "http://"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_name_of_the_file_says_what_must_come() {
        let of = |asked, name: &str| expects(asked, Path::new(name));
        for media in ["a.mkv", "a.MP4", "a.opus"] {
            assert_eq!(of(None, media), Expects::Media, "{media}");
            assert_eq!(of(Some(Expect::Any), media), Expects::AnyFile);
        }
        for other in ["a.bin", "a", "mkv", "a.iso"] {
            assert_eq!(of(None, other), Expects::AnyFile, "{other}");
            assert_eq!(of(Some(Expect::Media), other), Expects::Media);
        }
    }
}
