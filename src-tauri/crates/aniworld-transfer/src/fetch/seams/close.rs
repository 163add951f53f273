//! The meeting points that no connection compared on its way: their bytes are asked for once more.

use tokio::time::timeout;

use super::{OVERLAP, is_same};
use crate::TransferError;
use crate::fetch::answer::Verdict;
use crate::fetch::job::Job;
use crate::http::{Asking, failure};
use crate::journal::{Journal, Validator};

/// Asks once more for the bytes around meeting points that no connection compared, and compares them.
pub(in crate::fetch) async fn close(job: &Job<'_>) -> Result<(), TransferError> {
    loop {
        let (at, total, journal) = {
            let board = job.board();
            let (Some(&at), Some(total)) = (board.part.open_seams().first(), board.total) else {
                return Ok(());
            };
            (at, total, board.part.journal().cloned())
        };
        let range = (at.saturating_sub(OVERLAP), Some((at + OVERLAP).min(total)));
        let bytes = ask_again(job, range, journal.as_ref()).await?;
        let mut board = job.board();
        if !is_same(&**board.part.file(), range.0, &bytes).map_err(|error| board.part.failed(&error))? {
            return Err(TransferError::BadAnswer {
                detail: format!("two answers differ about the bytes at {at}"),
            });
        }
        board.part.close_seam(at);
    }
}

/// The bytes of a short range, whole.
async fn ask_again(
    job: &Job<'_>,
    range: (u64, Option<u64>),
    journal: Option<&Journal>,
) -> Result<Vec<u8>, TransferError> {
    let asking = Asking {
        range: Some(range),
        if_range: journal
            .and_then(|journal| journal.validator.as_ref())
            .map(Validator::as_str),
        ..Asking::default()
    };
    let reply = job.unless_stopped(job.ask(&job.request.url, &asking)).await??;
    let end = match job.judged(&reply, Some(range), journal)? {
        Verdict::Part { end, .. } => end,
        Verdict::Whole { .. } | Verdict::Coded => {
            let detail = "the server does not send parts of this file any more".to_owned();
            return Err(TransferError::BadAnswer { detail });
        }
    };
    let (mut response, url) = (reply.response, reply.url);
    let mut bytes = Vec::new();
    let patience = job.request.retry.stall;
    while bytes.len() as u64 <= end - range.0 {
        let chunk = job
            .unless_stopped(timeout(patience, response.chunk()))
            .await?
            .map_err(|_| TransferError::Stalled {
                host: crate::host_of(&url),
                after: patience,
            })?
            .map_err(|error| failure::in_body(&url, &error, bytes.len() as u64, Some(end - range.0)))?;
        match chunk {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    if bytes.len() as u64 == end - range.0 {
        Ok(bytes)
    } else {
        let (received, expected) = (bytes.len() as u64, end - range.0);
        Err(TransferError::Short { received, expected })
    }
}
