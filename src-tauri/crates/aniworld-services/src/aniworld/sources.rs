//! Sources as users add, read and remove them.

use aniworld_core::app::RefreshFailure;
use aniworld_core::source::{self, Candidate, SourceConfig, SourceError, SourceId, SourceKind};

use super::{Aniworld, SourceChangeError};
use crate::store::StoreFailure;

impl From<StoreFailure> for SourceChangeError {
    fn from(failure: StoreFailure) -> Self {
        Self::Store(failure.0)
    }
}

impl Aniworld {
    /// Finds out what a URL is, reads it once and keeps it. If any of that fails, nothing is kept.
    ///
    /// Of a web page that names several feeds the first is taken.
    pub async fn add_source(
        &self,
        url: &str,
        kind: Option<SourceKind>,
        name: Option<String>,
    ) -> Result<SourceConfig, SourceChangeError> {
        let candidates = source::probe(&self.net, url).await?;
        let wanted = |found: &Candidate| kind.is_none_or(|kind| kind == found.kind);
        let mut found = candidates
            .into_iter()
            .find(wanted)
            .ok_or_else(|| SourceError::NotAListing {
                url: url.trim().to_owned(),
            })?;
        if let Some(name) = name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
        {
            found.name = name;
        }
        let address = found.url.clone();
        let known = self
            .store
            .on_blocking(move |store| store.source_with_url(&address))
            .await?;
        if let Some(known) = known {
            return Err(SourceChangeError::Exists { name: known.name });
        }
        let listing = source::open(&config_of(&found)).list(&self.net).await?;
        let added = self
            .store
            .on_blocking(move |store| store.add_source(&found, &listing))
            .await?;
        // somebody else was faster
        added.map_err(|known| SourceChangeError::Exists { name: known.name })
    }

    /// Reads one source again. What it offered before stays when it cannot be read.
    pub async fn refresh_source(&self, id: SourceId) -> Result<(), SourceChangeError> {
        let known = self.store.on_blocking(move |store| store.source(id)).await?;
        let config = known.ok_or(SourceChangeError::Unknown(id.0))?;
        match self.anime.refresh_source(&config).await {
            Ok(_) => Ok(()),
            Err(RefreshFailure::Source(error)) => Err(error.into()),
            Err(RefreshFailure::Store(detail)) => Err(SourceChangeError::Store(detail)),
        }
    }

    /// Forgets a source and what only it offered. Files stay, and so do jobs: they know their address.
    pub async fn remove_source(&self, id: SourceId) -> Result<(), SourceChangeError> {
        if self
            .store
            .on_blocking(move |store| store.remove_source(id))
            .await?
        {
            Ok(())
        } else {
            Err(SourceChangeError::Unknown(id.0))
        }
    }
}

/// A candidate as a source that can be read before it is kept; no stored source has this number.
fn config_of(found: &Candidate) -> SourceConfig {
    SourceConfig {
        id: SourceId(0),
        kind: found.kind,
        name: found.name.clone(),
        url: found.url.clone(),
    }
}
