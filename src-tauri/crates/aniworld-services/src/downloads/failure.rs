//! Why a job failed, in a form that can be stored and shown again after years.

use std::collections::BTreeMap;

use aniworld_core::app::DownloadFailure;
use serde::{Deserialize, Serialize};

use crate::failure;

/// A failure as a job keeps it: a stable code, an English sentence, and the values in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFailure {
    /// The code, see [`crate::failure`].
    pub code: String,
    /// What happened, in English.
    pub message: String,
    /// Values of the sentence, such as `host`, `path`, `status`.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

impl JobFailure {
    /// A job that ran in two crashes is suspected of being their cause.
    pub(crate) fn quarantine() -> Self {
        Self {
            code: "interrupted".to_owned(),
            message: "the program ended unexpectedly twice while this was being downloaded".to_owned(),
            params: BTreeMap::new(),
        }
    }

    /// The download broke off by a mistake in this program.
    pub(crate) fn broken_off() -> Self {
        Self {
            code: "internal".to_owned(),
            message: "the download broke off by a mistake in this program; its log says more".to_owned(),
            params: BTreeMap::new(),
        }
    }
}

impl From<&DownloadFailure> for JobFailure {
    fn from(failure: &DownloadFailure) -> Self {
        Self {
            code: failure::code(failure).to_owned(),
            message: failure.to_string(),
            params: params(failure),
        }
    }
}

/// The values that a sentence about this failure needs.
fn params(cause: &DownloadFailure) -> BTreeMap<String, String> {
    let one = |name: &str, value: String| BTreeMap::from([(name.to_owned(), value)]);
    match cause {
        DownloadFailure::Transfer(error) => failure::transfer_values(error)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        DownloadFailure::LibraryMissing { path } | DownloadFailure::Folder { path, .. } => {
            one("path", path.display().to_string())
        }
        DownloadFailure::Store(detail) => one("detail", detail.clone()),
    }
}

#[cfg(test)]
mod tests {
    use aniworld_core::transfer::TransferError;

    use super::*;

    #[test]
    fn a_failure_survives_the_store() {
        let failure = JobFailure::from(&DownloadFailure::Transfer(TransferError::HttpStatus {
            status: 404,
            retry_after: None,
        }));
        assert_eq!(failure.code, "not_found");
        assert_eq!(failure.params.get("status").map(String::as_str), Some("404"));
        let json = serde_json::to_string(&failure).unwrap();
        assert_eq!(serde_json::from_str::<JobFailure>(&json).unwrap(), failure);
    }
}
