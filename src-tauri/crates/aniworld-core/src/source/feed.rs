//! Feeds: RSS 2.0 with the words of Apple, Podcasting 2.0 and Media RSS, Atom, and JSON Feed.
//!
//! One feed is one series. Most show only their newest items, and a listing says so. Must not fetch
//! a single byte of video.

mod date;
mod entity;
mod item;
mod json;
mod media;
mod page;
mod series;
mod sri;
mod xml;

use std::collections::HashSet;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use url::Url;

pub(super) use page::{NoFeed, Page};

use super::address::{host, shown};
use super::document::Document;
use super::{Completeness, Listing, Net, OfferedSeries, Source, SourceError, SourceKind};
use page::MAX_ITEMS;
use series::Episodes;

/// Asked of every server that has a feed.
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, \
                      application/json;q=0.9, */*;q=0.5";
/// 5,000 items with long descriptions took 11 MB.
pub(super) const FEED_BYTES: u64 = 32 << 20;
const MAX_PAGES: usize = 200;
/// One feed holds one series, and its address may change.
const SERIES_KEY: &str = "channel";

/// A feed as a source.
#[derive(Debug, Clone)]
pub(super) struct Feed {
    url: Url,
}

impl Feed {
    pub(super) fn new(url: Url) -> Self {
        Self { url }
    }

    async fn read(&self, net: &Net) -> Result<Listing, SourceError> {
        let (at, first) = fetch(net, &self.url).await?;
        let mut reading = Reading::new(self.url.clone(), at);
        let title = first.title().map_or_else(|| host(&self.url), str::to_owned);
        let description = first.head.description.clone();
        let mut older = reading.take(first);
        while let Some(url) = older {
            older = match fetch(net, &url).await {
                Ok((_, page)) => reading.take(page),
                Err(error) => {
                    reading.partial = Some(format!("page {}: {error}", reading.pages + 1));
                    None
                }
            };
        }
        if reading.episodes.all.is_empty() {
            return Err(SourceError::Empty {
                url: shown(&self.url),
            });
        }
        let completeness = reading.completeness();
        let Episodes {
            all: episodes,
            warnings,
            ..
        } = reading.episodes;
        let series = OfferedSeries {
            key: SERIES_KEY.to_owned(),
            title,
            description,
            episodes,
        };
        Ok(Listing {
            series: vec![series],
            completeness,
            warnings,
        })
    }
}

impl Source for Feed {
    fn kind(&self) -> SourceKind {
        SourceKind::Feed
    }

    fn list<'a>(&'a self, net: &'a Net) -> BoxFuture<'a, Result<Listing, SourceError>> {
        self.read(net).boxed()
    }
}

async fn fetch(net: &Net, url: &Url) -> Result<(Url, Page), SourceError> {
    let document = net.fetch(url, ACCEPT, FEED_BYTES).await?;
    Ok((document.final_url.clone(), read(&document)?))
}

/// Reads a document that should be a feed.
fn read(document: &Document) -> Result<Page, SourceError> {
    let url = || shown(&document.final_url);
    if document.bytes.trim_ascii().is_empty() {
        return Err(SourceError::Empty { url: url() });
    }
    Page::read(document).map_err(|error| match error {
        NoFeed::Other => SourceError::NotAListing { url: url() },
        NoFeed::Broken(detail) => SourceError::BadData { url: url(), detail },
    })
}

/// The pages of a feed, as far as they were read.
struct Reading {
    episodes: Episodes,
    visited: HashSet<Url>,
    pages: usize,
    items: usize,
    complete: bool,
    cut: bool,
    partial: Option<String>,
}

impl Reading {
    fn new(asked: Url, answered: Url) -> Self {
        Self {
            episodes: Episodes::default(),
            visited: HashSet::from([asked, answered]),
            pages: 0,
            items: 0,
            complete: false,
            cut: false,
            partial: None,
        }
    }

    /// Takes a page; the address of the next one when there is a new one to read.
    fn take(&mut self, page: Page) -> Option<Url> {
        self.pages += 1;
        self.complete |= page.head.complete && self.pages == 1;
        self.cut |= page.cut;
        for item in page.items {
            if self.items == MAX_ITEMS {
                self.cut = true;
                break;
            }
            self.items += 1;
            self.episodes.add(item, page.head.serial);
        }
        if page.broken.is_some() {
            self.partial = page.broken;
        }
        let next = page
            .head
            .next
            .filter(|url| !self.complete && !self.cut && self.visited.insert(url.clone()))?;
        if self.pages == MAX_PAGES {
            self.partial = Some(format!("only the first {MAX_PAGES} pages were read"));
            return None;
        }
        Some(next)
    }

    fn completeness(&self) -> Completeness {
        match &self.partial {
            Some(what) => Completeness::Partial { what: what.clone() },
            None if self.cut => Completeness::Truncated {
                limit: MAX_ITEMS as u64,
            },
            None if self.complete => Completeness::Complete,
            None => Completeness::Window,
        }
    }
}

#[cfg(test)]
mod tests;
