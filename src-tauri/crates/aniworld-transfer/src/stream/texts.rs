//! Subtitles are looked at before the picture comes: those that no file can hold must not cost all of it.

use tokio::time::sleep;

use super::job::StreamJob;
use super::piece::fetch;
use super::pieces::{Stop, judge};
use super::window::Window;
use super::{Container, PieceRole, StreamPlan, Track, TrackKind};
use crate::TransferError;

/// The tracks that can be had, each with its place in the plan. Subtitles alone are what is wanted, so they stay.
pub(super) async fn readable(
    job: &StreamJob<'_>,
    plan: StreamPlan,
) -> Result<Vec<(usize, Track)>, TransferError> {
    let is_text = |track: &Track| track.kind == TrackKind::Subtitles;
    let all_text = plan.tracks.iter().all(is_text);
    let mut kept = Vec::with_capacity(plan.tracks.len());
    for (index, track) in plan.tracks.into_iter().enumerate() {
        if all_text || !is_text(&track) || is_webvtt(job, &track).await? {
            kept.push((index, track));
        } else {
            let language = track.language.as_deref().unwrap_or_default();
            tracing::info!(language, "these subtitles are left out: no file can hold them");
        }
    }
    Ok(kept)
}

/// Whether its first piece is text of the only kind that is understood. A server that fails is no answer to that:
/// then the track itself tells later.
async fn is_webvtt(job: &StreamJob<'_>, track: &Track) -> Result<bool, TransferError> {
    let Some(first) = track.pieces.iter().find(|piece| piece.role == PieceRole::Media) else {
        return Ok(true);
    };
    let window = Window::new(0);
    let mut failures = 0;
    loop {
        let mut charge = window.charge(0);
        let cause = match job.control.unless_stopped(fetch(job, first, &mut charge)).await? {
            Ok(ready) => {
                job.lost(ready.arrived);
                return Ok(ready.container == Container::WebVtt);
            }
            Err(TransferError::Stream(_)) => return Ok(false),
            Err(cause) => cause,
        };
        failures += 1;
        match judge(job, failures, cause) {
            Ok(pause) => job.control.unless_stopped(sleep(pause)).await?,
            Err(Stop::Failed(TransferError::BadAnswer { .. })) => return Ok(false),
            Err(Stop::Failed(_) | Stop::Expired(_)) => return Ok(true),
        }
    }
}
