//! Sources as rows.

use aniworld_core::source::{self, Completeness};
use aniworld_services::store::SourceView;

use super::stamp;
use crate::source::{CompletenessKind, SourceKind, SourceRow};

impl From<&SourceView> for SourceRow {
    fn from(view: &SourceView) -> Self {
        Self {
            id: view.config.id.0,
            kind: view.config.kind.into(),
            name: view.config.name.clone(),
            url: without_credentials(&view.config),
            episodes: view.episodes,
            series: view.series,
            completeness: view.completeness.as_ref().map(Into::into),
            last_read_at: view.last_read_at.map(stamp),
            error: view.error.as_ref().map(Into::into),
        }
    }
}

/// The address as it may be shown. `set_username` and `set_password` fail only on addresses without a host,
/// which have no credentials either.
fn without_credentials(config: &source::SourceConfig) -> String {
    let mut url = config.url.clone();
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

impl From<source::SourceKind> for SourceKind {
    fn from(kind: source::SourceKind) -> Self {
        match kind {
            source::SourceKind::Directory => Self::Directory,
            source::SourceKind::Feed => Self::Feed,
        }
    }
}

impl From<SourceKind> for source::SourceKind {
    fn from(kind: SourceKind) -> Self {
        match kind {
            SourceKind::Directory => Self::Directory,
            SourceKind::Feed => Self::Feed,
        }
    }
}

impl From<&Completeness> for CompletenessKind {
    fn from(completeness: &Completeness) -> Self {
        match completeness {
            Completeness::Complete => Self::Complete,
            Completeness::Window => Self::Window,
            Completeness::Truncated { .. } => Self::Truncated,
            Completeness::Partial { .. } => Self::Partial,
        }
    }
}
