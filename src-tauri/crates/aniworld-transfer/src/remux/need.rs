//! Whether a plan needs ffmpeg to become the wanted file: asked before a single byte of it is fetched.

use std::fmt;
use std::path::Path;

use super::OutputKind;
use crate::stream::{Container, StreamPlan, Track, TrackKind};

/// Why ffmpeg is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyFfmpeg {
    /// Picture, sound or subtitles come apart.
    SeveralTracks,
    /// The stream is wrapped in another way than the file shall be.
    OtherContainer,
}

impl fmt::Display for WhyFfmpeg {
    /// A part of a sentence.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::SeveralTracks => {
                "picture, sound or subtitles of this stream come apart and have to be joined"
            }
            Self::OtherContainer => "this stream has to be wrapped anew for this kind of file",
        })
    }
}

/// Whether ffmpeg is needed to make `target` of a plan, and why. `None`: the bytes of its only track, one
/// piece behind the other, are that file.
pub fn needs_ffmpeg(plan: &StreamPlan, target: &Path) -> Option<WhyFfmpeg> {
    match plan.tracks.as_slice() {
        [only] if is_target(only, target) => None,
        [_] => Some(WhyFfmpeg::OtherContainer),
        _ => Some(WhyFfmpeg::SeveralTracks),
    }
}

fn is_target(track: &Track, target: &Path) -> bool {
    let ending = ending(target);
    if let [whole] = track.pieces.as_slice()
        && whole.range.is_none()
        && ending.is_some()
        && self::ending(Path::new(whole.url.path())) == ending
    {
        return true;
    }
    match track.container {
        Container::Fmp4 => {
            OutputKind::of(target) == Some(OutputKind::Mp4) && ending.as_deref() != Some("mov")
        }
        Container::MpegTs => OutputKind::of(target) == Some(OutputKind::MpegTs),
        Container::PackedAudio => ending.as_deref().is_some_and(is_sound),
        Container::WebVtt => track.kind == TrackKind::Subtitles && ending.as_deref() == Some("vtt"),
        Container::Unknown => false,
    }
}

/// Whether pieces of an unknown kind may turn out to be this file, though nothing can be made for its ending.
pub(crate) fn may_be_found(target: &Path) -> bool {
    ending(target).is_some_and(|ending| is_sound(&ending) || ending == "vtt")
}

/// Whether bare frames of sound have this ending.
fn is_sound(ending: &str) -> bool {
    matches!(ending, "aac" | "mp3" | "ac3" | "ec3")
}

fn ending(path: &Path) -> Option<String> {
    path.extension()?.to_str().map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use url::Url;

    use super::*;
    use crate::stream::{Piece, PieceRole};

    fn plan(tracks: &[(Container, &[&str])]) -> StreamPlan {
        let piece = |address: &&str| Piece {
            url: Url::parse("https://host/").unwrap().join(address).unwrap(),
            range: None,
            role: PieceRole::Media,
            key: None,
            sequence: 0,
            duration: Duration::ZERO,
            discontinuity: false,
            size_hint: None,
        };
        StreamPlan {
            tracks: tracks
                .iter()
                .map(|(container, addresses)| Track {
                    kind: TrackKind::Video,
                    language: None,
                    name: None,
                    container: *container,
                    clock: Duration::ZERO,
                    pieces: addresses.iter().map(piece).collect(),
                })
                .collect(),
        }
    }

    #[test]
    fn one_track_in_its_own_container_needs_none() {
        for (container, addresses, target, wanted) in [
            (Container::MpegTs, &["1.ts", "2.ts"][..], "a.ts", None),
            (Container::Fmp4, &["i.mp4", "1.m4s"], "a.MP4", None),
            (Container::Unknown, &["film.webm?x=1"], "a.webm", None),
            (
                Container::MpegTs,
                &["1.ts"],
                "a.mp4",
                Some(WhyFfmpeg::OtherContainer),
            ),
            (
                Container::Fmp4,
                &["1.m4s"],
                "a.mkv",
                Some(WhyFfmpeg::OtherContainer),
            ),
            (Container::Fmp4, &["1.m4s"], "a", Some(WhyFfmpeg::OtherContainer)),
            (
                Container::Unknown,
                &["1.mp4", "2.mp4"],
                "a.mp4",
                Some(WhyFfmpeg::OtherContainer),
            ),
        ] {
            let found = needs_ffmpeg(&plan(&[(container, addresses)]), Path::new(target));
            assert_eq!(found, wanted, "{container:?} {target}");
        }
    }

    #[test]
    fn several_tracks_always_need_it() {
        let plan = plan(&[(Container::Fmp4, &["v.mp4"]), (Container::Fmp4, &["a.mp4"])]);
        assert_eq!(
            needs_ffmpeg(&plan, Path::new("a.mp4")),
            Some(WhyFfmpeg::SeveralTracks)
        );
    }
}
