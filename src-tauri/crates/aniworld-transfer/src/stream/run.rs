//! A stream from its address to its file: plans it, brings every track, and makes one file of them.

use std::path::Path;
use std::sync::Arc;

use super::finish::finish;
use super::job::{StreamJob, StreamKind};
use super::leftovers::{discard_tracks, tidy, track_target};
use super::line::Line;
use super::one_file::{self, only_piece};
use super::texts::readable;
use super::{Container, StreamPlan, StreamRefusal, Track};
use crate::disk::Disk;
use crate::engine::Shared;
use crate::fetch::job::blocking;
use crate::part::{self, PieceFile, stream_of};
use crate::redact::redacted;
use crate::remux::{Ffmpeg, OutputKind, may_be_found, needs_ffmpeg};
use crate::{Control, FetchRequest, Fetched, Observer, Proof, TransferError, TransferEvent, TransferPhase};

/// Fetches a stream into the target of the request. What `-o` ends with decides what it becomes.
pub(crate) async fn fetch_stream(
    engine: &Shared,
    request: &FetchRequest,
    control: &Control,
    observer: &dyn Observer,
    kind: StreamKind,
) -> Result<Fetched, TransferError> {
    refuse_early(&engine.disk, request)?;
    let job = StreamJob::new(engine, request, control, observer);
    // the lock of the first track is the lock of the whole stream
    let mut first = PieceFile::open(&engine.disk, &request.target)?;
    first.note(|log| log.stream = Some((kind, redacted(&request.url))));
    let mut lines = Lines {
        engine,
        disk: &engine.disk,
        target: &request.target,
        first: Some(first),
        open: Vec::new(),
    };
    match receive(&job, kind, &mut lines).await {
        Ok(fetched) => {
            blocking(|| tidy(&engine.disk, &request.target));
            Ok(fetched)
        }
        Err(error) => {
            if let Err(second) = blocking(|| lines.put_away(&job, &error)) {
                tracing::warn!(%second, "what came so far could not be kept or removed");
            }
            Err(error)
        }
    }
}

fn refuse_early(disk: &Arc<dyn Disk>, request: &FetchRequest) -> Result<(), TransferError> {
    if disk.exists(&request.target) {
        part::sweep(&**disk, &request.target);
        tidy(disk, &request.target);
        let path = request.target.clone();
        return Err(TransferError::Exists { path });
    }
    if !request.checksums.is_empty() {
        // the file is made here, so nobody can know its bytes; a size can only be that of the playlist
        return Err(StreamRefusal::unsupported("a checksum for a file that is made of pieces").into());
    }
    Ok(())
}

/// Whether a request leads to a stream, as far as can be told before a server is asked: by its address, or
/// because an earlier run found it out.
pub(crate) fn known_stream(disk: &dyn Disk, request: &FetchRequest) -> Option<StreamKind> {
    if StreamKind::is_list(&request.target) {
        return None;
    }
    StreamKind::of(&request.url, None, None).or_else(|| {
        let (kind, url) = stream_of(disk, &request.target)?;
        (url == redacted(&request.url)).then_some(kind)
    })
}

/// The open part files of a stream.
struct Lines<'a> {
    engine: &'a Shared,
    disk: &'a Arc<dyn Disk>,
    target: &'a Path,
    /// Until the plan is known.
    first: Option<PieceFile>,
    open: Vec<Line>,
}

impl Lines<'_> {
    fn open(&mut self, tracks: Vec<(usize, Track)>) -> Result<(), TransferError> {
        let joined = tracks.len() > 1 || OutputKind::of(self.target) != Some(OutputKind::MpegTs);
        for (index, track) in tracks {
            let mut part = match self.first.take() {
                Some(first) => first,
                None => PieceFile::open(self.disk, &track_target(self.target, index))?,
            };
            part.checkpoint_every(self.engine.checkpoint_bytes);
            self.open.push(Line {
                index,
                track,
                part,
                joined,
            });
        }
        Ok(())
    }

    /// A cancelled stream leaves no trace; all else is kept.
    fn put_away(self, job: &StreamJob<'_>, error: &TransferError) -> Result<(), TransferError> {
        let cancelled = matches!(error, TransferError::Cancelled);
        let mut outcome = Ok(());
        for line in self.open {
            let done = if cancelled {
                line.discard(job)
            } else {
                line.keep(job)
            };
            outcome = outcome.and(done);
        }
        if let Some(first) = self.first {
            let done = if cancelled { first.discard() } else { first.keep() };
            outcome = outcome.and(done);
        }
        if cancelled {
            outcome = outcome.and(discard_tracks(self.disk, self.target));
        }
        outcome
    }
}

async fn receive(
    job: &StreamJob<'_>,
    kind: StreamKind,
    lines: &mut Lines<'_>,
) -> Result<Fetched, TransferError> {
    let (plan, ffmpeg) = possible(job, kind).await?;
    if let [only] = plan.tracks.as_slice()
        && let Some(piece) = only_piece(only)
        && needs_ffmpeg(&plan, &job.request.target).is_none()
        && only.container != Container::WebVtt
    {
        // an ordinary file: its part file has another form
        if let Some(first) = lines.first.take() {
            blocking(|| first.give_way())?;
        }
        return one_file::fetch(job, piece, &job.request.target, job.observer).await;
    }
    lines.open(readable(job, plan).await?)?;
    for line in &mut lines.open {
        line.go_on(job)?;
    }
    let resumed_from = lines.open.iter().map(|line| line.kept(job)).sum();
    job.observer.event(TransferEvent::Started {
        resumed_from,
        total: None,
    });
    for line in &mut lines.open {
        line.bring(job, kind).await?;
    }
    job.observer.event(TransferEvent::Phase(TransferPhase::Verifying));
    let bytes = finish(job, &mut lines.open, kind, ffmpeg).await?;
    Ok(Fetched {
        bytes,
        resumed_from,
        proof: Proof::Whole,
    })
}

/// The plan of what can become the target here: ffmpeg is looked for before a byte of a piece is fetched, and so
/// is something that it could make.
async fn possible(
    job: &StreamJob<'_>,
    kind: StreamKind,
) -> Result<(StreamPlan, Option<Ffmpeg>), TransferError> {
    let target = &job.request.target;
    if matches!(OutputKind::of(target), None | Some(OutputKind::MpegTs)) {
        // subtitles as text have no place in it
        job.leave_out_subtitles();
    }
    let plan = job.load(kind).await?;
    if needs_ffmpeg(&plan, target).is_none() {
        return Ok((plan, None));
    }
    // the bytes may turn out to be what is wanted
    let is_open = matches!(plan.tracks.as_slice(), [only] if only.container == Container::Unknown);
    if OutputKind::of(target).is_none() && !(is_open && may_be_found(target)) {
        OutputKind::wanted(target)?;
    }
    let missing = match Ffmpeg::find(std::env::var_os("PATH").as_deref()).await {
        Ok(ffmpeg) => return Ok((plan, Some(ffmpeg))),
        Err(missing) => missing,
    };
    job.leave_out_subtitles();
    let plan = job.without_left_out(plan);
    if is_open || needs_ffmpeg(&plan, target).is_none() {
        Ok((plan, None))
    } else {
        Err(missing)
    }
}
