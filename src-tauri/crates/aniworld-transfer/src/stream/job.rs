//! What every step of one stream shares: the request, the owner's wishes, whom to tell, and how far it is.

use std::num::NonZeroU64;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rand::Rng;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

use super::keys::Keys;
use super::versions::Versions;
use super::{StreamPlan, Track, TrackKind};
use crate::dash::{self, MAX_MANIFEST_BYTES};
use crate::engine::Shared;
use crate::fetch::pace::{Sampler, delay};
use crate::http::{Asking, Reply, Sender};
use crate::{Control, FetchRequest, Observer, TransferError, TransferEvent};

/// One stream on its way to a file.
pub(crate) struct StreamJob<'a> {
    pub(super) engine: &'a Shared,
    pub(super) request: &'a FetchRequest,
    pub(super) control: &'a Control,
    pub(super) observer: &'a dyn Observer,
    pub(super) keys: Keys,
    pub(super) versions: Versions,
    /// Subtitles have no place in the file that is wanted.
    no_subtitles: AtomicBool,
    tally: Mutex<Tally>,
}

/// How far it is, over all tracks.
#[derive(Debug, Default)]
struct Tally {
    /// Bytes of tracks that are whole.
    earlier: u64,
    /// Bytes of this track that are written.
    written: u64,
    /// Bytes of pieces that are on their way or wait to be written.
    arriving: u64,
    /// All bytes, as far as can be told.
    total: Option<u64>,
    /// The most that was told: a piece that comes again makes nothing less.
    told: u64,
    sampler: Sampler,
}

impl<'a> StreamJob<'a> {
    pub(crate) fn new(
        engine: &'a Shared,
        request: &'a FetchRequest,
        control: &'a Control,
        observer: &'a dyn Observer,
    ) -> Self {
        let limit = request.limit_bytes_per_s.and_then(NonZeroU64::new);
        control.limit().begin_with(limit);
        Self {
            engine,
            request,
            control,
            observer,
            keys: Keys::default(),
            versions: Versions::default(),
            no_subtitles: AtomicBool::new(false),
            tally: Mutex::default(),
        }
    }

    /// Asks for a file, or a range of it.
    pub(super) async fn ask(&self, url: &Url, asking: &Asking<'_>) -> Result<Reply, TransferError> {
        let sender = Sender {
            origin: &self.request.url,
            headers: &self.request.headers,
            patience: self.request.retry.stall,
        };
        self.engine.web.get(url, &sender, asking).await
    }

    /// The pause before the next try, told to the owner.
    pub(super) fn pause_after(&self, failures: u32, cause: TransferError) -> Duration {
        let dice = rand::rng().random_range(0.0..=1.0);
        let pause = delay(&self.request.retry, failures, &cause, dice);
        self.observer.event(TransferEvent::Waiting {
            until: SystemTime::now() + pause,
            tries: failures,
            cause,
        });
        pause
    }

    /// Begins a track with what an earlier run left of it.
    pub(super) fn track_begins(&self, written: u64, total: Option<u64>) {
        let mut tally = self.tally();
        tally.earlier += tally.written;
        (tally.written, tally.arriving) = (written, 0);
        tally.total = total.map(|total| tally.earlier + total);
    }

    /// Pieces that were on their way are not any more.
    pub(super) fn nothing_arrives(&self, written: u64, total: Option<u64>) {
        let mut tally = self.tally();
        (tally.written, tally.arriving) = (written, 0);
        tally.total = total.map(|total| tally.earlier + total);
    }

    /// Bytes of a body came.
    pub(super) fn arrived(&self, bytes: usize) {
        self.tally().arriving += bytes as u64;
    }

    /// Bytes of a body are thrown away.
    pub(super) fn lost(&self, bytes: usize) {
        let mut tally = self.tally();
        tally.arriving = tally.arriving.saturating_sub(bytes as u64);
    }

    /// A piece is written: `arrived` bytes came for it. `total` is what the track will have.
    pub(super) fn wrote(&self, arrived: usize, written: u64, total: Option<u64>) {
        let mut tally = self.tally();
        tally.arriving = tally.arriving.saturating_sub(arrived as u64);
        tally.written = written;
        tally.total = total.map(|total| tally.earlier + total);
    }

    /// Tells how far it is, if it is time to.
    pub(super) fn sample(&self) {
        let mut tally = self.tally();
        let now = tally.earlier + tally.written + tally.arriving;
        if now <= tally.told {
            return;
        }
        if tally.sampler.changed(Instant::now()) {
            tally.told = now;
            let event = TransferEvent::Progress {
                bytes: now,
                total: tally.total.map(|total| total.max(now)),
                limit: None,
            };
            drop(tally);
            self.observer.event(event);
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        // every change is one statement, so a panic elsewhere spoils nothing
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What kind of playlist leads to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StreamKind {
    /// `#EXTM3U`
    Hls,
    /// `<MPD>`
    Dash,
}

impl StreamKind {
    /// What an address, an answer or its first bytes are, see [`crate::hls::is_hls`]; `None`: no stream.
    pub(crate) fn of(url: &Url, content_type: Option<&str>, first_bytes: Option<&[u8]>) -> Option<Self> {
        if crate::hls::is_hls(url, content_type, first_bytes) {
            Some(Self::Hls)
        } else if dash::is_dash(url, content_type, first_bytes) {
            Some(Self::Dash)
        } else {
            None
        }
    }

    /// Whether the playlist itself is wanted as a file.
    pub(crate) fn is_list(target: &Path) -> bool {
        let ending = target.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| {
            ["m3u8", "m3u", "mpd"]
                .iter()
                .any(|list| ending.eq_ignore_ascii_case(list))
        })
    }
}

impl StreamJob<'_> {
    /// Reads the playlists, now.
    pub(super) async fn load(&self, kind: StreamKind) -> Result<StreamPlan, TransferError> {
        let url = &self.request.url;
        let plan = match kind {
            StreamKind::Hls => crate::hls::load(self, url, &self.request.choice).await?,
            StreamKind::Dash => {
                let found = self.document(url, MAX_MANIFEST_BYTES).await?;
                let text = String::from_utf8_lossy(&found.bytes);
                dash::plan(&text, &found.url, &self.request.choice)?.plan
            }
        };
        Ok(self.without_left_out(plan))
    }

    /// From now on plans have no subtitles.
    pub(super) fn leave_out_subtitles(&self) {
        self.no_subtitles.store(true, Ordering::Relaxed);
    }

    /// A plan without what is left out; one of subtitles alone stays.
    pub(super) fn without_left_out(&self, mut plan: StreamPlan) -> StreamPlan {
        let is_text = |track: &Track| track.kind == TrackKind::Subtitles;
        if self.no_subtitles.load(Ordering::Relaxed) && !plan.tracks.iter().all(is_text) {
            plan.tracks.retain(|track| !is_text(track));
        }
        plan
    }
}
