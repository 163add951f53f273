//! Compares a whole file with what was promised. Must not know how it came.

use std::io::Read;

use super::job::{Job, blocking};
use super::{TransferEvent, TransferPhase};
use crate::checksum::Hasher;
use crate::part::Part;
use crate::{Checksum, TransferError};

/// Read and hashed at once; between two of these the owner may stop it and other tasks run.
const BLOCK_BYTES: usize = 1 << 20;

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
    for promised in &job.request.checksums {
        let found = checksum(job, part, promised).await?;
        if found != *promised {
            let detail = format!("the {} should be {promised} and is {found}", promised.algorithm());
            return Err(TransferError::Mismatch { detail });
        }
    }
    Ok(())
}

/// The checksum of the bytes as the file gives them back, of the promised kind.
async fn checksum(job: &Job<'_>, part: &Part, promised: &Checksum) -> Result<Checksum, TransferError> {
    let mut hasher = Hasher::of(promised);
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
    Ok(hasher.finish())
}
