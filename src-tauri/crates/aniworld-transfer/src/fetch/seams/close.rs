//! The meeting points that no connection compared on its way: their bytes are asked for once more.

use std::pin::pin;

use tokio::time::{Instant, sleep, sleep_until};

use super::{OVERLAP, is_same};
use crate::TransferError;
use crate::fetch::answer::Verdict;
use crate::fetch::job::Job;
use crate::fetch::opening::ask_for_part;
use crate::fetch::watch::Watchdog;
use crate::http::failure;
use crate::journal::Journal;

/// Asks once more for the bytes around meeting points that no connection compared, and compares them.
pub(in crate::fetch) async fn close(job: &Job<'_>) -> Result<(), TransferError> {
    while let Some((at, total, journal)) = next(job) {
        let range = (at.saturating_sub(OVERLAP), (at + OVERLAP).min(total));
        let bytes = ask_again(job, range, &journal).await?;
        let mut board = job.board();
        let same = is_same(&**board.part.file(), range.0, &bytes);
        if !same.map_err(|error| board.part.failed(&error))? {
            return Err(bad(format!("two answers differ about the bytes at {at}")));
        }
        if range.0 + bytes.len() as u64 <= at {
            return Err(bad(format!("the bytes at {at} do not come a second time")));
        }
        board.part.close_seam(at);
    }
    Ok(())
}

fn next(job: &Job<'_>) -> Option<(u64, u64, Journal)> {
    let board = job.board();
    let at = board.part.open_seams().first().copied()?;
    Some((at, board.total?, board.part.journal().cloned()?))
}

/// The bytes of a short range, as many as the server sends of it at once.
async fn ask_again(job: &Job<'_>, range: (u64, u64), journal: &Journal) -> Result<Vec<u8>, TransferError> {
    let no_parts = || bad("the server does not send parts of this file any more".to_owned());
    let validator = journal.validator.as_ref().ok_or_else(no_parts)?;
    let asked = (range.0, Some(range.1));
    let reply = ask_for_part(job, &job.request.url, asked, validator).await?;
    let end = match job.judged_part(&reply, asked, Some(journal))? {
        Verdict::Part { end, .. } => end,
        Verdict::Whole { .. } | Verdict::Coded => return Err(no_parts()),
    };
    let (mut response, url) = (reply.reply.response, reply.reply.url);
    let host = crate::host_of(&url);
    let mut ticket = job.engine.limits.ticket(&host, job.control.limit());
    let mut watchdog = Watchdog::new(job.request.retry.stall, Instant::now());
    let mut bytes = Vec::new();
    while bytes.len() as u64 <= end - range.0 {
        let chunk = tokio::select! {
            biased;
            chunk = job.control.unless_stopped(response.chunk()) => chunk?,
            () = sleep_until(watchdog.deadline()) => {
                watchdog.check(&host, Instant::now())?;
                continue;
            }
        };
        let chunk =
            chunk.map_err(|error| failure::in_body(&url, &error, bytes.len() as u64, Some(end - range.0)))?;
        let Some(chunk) = chunk else { break };
        watchdog.came(chunk.len(), Instant::now());
        let rest = ticket.take(chunk.len(), Instant::now());
        if !rest.is_zero() {
            job.control.unless_stopped(pin!(sleep(rest))).await?;
            watchdog.rested(Instant::now());
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.len() as u64 == end - range.0 {
        Ok(bytes)
    } else {
        let (received, expected) = (bytes.len() as u64, end - range.0);
        Err(TransferError::Short { received, expected })
    }
}

fn bad(detail: String) -> TransferError {
    TransferError::BadAnswer { detail }
}
