//! One track from its first piece to its last: resumed, proven, and read again where its addresses expire.

use std::path::PathBuf;

use super::inspect::recognise;
use super::job::{StreamJob, StreamKind};
use super::one_file::{self, only_piece};
use super::pieces::{Stop, bring, estimate, prove};
use super::same::{fingerprint, is_same};
use super::{Container, Track};
use crate::TransferError;
use crate::fetch::job::blocking;
use crate::journal::{self, Journal};
use crate::part::{PieceFile, Place};

/// One track on its way.
#[derive(Debug)]
pub(super) struct Line {
    /// Its place in the plan, where it is found again when the plan is read again.
    pub(super) index: usize,
    pub(super) track: Track,
    pub(super) part: PieceFile,
    /// ffmpeg will read it.
    pub(super) joined: bool,
}

impl Line {
    /// Whether it is fetched as one ordinary file, beside its part file.
    pub(super) fn is_one_file(&self) -> bool {
        only_piece(&self.track).is_some()
    }

    /// Where its bytes are.
    pub(super) fn file(&self) -> PathBuf {
        if self.is_one_file() {
            one_file::beside(self.part.path())
        } else {
            self.part.path().to_path_buf()
        }
    }

    /// What its bytes turned out to be, or what the playlist says before any came.
    pub(super) fn container(&self) -> Container {
        self.part.log().container.unwrap_or(self.track.container)
    }

    /// Takes over what an earlier run left, as far as it reads back right.
    pub(super) fn go_on(&mut self, job: &StreamJob<'_>) -> Result<(), TransferError> {
        let fingerprint = fingerprint(&self.track);
        if self.is_one_file() {
            if self.part.log().fingerprint == fingerprint {
                return Ok(());
            }
            return blocking(|| {
                self.remove_file(job)?;
                self.part.begin(&fingerprint)?;
                self.part.save()
            });
        }
        let pieces = self.track.pieces.len();
        blocking(|| self.part.go_on(&fingerprint, pieces, || job.control.check()))
    }

    /// How many bytes an earlier run left of it.
    pub(super) fn kept(&self, job: &StreamJob<'_>) -> u64 {
        if !self.is_one_file() {
            return self.part.bytes();
        }
        let disk = &*job.engine.disk;
        let file = self.file();
        if disk.exists(&file) {
            return disk.open_part(&file).and_then(|file| file.len()).unwrap_or(0);
        }
        let text = disk.read(&Place::of(&file).journal, journal::MAX_BYTES).ok();
        let journal = text.and_then(|text| Journal::parse(&text));
        journal.map_or(0, |journal| journal.done.bytes())
    }

    /// Keeps what can be resumed; where nothing came, nothing stays.
    pub(super) fn keep(self, job: &StreamJob<'_>) -> Result<(), TransferError> {
        let empty = self.part.count() == 0 && self.kept(job) == 0;
        if empty && !self.part.is_foreign() {
            return self.discard(job);
        }
        self.part.keep()
    }

    /// Removes what is there of it, for good.
    pub(super) fn discard(self, job: &StreamJob<'_>) -> Result<(), TransferError> {
        if self.is_one_file() {
            self.remove_file(job)?;
        }
        self.part.discard()
    }

    fn remove_file(&self, job: &StreamJob<'_>) -> Result<(), TransferError> {
        let file = self.file();
        crate::part::discard_on(&job.engine.disk, &file)?;
        let removed = job.engine.disk.remove(&file);
        removed.map(drop).map_err(|error| self.part.failed(&error))
    }

    /// Brings what is missing. Where addresses expire, the playlists are read again; each time at least one
    /// more piece must come.
    pub(super) async fn bring(&mut self, job: &StreamJob<'_>, kind: StreamKind) -> Result<(), TransferError> {
        job.track_begins(self.part.bytes(), estimate(&self.track, &self.part));
        if let Some(piece) = only_piece(&self.track) {
            let piece = piece.clone();
            return self.bring_file(job, &piece).await;
        }
        let mut reloaded_at = None;
        loop {
            let stopped = match self.try_once(job, reloaded_at.is_some()).await {
                Ok(()) => break,
                Err(stopped) => stopped,
            };
            match stopped {
                Stop::Expired(_) if reloaded_at != Some(self.part.count()) => {}
                Stop::Failed(cause) | Stop::Expired(cause) => return Err(cause),
            }
            reloaded_at = Some(self.part.count());
            self.reload(job, kind).await?;
        }
        self.part.note(|log| log.whole = true);
        blocking(|| self.part.save())
    }

    async fn bring_file(&mut self, job: &StreamJob<'_>, piece: &super::Piece) -> Result<(), TransferError> {
        let file = self.file();
        // under this name it is whole: an earlier run came so far
        if !job.engine.disk.exists(&file) {
            one_file::fetch_track(job, self.track.kind, piece, &file).await?;
        }
        let worded = |error| self.part.failed(&error);
        let (container, bytes) = blocking(|| {
            let open = job.engine.disk.open_part(&file).map_err(worded)?;
            let mut start = vec![0; 1024];
            let read = open.read_at(&mut start, 0).map_err(worded)?;
            Ok::<_, TransferError>((recognise(&start[..read]), open.len().map_err(worded)?))
        })?;
        job.nothing_arrives(bytes, Some(bytes));
        self.part.note(|log| {
            log.container = container;
            log.whole = true;
        });
        blocking(|| self.part.save())
    }

    async fn try_once(&mut self, job: &StreamJob<'_>, in_this_run: bool) -> Result<(), Stop> {
        if !prove(job, &self.track, &self.part).await? {
            if in_this_run {
                return Err(TransferError::FileChanged.into());
            }
            tracing::debug!("the stream is not the one that an earlier run left pieces of");
            blocking(|| self.part.begin(&fingerprint(&self.track)))?;
            job.versions.forget();
        }
        bring(job, &self.track, &mut self.part, self.joined).await
    }

    /// Reads the playlists again: the same pieces, with fresh addresses.
    async fn reload(&mut self, job: &StreamJob<'_>, kind: StreamKind) -> Result<(), TransferError> {
        let plan = job.load(kind).await?;
        let fresh = plan.tracks.into_iter().nth(self.index);
        let fresh = fresh.filter(|fresh| is_same(&self.track, fresh));
        self.track = fresh.ok_or(TransferError::FileChanged)?;
        job.versions.forget();
        Ok(())
    }
}
