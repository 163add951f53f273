//! The keys of a stream: each is fetched once. Must not know what they open.

use std::collections::HashMap;

use tokio::sync::Mutex;
use url::Url;

use super::decrypt::KeyBytes;
use super::job::StreamJob;
use crate::TransferError;

/// Keys that are remembered; a stream that has more of them uses each for a while only.
const MAX_KEYS: usize = 256;
/// A key has 16 bytes; so much is read of what should be one.
const MAX_BYTES: usize = 4 << 10;

/// The keys so far.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: Mutex<HashMap<Url, KeyBytes>>,
}

impl Keys {
    /// The key at an address.
    pub(super) async fn get(&self, job: &StreamJob<'_>, url: &Url) -> Result<KeyBytes, TransferError> {
        // held while it is fetched, so that all pieces that wait for it ask once
        let mut known = self.known.lock().await;
        if let Some(key) = known.get(url) {
            return Ok(*key);
        }
        let bytes = job.document(url, MAX_BYTES).await?.bytes;
        let key = KeyBytes::try_from(bytes.as_slice()).map_err(|_| TransferError::BadAnswer {
            detail: format!("a key of the stream has {} bytes instead of 16", bytes.len()),
        })?;
        if known.len() >= MAX_KEYS {
            known.clear();
        }
        known.insert(url.clone(), key);
        Ok(key)
    }

    /// Forgets a key that opened nothing: the server may have another one by now.
    pub(super) async fn forget(&self, url: &Url) {
        self.known.lock().await.remove(url);
    }
}
