//! Playlists and manifests: what is planned can be fetched, is bounded, and leads nowhere but to the web.

use aniworld_transfer::hls::{self, Playlist, StreamChoice, Variables};
use aniworld_transfer::stream::{MAX_PIECES, Track, TrackKind};
use aniworld_transfer::{dash, hls::is_hls};
use url::Url;

const FOUND_AT: &str = "https://media.test/a/b/index?token=1";

/// Playlists of HLS.
pub(crate) fn m3u8(bytes: &[u8]) {
    let Ok(base) = Url::parse(FOUND_AT) else { return };
    let _ = is_hls(&base, None, Some(bytes));
    match hls::parse(bytes, &base, &Variables::default()) {
        Ok(Playlist::Media(media)) => {
            for kind in [TrackKind::Video, TrackKind::Subtitles] {
                if let Ok(track) = hls::track(&media, &base, kind) {
                    is_sound(&track);
                }
            }
        }
        Ok(Playlist::Master(master)) => {
            if let Ok(chosen) = hls::choose(&master, &StreamChoice::default()) {
                assert!(!chosen.variants.is_empty());
            }
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}

/// Manifests of DASH.
pub(crate) fn mpd(bytes: &[u8]) {
    let (Ok(base), Ok(text)) = (Url::parse(FOUND_AT), str::from_utf8(bytes)) else {
        return;
    };
    let _ = dash::is_dash(&base, None, Some(bytes));
    match dash::plan(text, &base, &StreamChoice::default()) {
        Ok(stream) => {
            assert!(!stream.plan.tracks.is_empty());
            stream.plan.tracks.iter().for_each(is_sound);
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}

fn is_sound(track: &Track) {
    assert!(
        (1..=MAX_PIECES).contains(&track.pieces.len()),
        "{} pieces",
        track.pieces.len()
    );
    for piece in &track.pieces {
        let addresses = [Some(&piece.url), piece.key.as_ref().map(|key| &key.url)];
        for url in addresses.into_iter().flatten() {
            assert!(matches!(url.scheme(), "http" | "https" | "data"), "{url}");
        }
        if let Some(range) = piece.range {
            assert!(
                range.length > 0 && range.offset.checked_add(range.length).is_some(),
                "{range:?}"
            );
        }
    }
}
