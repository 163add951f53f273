//! From an address to a plan: reads the playlist, chooses, and reads the playlists that were chosen.

use url::Url;

use super::playlist::{MasterPlaylist, MediaPlaylist, Playlist, Rendition};
use super::{MAX_PLAYLIST_BYTES, StreamChoice, Variables, choose, parse, track};
use crate::TransferError;
use crate::stream::{Container, StreamJob, StreamPlan, StreamRefusal, Track, TrackKind};

/// Reads the playlists of a stream as they are now.
pub(crate) async fn load(
    job: &StreamJob<'_>,
    url: &Url,
    wanted: &StreamChoice,
) -> Result<StreamPlan, TransferError> {
    let found = job.document(url, MAX_PLAYLIST_BYTES).await?;
    let tracks = match parse(&found.bytes, &found.url, &Variables::default())? {
        Playlist::Media(media) => vec![alone(track(&media, &found.url, TrackKind::Video)?)],
        Playlist::Master(master) => chosen(job, &master, &found.url, wanted).await?,
    };
    Ok(StreamPlan { tracks })
}

/// A playlist of pieces does not say what they hold: text in one of its own is no picture.
fn alone(mut track: Track) -> Track {
    if track.container == Container::WebVtt {
        track.kind = TrackKind::Subtitles;
    }
    track
}

async fn chosen(
    job: &StreamJob<'_>,
    master: &MasterPlaylist,
    base: &Url,
    wanted: &StreamChoice,
) -> Result<Vec<Track>, TransferError> {
    let chosen = choose(master, wanted)?;
    let mut tracks = Vec::new();
    let mut failed = None;
    // the same quality on several hosts: the first that answers
    for variant in &chosen.variants {
        match media(job, master, base, &variant.uri, variant.line, TrackKind::Video).await {
            Ok(track) => {
                tracks.push(track);
                break;
            }
            Err(error @ (TransferError::Paused | TransferError::Cancelled | TransferError::Interrupted)) => {
                return Err(error);
            }
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    if let (true, Some(error)) = (tracks.is_empty(), failed) {
        return Err(error);
    }
    let audio = chosen.audio.iter().map(|one| (*one, TrackKind::Audio));
    let subtitles = chosen.subtitles.iter().map(|one| (*one, TrackKind::Subtitles));
    for (rendition, kind) in audio.chain(subtitles) {
        tracks.push(of_rendition(job, master, base, rendition, kind).await?);
    }
    Ok(tracks)
}

async fn of_rendition(
    job: &StreamJob<'_>,
    master: &MasterPlaylist,
    base: &Url,
    rendition: &Rendition,
    kind: TrackKind,
) -> Result<Track, TransferError> {
    let uri = rendition.uri.as_deref().unwrap_or_default();
    let track = media(job, master, base, uri, rendition.line, kind).await?;
    Ok(Track {
        language: rendition.language.clone(),
        name: Some(rendition.name.clone()).filter(|name| !name.is_empty()),
        ..track
    })
}

async fn media(
    job: &StreamJob<'_>,
    master: &MasterPlaylist,
    base: &Url,
    uri: &str,
    line: usize,
    kind: TrackKind,
) -> Result<Track, TransferError> {
    let url = super::plan::resolve(base, uri, line)?;
    let found = job.document(&url, MAX_PLAYLIST_BYTES).await?;
    let media = only_media(parse(&found.bytes, &found.url, &master.variables)?)?;
    Ok(track(&media, &found.url, kind)?)
}

fn only_media(playlist: Playlist) -> Result<MediaPlaylist, StreamRefusal> {
    match playlist {
        Playlist::Media(media) => Ok(media),
        Playlist::Master(_) => Err(StreamRefusal::malformed(
            1,
            "a playlist of qualities names another playlist of qualities",
        )),
    }
}
