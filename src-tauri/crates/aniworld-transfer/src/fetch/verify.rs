//! Compares a whole file with what was promised. Must not know how it came.

use std::sync::Arc;

use super::job::{Job, blocking};
use super::{TransferEvent, TransferPhase};
use crate::check::{CheckError, Verdict, check};
use crate::checksum::Hasher;
use crate::{Checksum, Expects, Proof, TransferError};

/// Read and hashed at once; between two of these the owner may stop it and other tasks run.
const BLOCK_BYTES: usize = 1 << 20;

/// Compares size, checksums and container, as far as they are known and asked for.
pub(super) async fn verify(job: &Job<'_>) -> Result<Proof, TransferError> {
    // a part that was whole before has waited for nothing yet
    job.control.check()?;
    job.observer.event(TransferEvent::Phase(TransferPhase::Verifying));
    let (bytes, end_by_closing) = {
        let board = job.board();
        (board.part.done().end(), board.end_by_closing)
    };
    if let Some(expected) = job.request.expected_bytes
        && expected != bytes
    {
        let detail = format!("{expected} bytes were promised, {bytes} came");
        return Err(TransferError::Mismatch { detail });
    }
    for promised in &job.request.checksums {
        let found = checksum(job, promised, bytes).await?;
        if found != *promised {
            let detail = format!("the {} should be {promised} and is {found}", promised.algorithm());
            return Err(TransferError::Mismatch { detail });
        }
    }
    if !job.request.checksums.is_empty() {
        return Ok(Proof::Whole);
    }
    let whole_by_container = job.request.expects == Expects::Media && check_container(job, bytes)?;
    Ok(if whole_by_container || !end_by_closing {
        Proof::Whole
    } else {
        Proof::Unverified
    })
}

/// Whether the container shows that every byte is there. One whose parts do not quite fit is taken if all of it came
/// in one answer: then it is what the server has.
fn check_container(job: &Job<'_>, bytes: u64) -> Result<bool, TransferError> {
    let file = Arc::clone(job.board().part.file());
    let broken = |container: &str, what: String| TransferError::BrokenMedia {
        container: container.to_owned(),
        what,
    };
    match blocking(|| check(&*file, bytes)) {
        Ok(Verdict::Whole { .. }) => Ok(true),
        Ok(Verdict::Unknown) => Ok(false),
        Ok(Verdict::Doubtful { container, what }) if job.board().is_patched() => {
            Err(broken(&container.to_string(), what))
        }
        Ok(Verdict::Doubtful { container, what }) => {
            tracing::info!(%container, what, "a file is taken as the server has it");
            Ok(false)
        }
        Err(CheckError::Broken { container, what }) => Err(broken(&container.to_string(), what)),
        Err(CheckError::NotMedia { what: "a web page" }) => Err(TransferError::WebPage),
        Err(CheckError::NotMedia { what }) => Err(broken("media", format!("it is {what}"))),
        Err(CheckError::Io(error)) => Err(job.board().part.failed(&error)),
    }
}

/// The checksum of the bytes as the file gives them back, of the promised kind.
async fn checksum(job: &Job<'_>, promised: &Checksum, bytes: u64) -> Result<Checksum, TransferError> {
    let mut hasher = Hasher::of(promised);
    let mut block = vec![0; BLOCK_BYTES];
    let file = Arc::clone(job.board().part.file());
    let mut at = 0;
    while at < bytes {
        job.control.check()?;
        let most = usize::try_from(bytes - at)
            .unwrap_or(BLOCK_BYTES)
            .min(BLOCK_BYTES);
        let read = blocking(|| {
            let read = file.read_at(&mut block[..most], at)?;
            hasher.update(&block[..read]);
            Ok(read)
        });
        match read {
            Ok(0) => break,
            Ok(read) => at += read as u64,
            Err(error) => return Err(job.board().part.failed(&error)),
        }
        tokio::task::yield_now().await;
    }
    Ok(hasher.finish())
}
