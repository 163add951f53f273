//! A track that is one ordinary file, however large: fetched as one, with all that is proven there.

use std::path::{Path, PathBuf};

use super::job::StreamJob;
use super::{Piece, StreamRefusal, Track, TrackKind};
use crate::fetch::Ended;
use crate::{Expects, FetchRequest, Fetched, Observer, TransferError, TransferEvent};

/// The only piece of a track that is a whole file and needs no key.
pub(super) fn only_piece(track: &Track) -> Option<&Piece> {
    match track.pieces.as_slice() {
        [only] if only.range.is_none() && only.key.is_none() && only.url.scheme() != "data" => Some(only),
        _ => None,
    }
}

/// Where the file is, by the part file of its track.
pub(super) fn beside(part: &Path) -> PathBuf {
    part.with_extension("file")
}

/// Fetches it as the file that is wanted. Headers of the request go to their own origin only.
pub(super) async fn fetch(
    job: &StreamJob<'_>,
    piece: &Piece,
    target: &Path,
    observer: &dyn Observer,
) -> Result<Fetched, TransferError> {
    let request = FetchRequest {
        url: piece.url.clone(),
        target: target.to_path_buf(),
        // what was promised is a size of the playlist
        expected_bytes: None,
        ..job.request.clone()
    };
    fetch_as(job, request, observer).await
}

/// Fetches it as one track of the file that is wanted.
pub(super) async fn fetch_track(
    job: &StreamJob<'_>,
    kind: TrackKind,
    piece: &Piece,
    target: &Path,
) -> Result<Fetched, TransferError> {
    let request = FetchRequest {
        url: piece.url.clone(),
        target: target.to_path_buf(),
        expected_bytes: None,
        // nobody repairs a file that goes once the other one is made of it
        manifest: false,
        expects: match kind {
            TrackKind::Subtitles => Expects::AnyFile,
            TrackKind::Video | TrackKind::Audio => job.request.expects,
        },
        ..job.request.clone()
    };
    fetch_as(job, request, &Relay(job)).await
}

async fn fetch_as(
    job: &StreamJob<'_>,
    mut request: FetchRequest,
    observer: &dyn Observer,
) -> Result<Fetched, TransferError> {
    if request.url.origin() != job.request.url.origin() {
        request.headers.clear();
    }
    let fetched = Box::pin(crate::fetch::fetch(job.engine, &request, job.control, observer)).await;
    fetched.map_err(|ended| match ended {
        Ended::Failed(error) => error,
        Ended::Stream(_) => {
            StreamRefusal::unsupported("a playlist that names another one as its file").into()
        }
    })
}

/// Tells of the bytes of one file as part of the stream.
struct Relay<'a>(&'a StreamJob<'a>);

impl Observer for Relay<'_> {
    fn event(&self, event: TransferEvent) {
        match event {
            TransferEvent::Progress { bytes, total, .. } => {
                self.0.nothing_arrives(bytes, total);
                self.0.sample();
            }
            TransferEvent::Waiting { .. } | TransferEvent::Noted(_) => self.0.observer.event(event),
            TransferEvent::Started { .. } | TransferEvent::Phase(_) | TransferEvent::Processed { .. } => {}
        }
    }
}
