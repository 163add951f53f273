//! What feeds of all formats say: a head and its items, in words of our own.

use aniworld_names::EpisodeNumber;
use jiff::civil::Date;
use url::Url;

use super::media::Media;
use super::xml::{Element, Space};
use super::{date, entity, media, sri};

/// The channel.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Its title.
    pub(super) title: Option<String>,
    /// Its description, plain text.
    pub(super) description: Option<String>,
    /// Whether its items are told in order, so that those without a season are season 1.
    pub(super) serial: bool,
    /// Whether it says that it shows everything there is.
    pub(super) complete: bool,
    /// Where older items are.
    pub(super) next: Option<Url>,
}

/// What Apple calls the type of an episode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// An episode.
    #[default]
    Full,
    /// A trailer.
    Trailer,
    /// Bonus material.
    Bonus,
}

/// One item.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// The id that the feed gives it.
    pub(super) id: Option<String>,
    /// The title, with whatever numbers stand in it.
    pub(super) title: Option<String>,
    /// The title alone.
    pub(super) clean_title: Option<String>,
    /// The season.
    pub(super) season: Option<u32>,
    /// The number.
    pub(super) number: Option<EpisodeNumber>,
    /// Its type.
    pub(super) kind: ItemKind,
    /// The day of publication.
    pub(super) published: Option<Date>,
    /// Its files.
    pub(super) files: Vec<Media>,
}

const MAX_DESCRIPTION: usize = 2_000;

impl Head {
    /// Takes a field of the channel.
    pub(super) fn take(&mut self, field: &Element) {
        match (field.space, field.name.as_str()) {
            (Space::Plain | Space::Atom, "title") => {
                self.title = self.title.take().or_else(|| title_of(field));
            }
            (Space::Plain, "description") | (Space::Atom, "subtitle") => {
                self.describe(field.text().unwrap_or_default());
            }
            (Space::Itunes, "type") => {
                self.serial = field
                    .text()
                    .is_some_and(|text| text.eq_ignore_ascii_case("serial"));
            }
            (Space::History, "complete") => self.complete = true,
            (Space::Atom, "link") => self.link(field),
            // RSS 1.0 keeps its items beside the channel.
            (_, "channel") => field.children.iter().for_each(|child| self.take(child)),
            _ => {}
        }
    }

    /// Takes a description, once.
    pub(super) fn describe(&mut self, html: &str) {
        let text = entity::plain(html)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if self.description.is_none() && !text.is_empty() {
            self.description = Some(text.chars().take(MAX_DESCRIPTION).collect());
        }
    }

    fn link(&mut self, link: &Element) {
        let rel = link.attribute("rel").unwrap_or_default();
        // The second leads from a feed to its archive, document by document.
        let is_next = rel == "next" || (rel == "prev-archive" && self.next.is_none());
        if is_next && let Some(url) = address(link, "href") {
            self.next = Some(url);
        }
    }
}

impl Item {
    /// Reads an item of RSS or an entry of Atom.
    pub(super) fn read(element: &Element) -> Self {
        let mut item = Self::default();
        for child in &element.children {
            match child.space {
                Space::Plain | Space::Atom | Space::Dublin => item.basic(child),
                Space::Itunes => item.itunes(child),
                Space::Podcast => item.podcast(child),
                Space::Media => item.media(child),
                Space::History | Space::Other => {}
            }
        }
        item
    }

    fn basic(&mut self, field: &Element) {
        let text = || field.text().map(str::to_owned);
        match field.name.as_str() {
            "title" => self.title = self.title.take().or_else(|| title_of(field)),
            "guid" | "id" => self.id = text(),
            "pubDate" | "published" => self.published = field.text().and_then(date::parse),
            // The day of the last change, when nothing better is there.
            "updated" | "date" => {
                self.published = self.published.or_else(|| field.text().and_then(date::parse));
            }
            "enclosure" => self.files.push(Media {
                main: true,
                ..file(field, "url", "length")
            }),
            "link" => self.link(field),
            _ => {}
        }
    }

    fn link(&mut self, link: &Element) {
        let media = file(link, "href", "length");
        match link.attribute("rel") {
            Some("enclosure") => self.files.push(Media { main: true, ..media }),
            // One generator writes enclosures without saying so; a page is no video and is not chosen.
            None => self.files.push(media),
            Some(_) => {}
        }
    }

    fn itunes(&mut self, field: &Element) {
        let number = || {
            field
                .text()
                .and_then(|text| text.parse::<u32>().ok())
                .filter(|n| *n > 0)
        };
        match field.name.as_str() {
            "title" => self.clean_title = field.text().map(str::to_owned),
            "season" => self.season = self.season.or_else(number),
            "episode" => {
                let plain = number().map(EpisodeNumber::Single);
                self.number = self.number.take().or(plain);
            }
            "episodeType" => {
                self.kind = match field.text().unwrap_or_default().to_ascii_lowercase().as_str() {
                    "trailer" => ItemKind::Trailer,
                    "bonus" => ItemKind::Bonus,
                    _ => ItemKind::Full,
                };
            }
            _ => {}
        }
    }

    fn podcast(&mut self, field: &Element) {
        match field.name.as_str() {
            "season" => self.season = field.text().and_then(|text| text.parse().ok()).or(self.season),
            "episode" => self.number = field.text().and_then(decimal).or_else(|| self.number.take()),
            "alternateEnclosure" => self.alternate(field),
            _ => {}
        }
    }

    fn alternate(&mut self, field: &Element) {
        // Any other relation is something beside the episode.
        if field
            .attribute("rel")
            .is_some_and(|rel| !rel.is_empty() && rel != "default")
        {
            return;
        }
        let hash = field.children.iter().find(|child| child.name == "integrity");
        let sha256 = hash.and_then(|child| sri::sha256(child.attribute("value")?));
        for source in field.children.iter().filter(|child| child.name == "source") {
            self.files.push(Media {
                url: address(source, "uri"),
                mime: source
                    .attribute("contentType")
                    .or_else(|| field.attribute("type"))
                    .map(str::to_owned),
                bytes: field.attribute("length").and_then(media::bytes),
                sha256,
                main: false,
            });
        }
    }

    fn media(&mut self, field: &Element) {
        match field.name.as_str() {
            "group" => field.children.iter().for_each(|child| self.media(child)),
            "content" => {
                let sample = field.attribute("expression") == Some("sample");
                let medium = field.attribute("medium").unwrap_or("video");
                if !sample && medium == "video" {
                    let main = field.attribute("isDefault") == Some("true");
                    self.files.push(Media {
                        main,
                        ..file(field, "url", "fileSize")
                    });
                }
            }
            "title" => {
                self.clean_title = self
                    .clean_title
                    .take()
                    .or_else(|| field.text().map(str::to_owned));
            }
            _ => {}
        }
    }
}

/// A file by the attributes of an element.
fn file(element: &Element, url: &str, length: &str) -> Media {
    Media {
        url: address(element, url),
        mime: element.attribute("type").map(str::to_owned),
        bytes: element.attribute(length).and_then(media::bytes),
        sha256: None,
        main: false,
    }
}

fn address(element: &Element, attribute: &str) -> Option<Url> {
    let reference = element.attribute(attribute).filter(|text| !text.is_empty())?;
    crate::source::address::resolve(&element.base, reference)
}

/// A title; only Atom says when it is HTML, and elsewhere `<2x01>` is a title like any other.
fn title_of(element: &Element) -> Option<String> {
    let text = element.text()?;
    let is_html = element.attribute("type") == Some("html");
    let text = if is_html {
        entity::plain(text)
    } else {
        text.to_owned()
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// `9.5`, or `9` written as `9.0`.
fn decimal(text: &str) -> Option<EpisodeNumber> {
    match text.parse().ok()? {
        EpisodeNumber::Decimal { whole, fraction } if fraction.bytes().all(|digit| digit == b'0') => {
            Some(EpisodeNumber::Single(whole))
        }
        number @ (EpisodeNumber::Single(_) | EpisodeNumber::Decimal { .. }) => Some(number),
        _ => None,
    }
}
