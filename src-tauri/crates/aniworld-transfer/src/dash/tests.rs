//! Manifests of others and of our own, from text to pieces.

use url::Url;

use super::plan;
use crate::hls::{Languages, StreamChoice};
use crate::stream::{StreamRefusal, Track, TrackKind};

mod bombs;
mod expected;
mod public;
mod rules;

/// What becomes of a manifest, in one line.
fn outcome(text: &str, url: &Url) -> String {
    let everything = StreamChoice {
        audio: Languages::All,
        ..StreamChoice::default()
    };
    match plan(text, url, &everything) {
        Ok(stream) => {
            let tracks: Vec<String> = stream.plan.tracks.iter().map(track_line).collect();
            let left_out = stream
                .left_out
                .iter()
                .map(|left_out| format!("without {:?}", left_out.kind));
            tracks
                .into_iter()
                .chain(left_out)
                .collect::<Vec<_>>()
                .join(", ")
                .to_lowercase()
        }
        Err(StreamRefusal::Live) => "live".to_owned(),
        Err(StreamRefusal::Drm { system }) => format!("protected: {system}"),
        Err(StreamRefusal::InitChanges { sequence }) => format!("changes at {sequence}"),
        Err(refusal) => refusal.to_string(),
    }
}

fn track_line(track: &Track) -> String {
    let language = match track.kind {
        TrackKind::Video => "",
        TrackKind::Audio | TrackKind::Subtitles => track.language.as_deref().unwrap_or("-"),
    };
    format!(
        "{:?} {language}{}{}",
        track.kind,
        if language.is_empty() { "" } else { " " },
        track.pieces.len()
    )
}
