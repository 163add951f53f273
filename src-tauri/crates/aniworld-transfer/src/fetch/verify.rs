//! Compares a whole file with what was promised. Must not know how it came.

use std::sync::Arc;

use super::job::{Job, blocking};
use super::{TransferEvent, TransferPhase};
use crate::checksum::Hasher;
use crate::{Checksum, Proof, TransferError};

/// Read and hashed at once; between two of these the owner may stop it and other tasks run.
const BLOCK_BYTES: usize = 1 << 20;

/// Compares size, checksums and container, as far as they are known and asked for.
pub(super) async fn verify(job: &Job<'_>) -> Result<Proof, TransferError> {
    // a part that was whole before has waited for nothing yet
    job.check_signal()?;
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
    let proven = !job.request.checksums.is_empty() || !end_by_closing;
    Ok(if proven { Proof::Whole } else { Proof::Unverified })
}

/// The checksum of the bytes as the file gives them back, of the promised kind.
async fn checksum(job: &Job<'_>, promised: &Checksum, bytes: u64) -> Result<Checksum, TransferError> {
    let mut hasher = Hasher::of(promised);
    let mut block = vec![0; BLOCK_BYTES];
    let file = Arc::clone(job.board().part.file());
    let mut at = 0;
    while at < bytes {
        job.check_signal()?;
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
