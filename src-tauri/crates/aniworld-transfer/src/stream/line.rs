//! One track from its first piece to its last: resumed, proven, and read again where its addresses expire.

use super::Track;
use super::job::{StreamJob, StreamKind};
use super::pieces::{Stop, bring, estimate, prove};
use super::same::{fingerprint, is_same};
use crate::TransferError;
use crate::fetch::job::blocking;
use crate::part::PieceFile;

/// One track on its way.
#[derive(Debug)]
pub(super) struct Line {
    /// Its place in the plan, where it is found again when the plan is read again.
    pub(super) index: usize,
    pub(super) track: Track,
    pub(super) part: PieceFile,
}

impl Line {
    /// Takes over what an earlier run left, as far as it reads back right.
    pub(super) fn go_on(&mut self, job: &StreamJob<'_>) -> Result<(), TransferError> {
        let fingerprint = fingerprint(&self.track);
        let pieces = self.track.pieces.len();
        blocking(|| self.part.go_on(&fingerprint, pieces, || job.check_signal()))
    }

    /// Brings what is missing. Where addresses expire, the playlists are read again; each time at least one
    /// more piece must come.
    pub(super) async fn bring(&mut self, job: &StreamJob<'_>, kind: StreamKind) -> Result<(), TransferError> {
        job.track_begins(self.part.bytes(), estimate(&self.track, &self.part));
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

    async fn try_once(&mut self, job: &StreamJob<'_>, in_this_run: bool) -> Result<(), Stop> {
        if !prove(job, &self.track, &self.part).await? {
            if in_this_run {
                return Err(TransferError::FileChanged.into());
            }
            tracing::debug!("the stream is not the one that an earlier run left pieces of");
            blocking(|| self.part.begin(&fingerprint(&self.track)))?;
            job.versions.forget();
        }
        bring(job, &self.track, &mut self.part).await
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
