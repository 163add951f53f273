//! A folder listing of a web server, read like a file tree: nginx, Caddy, Apache, lighttpd and
//! whatever else links its files one segment down.
//!
//! Must not know how a library is laid out on disk, nor fetch a single byte of video.

mod crawl;
mod html;
mod json;
mod link;
mod page;
mod series;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use url::Url;

pub(super) use crawl::ACCEPT;
pub(super) use page::{NoPage, Page, folder_of};
pub(super) use series::folder_name;

use super::address::shown;
use super::{Completeness, Listing, Net, Source, SourceError, SourceKind};
use crawl::Bounds;

/// A folder of a web server as a source.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    root: Url,
}

impl Directory {
    pub(super) fn new(root: Url) -> Self {
        Self { root }
    }

    async fn read(&self, net: &Net, bounds: Bounds) -> Result<Listing, SourceError> {
        let found = crawl::walk(net, &self.root, bounds).await?;
        if found.files.is_empty() {
            let all_read = found.completeness == Completeness::Complete;
            let empty = SourceError::Empty {
                url: shown(&found.root),
            };
            return Err(found.first_failure.filter(|_| !all_read).unwrap_or(empty));
        }
        Ok(Listing {
            series: series::group(&found.root, found.files),
            completeness: found.completeness,
            warnings: found.warnings,
        })
    }
}

impl Source for Directory {
    fn kind(&self) -> SourceKind {
        SourceKind::Directory
    }

    fn list<'a>(&'a self, net: &'a Net) -> BoxFuture<'a, Result<Listing, SourceError>> {
        self.read(net, Bounds::DEFAULT).boxed()
    }
}

#[cfg(test)]
mod tests;
