//! From what a user typed to the sources that can be read there.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use url::Url;

use super::address::{host, is_at_home, resolve, shown};
use super::directory::{self, folder_name, folder_of};
use super::document::Document;
use super::feed;
use super::{Candidate, Net, SourceError, SourceKind};

/// What a page may offer; more are not looked at.
const MAX_ALTERNATES: usize = 20;
/// Types of feeds in `<link rel="alternate">`.
const FEED_TYPES: [&str; 4] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
];

/// Finds out what can be read at `input`, with one request.
///
/// Several candidates come from a web page that names several feeds; none of them was read yet.
/// Fails with [`SourceError::InvalidUrl`] before any request when `input` is no address, and with
/// [`SourceError::NotAListing`] when there is nothing to read.
pub async fn probe(net: &Net, input: &str) -> Result<Vec<Candidate>, SourceError> {
    let url = address_in(input)?;
    let document = net.fetch(&url, directory::ACCEPT, feed::FEED_BYTES).await?;
    recognise(&document)
}

/// The address that a user means: with a scheme, or as a host and what follows it.
fn address_in(input: &str) -> Result<Url, SourceError> {
    let input = input.trim();
    let invalid = || SourceError::InvalidUrl(input.to_owned());
    if input.chars().any(|c| c.is_whitespace() || c.is_control()) && !input.contains("://") {
        return Err(invalid());
    }
    let url = if input.contains("://") {
        Url::parse(input).map_err(|_| invalid())?
    } else if looks_like_host(input) {
        let safe = Url::parse(&format!("https://{input}")).map_err(|_| invalid())?;
        // Servers at home rarely have a certificate.
        if is_at_home(&safe) {
            Url::parse(&format!("http://{input}")).map_err(|_| invalid())?
        } else {
            safe
        }
    } else {
        return Err(invalid());
    };
    let usable =
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    if usable { Ok(url) } else { Err(invalid()) }
}

/// `example.org/a`, `nas:8080`, `192.168.1.2`, `[::1]/x`: but not `mailto:a@b` nor a single word.
fn looks_like_host(input: &str) -> bool {
    let authority = input.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.starts_with('[') {
        return true;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_name = host
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
        && host.starts_with(char::is_alphanumeric)
        && host.ends_with(char::is_alphanumeric);
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    is_name && port.is_none_or(is_port) && (host.contains('.') || host == "localhost" || port.is_some())
}

fn recognise(document: &Document) -> Result<Vec<Candidate>, SourceError> {
    let url = shown(&document.final_url);
    if document.bytes.trim_ascii().is_empty() {
        return Err(SourceError::Empty { url });
    }
    match feed::Page::read(document) {
        Ok(page) => return Ok(vec![feed_at(document, page.title())]),
        Err(feed::NoFeed::Broken(detail)) if !is_page(document) => {
            return Err(SourceError::BadData { url, detail });
        }
        Err(feed::NoFeed::Other | feed::NoFeed::Broken(_)) => {}
    }
    match directory::Page::read(document) {
        Ok(_) => return Ok(vec![directory_at(document)]),
        Err(directory::NoPage::WebPage) => {}
        Err(directory::NoPage::Broken(detail)) => return Err(SourceError::BadData { url, detail }),
    }
    let found = alternates(document);
    if found.is_empty() {
        Err(SourceError::NotAListing { url })
    } else {
        Ok(found)
    }
}

/// Whether the document calls itself a web page; its XML need not be whole.
fn is_page(document: &Document) -> bool {
    document
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.contains("html"))
}

fn feed_at(document: &Document, title: Option<&str>) -> Candidate {
    let name = title.map_or_else(|| host(&document.final_url), str::to_owned);
    Candidate {
        kind: SourceKind::Feed,
        name,
        url: document.permanent_url.clone(),
    }
}

fn directory_at(document: &Document) -> Candidate {
    let url = folder_of(&document.permanent_url);
    Candidate {
        kind: SourceKind::Directory,
        name: folder_name(&url),
        url,
    }
}

/// The feeds that a web page names.
fn alternates(document: &Document) -> Vec<Candidate> {
    let text = document.text();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut found: Vec<Candidate> = Vec::new();
    for Ok(token) in Tokenizer::new_with_emitter(text.as_str(), emitter) {
        let Token::StartTag(tag) = token else { continue };
        if tag.name.as_slice() != b"link" || found.len() == MAX_ALTERNATES {
            continue;
        }
        let value = |name: &[u8]| {
            tag.attributes
                .get(name)
                .map(|value| String::from_utf8_lossy(value).into_owned())
        };
        let is_feed = value(b"rel").is_some_and(|rel| rel.eq_ignore_ascii_case("alternate"))
            && value(b"type")
                .is_some_and(|kind| FEED_TYPES.iter().any(|feed| kind.eq_ignore_ascii_case(feed)));
        let Some(url) = value(b"href")
            .filter(|_| is_feed)
            .and_then(|href| resolve(&document.final_url, &href))
        else {
            continue;
        };
        if found.iter().all(|candidate| candidate.url != url) {
            let name = value(b"title")
                .filter(|title| !title.trim().is_empty())
                .unwrap_or_else(|| host(&url));
            found.push(Candidate {
                kind: SourceKind::Feed,
                name,
                url,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests;
