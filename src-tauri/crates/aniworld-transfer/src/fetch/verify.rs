//! Compares a whole file with what was promised. Must not know how it came.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::job::{Job, blocking};
use super::{TransferEvent, TransferPhase};
use crate::TransferError;
use crate::part::Part;

/// Read and hashed at once; between two of these the owner may stop it and other tasks run.
const BLOCK_BYTES: usize = 1 << 20;

/// Shown in hexadecimal, as people compare it.
type Checksum = sha2::digest::Output<Sha256>;

/// Compares size and checksum, as far as they are known.
pub(super) async fn verify(job: &Job<'_>, part: &Part) -> Result<(), TransferError> {
    // a part that was whole before has waited for nothing yet
    job.check_signal()?;
    job.observer.event(TransferEvent::Phase(TransferPhase::Verifying));
    if let Some(expected) = job.request.expected_bytes
        && expected != part.written()
    {
        let detail = format!("{expected} bytes were promised, {} came", part.written());
        return Err(TransferError::Mismatch { detail });
    }
    let Some(expected) = job.request.sha256 else {
        return Ok(());
    };
    let (found, expected) = (sha256(job, part).await?, Checksum::from(expected));
    if found != expected {
        let detail = format!("the SHA-256 should be {expected:x} and is {found:x}");
        return Err(TransferError::Mismatch { detail });
    }
    Ok(())
}

/// The SHA-256 of the bytes as the file gives them back.
async fn sha256(job: &Job<'_>, part: &Part) -> Result<Checksum, TransferError> {
    let mut hasher = Sha256::new();
    let mut block = vec![0; BLOCK_BYTES];
    let mut left = part.written();
    let mut file = part.read_back()?;
    while left > 0 {
        job.check_signal()?;
        let most = usize::try_from(left).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
        let read = blocking(|| {
            let read = file.read(&mut block[..most])?;
            hasher.update(&block[..read]);
            Ok(read)
        });
        match read {
            Ok(0) => break,
            Ok(read) => left -= read as u64,
            Err(error) => return Err(part.failed(&error)),
        }
        tokio::task::yield_now().await;
    }
    Ok(hasher.finalize())
}
