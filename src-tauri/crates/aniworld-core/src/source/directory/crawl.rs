//! Walks the folders of a server, breadth first and inside bounds. Must not know what a name means.

use std::collections::{HashSet, VecDeque};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use percent_encoding::percent_decode_str;
use url::Url;

use super::page::{Entry, NoPage, Page, folder_of};
use crate::source::address::{shown, without_credentials};
use crate::source::{AssetSize, Completeness, MAX_WARNINGS, Net, SourceError, video};

/// Asked of every server; Caddy then sends JSON, the others what they always send.
pub(crate) const ACCEPT: &str = "application/json, text/html;q=0.8, */*;q=0.5";
/// A listing of 20,000 files took 3.6 MB at most.
const LISTING_BYTES: u64 = 8 << 20;
const AT_ONCE: usize = 2;

/// How far a walk may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Folders below each other, the root not counted.
    pub(super) depth: usize,
    /// Folders in all.
    pub(super) folders: usize,
    /// Entries in all.
    pub(super) entries: usize,
}

impl Bounds {
    /// The bounds of this version.
    pub(super) const DEFAULT: Self = Self {
        depth: 6,
        folders: 500,
        entries: 100_000,
    };
}

/// A video file of the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    /// The folders that lead to it from the root, by name.
    pub(super) folders: Vec<String>,
    /// Its own name.
    pub(super) name: String,
    /// Its path below the root, free of loss.
    pub(super) key: String,
    /// Its address.
    pub(super) url: Url,
    /// Its size.
    pub(super) size: AssetSize,
    /// Its extension, lower case.
    pub(super) extension: String,
}

/// What a walk found.
#[derive(Debug)]
pub(super) struct Found {
    /// The root after redirects.
    pub(super) root: Url,
    /// Video files, by key.
    pub(super) files: Vec<FoundFile>,
    /// How much of the tree this is.
    pub(super) completeness: Completeness,
    /// What was left out.
    pub(super) warnings: Vec<String>,
    /// Why the first folder that failed did so.
    pub(super) first_failure: Option<SourceError>,
}

/// A folder to be read.
struct Folder {
    url: Url,
    names: Vec<String>,
    key: String,
    /// Fingerprints of the folders above: one that looks like one of them is a loop of links.
    above: Vec<u64>,
}

/// Reads the tree below `root`. Fails when the root itself cannot be read.
pub(super) async fn walk(net: &Net, root: &Url, bounds: Bounds) -> Result<Found, SourceError> {
    let root = Folder {
        url: folder_of(root),
        names: Vec::new(),
        key: String::new(),
        above: Vec::new(),
    };
    let (root_url, page) = fetch(net, &root.url).await?;
    let mut walk = Walk::new(bounds, root_url.clone());
    walk.take(
        &Folder {
            url: root_url,
            ..root
        },
        page,
    );
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(folder) = walk.next()
        {
            running.push(async move {
                let page = fetch(net, &folder.url).await;
                (folder, page)
            });
        }
        match running.next().await {
            Some((folder, Ok((_, page)))) => walk.take(&folder, page),
            Some((folder, Err(error))) => walk.failed(&folder, error),
            None => return Ok(walk.finish()),
        }
    }
}

async fn fetch(net: &Net, url: &Url) -> Result<(Url, Page), SourceError> {
    let document = net.fetch(url, ACCEPT, LISTING_BYTES).await?;
    let folder = folder_of(&document.final_url);
    match Page::read(&document) {
        Ok(page) => Ok((folder, page)),
        Err(NoPage::WebPage) => Err(SourceError::NotAListing { url: shown(&folder) }),
        Err(NoPage::Broken(detail)) => Err(SourceError::BadData {
            url: shown(&folder),
            detail,
        }),
    }
}

struct Walk {
    bounds: Bounds,
    root: Url,
    waiting: VecDeque<Folder>,
    visited: HashSet<Vec<u8>>,
    folders: usize,
    entries: usize,
    files: Vec<FoundFile>,
    warnings: Vec<String>,
    truncated: Option<u64>,
    failures: usize,
    first_failure: Option<SourceError>,
}

impl Walk {
    fn new(bounds: Bounds, root: Url) -> Self {
        Self {
            bounds,
            visited: HashSet::from([normalised(&root)]),
            root,
            waiting: VecDeque::new(),
            folders: 1,
            entries: 0,
            files: Vec::new(),
            warnings: Vec::new(),
            truncated: None,
            failures: 0,
            first_failure: None,
        }
    }

    fn next(&mut self) -> Option<Folder> {
        self.waiting.pop_front()
    }

    /// Takes the listing of a folder: files are kept, folders wait for their turn.
    fn take(&mut self, folder: &Folder, page: Page) {
        let fingerprint = page.fingerprint();
        let holds_folders = page.entries.iter().any(|entry| entry.folder);
        if holds_folders && folder.above.contains(&fingerprint) {
            self.warn(format!(
                "{}: looks like a folder above it, and was not followed",
                folder.key
            ));
            return;
        }
        self.truncated = self.truncated.or(page.truncated);
        self.failures += usize::from(page.incomplete);
        for warning in page.warnings {
            self.warn(warning);
        }
        let mut above = folder.above.clone();
        above.push(fingerprint);
        for entry in page.entries {
            if self.entries == self.bounds.entries {
                self.truncated = Some(self.bounds.entries as u64);
                return;
            }
            self.entries += 1;
            if entry.folder {
                self.enqueue(folder, entry, above.clone());
            } else {
                self.keep(folder, entry);
            }
        }
    }

    fn enqueue(&mut self, parent: &Folder, entry: Entry, above: Vec<u64>) {
        if entry.name.starts_with('.') || !self.visited.insert(normalised(&entry.url)) {
            return;
        }
        if parent.names.len() == self.bounds.depth || self.folders == self.bounds.folders {
            self.truncated = Some(self.bounds.folders as u64);
            self.warn(format!(
                "{}{}/: too deep or one folder too many",
                parent.key, entry.key
            ));
            return;
        }
        self.folders += 1;
        let mut names = parent.names.clone();
        names.push(entry.name);
        let key = format!("{}{}/", parent.key, entry.key);
        self.waiting.push_back(Folder {
            url: entry.url,
            names,
            key,
            above,
        });
    }

    fn keep(&mut self, folder: &Folder, entry: Entry) {
        let Some(extension) = video::extension_of(&entry.name) else {
            return;
        };
        // Half-uploaded and resource files hide behind a dot.
        if entry.name.starts_with('.') {
            return;
        }
        self.files.push(FoundFile {
            folders: folder.names.clone(),
            key: format!("{}{}", folder.key, entry.key),
            name: entry.name,
            url: entry.url,
            size: entry.size,
            extension,
        });
    }

    fn failed(&mut self, folder: &Folder, error: SourceError) {
        self.failures += 1;
        self.warn(format!("{}: {error}", folder.key));
        self.first_failure.get_or_insert(error);
    }

    fn warn(&mut self, text: String) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(text);
        }
    }

    fn finish(mut self) -> Found {
        self.files.sort_by(|a, b| a.key.cmp(&b.key));
        let completeness = match (self.failures, self.truncated) {
            (0, None) => Completeness::Complete,
            (0, Some(limit)) => Completeness::Truncated { limit },
            (n, _) => Completeness::Partial {
                what: format!("{n} of {} folders", self.folders),
            },
        };
        Found {
            root: self.root,
            files: self.files,
            completeness,
            warnings: self.warnings,
            first_failure: self.first_failure,
        }
    }
}

/// The same for every way to write an address.
fn normalised(url: &Url) -> Vec<u8> {
    let mut bytes = without_credentials(url)
        .origin()
        .ascii_serialization()
        .into_bytes();
    bytes.extend(percent_decode_str(url.path()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::document::Document;

    fn walk(bounds: Bounds) -> Walk {
        Walk::new(bounds, Url::parse("http://h/").unwrap())
    }

    fn root() -> Folder {
        Folder {
            url: Url::parse("http://h/").unwrap(),
            names: Vec::new(),
            key: String::new(),
            above: Vec::new(),
        }
    }

    /// A listing at `url` with these links.
    fn page(url: &Url, links: &[&str]) -> Page {
        let links: Vec<_> = links.iter().map(|link| format!("<a href='{link}'>")).collect();
        Page::read(&Document::of(
            url.as_str(),
            format!("<h1>Index of</h1>{}", links.concat()),
        ))
        .unwrap()
    }

    fn take(walk: &mut Walk, folder: &Folder, links: &[&str]) {
        walk.take(folder, page(&folder.url, links));
    }

    #[test]
    fn a_folder_that_lists_itself_for_ever_is_followed_once() {
        let mut walk = walk(Bounds::DEFAULT);
        let links = ["link/", "a.mkv"];
        take(&mut walk, &root(), &links);
        let link = walk.next().unwrap();
        take(&mut walk, &link, &links);
        assert!(walk.next().is_none());
        let found = walk.finish();
        assert_eq!(found.files.len(), 1, "the file is not found a second time");
        assert_eq!(found.warnings.len(), 1);
        assert_eq!(found.completeness, Completeness::Complete);
    }

    #[test]
    fn two_shows_with_equal_listings_are_both_read() {
        let mut walk = walk(Bounds::DEFAULT);
        take(&mut walk, &root(), &["A/", "B/"]);
        while let Some(folder) = walk.next() {
            let links: &[&str] = if folder.names.len() == 1 {
                &["Season 1/"]
            } else {
                &["S01E01.mkv"]
            };
            take(&mut walk, &folder, links);
        }
        let keys: Vec<_> = walk.finish().files.into_iter().map(|file| file.key).collect();
        assert_eq!(keys, ["A/Season 1/S01E01.mkv", "B/Season 1/S01E01.mkv"]);
    }

    #[test]
    fn every_bound_is_kept_and_told() {
        let cases = [
            (
                Bounds {
                    depth: 0,
                    ..Bounds::DEFAULT
                },
                500,
            ),
            (
                Bounds {
                    folders: 1,
                    ..Bounds::DEFAULT
                },
                1,
            ),
            (
                Bounds {
                    entries: 2,
                    ..Bounds::DEFAULT
                },
                2,
            ),
        ];
        for (bounds, limit) in cases {
            let mut walk = walk(bounds);
            take(&mut walk, &root(), &["a.mkv", "b.mkv", "c/"]);
            assert!(walk.next().is_none(), "{bounds:?}");
            let found = walk.finish();
            assert_eq!(found.files.len(), 2, "{bounds:?}");
            assert_eq!(
                found.completeness,
                Completeness::Truncated { limit },
                "{bounds:?}"
            );
        }
    }

    #[test]
    fn a_failed_folder_is_told_and_the_others_go_on() {
        let mut walk = walk(Bounds::DEFAULT);
        take(&mut walk, &root(), &["A/", "B/"]);
        let first = walk.next().unwrap();
        walk.failed(&first, SourceError::Timeout { host: "h".to_owned() });
        let second = walk.next().unwrap();
        take(&mut walk, &second, &["x.mkv"]);
        let found = walk.finish();
        assert_eq!(found.files.len(), 1);
        assert_eq!(
            found.completeness,
            Completeness::Partial {
                what: "1 of 3 folders".to_owned()
            }
        );
    }

    #[test]
    fn hidden_files_and_other_files_are_left_alone() {
        let mut walk = walk(Bounds::DEFAULT);
        take(
            &mut walk,
            &root(),
            &["._a.mkv", ".git/", "a.srt", "a.mkv.part", "a.MKV"],
        );
        assert!(walk.next().is_none());
        let found = walk.finish();
        assert_eq!(found.files.len(), 1);
        assert_eq!(found.files[0].extension, "mkv");
    }
}
