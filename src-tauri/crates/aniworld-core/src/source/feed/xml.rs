//! XML feeds as a run of small trees: one for each field of the channel and one for each item.
//!
//! Lenient where real feeds are careless, and bounded: a document type is skipped, never expanded.
//! Must not know what an element means.

use std::sync::Arc;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use url::Url;

use super::entity;

const MAX_DEPTH: usize = 128;
/// Children of one field or item that are kept.
const MAX_CHILDREN: usize = 4_000;

/// The vocabularies that matter, whatever prefix stands for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS itself, and everything without a prefix that is not Atom.
    Plain,
    /// Atom.
    Atom,
    /// Apple's podcast elements.
    Itunes,
    /// Media RSS.
    Media,
    /// Podcasting 2.0.
    Podcast,
    /// RFC 5005.
    History,
    /// Dublin Core.
    Dublin,
    /// Anything else.
    Other,
}

/// An element with what stands in it.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// Its vocabulary.
    pub(super) space: Space,
    /// Its name without prefix.
    pub(super) name: String,
    /// The base of addresses in it.
    pub(super) base: Arc<Url>,
    /// The elements in it.
    pub(super) children: Vec<Element>,
    text: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// An attribute by its name as written.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
    }

    /// Its text without the space around it; `None` when there is none.
    pub(super) fn text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }
}

/// A part of a feed.
#[derive(Debug)]
pub(super) enum Part {
    /// A child of the channel that is no item.
    Field(Element),
    /// An item or entry.
    Item(Element),
}

/// Why reading stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The document ended well, or the taker had enough.
    Whole,
    /// It broke off or broke; every part given before is whole.
    Broken(String),
    /// The root element is not one of a feed.
    NoFeed,
}

/// Reads `text` and gives its parts to `take`, which returns whether it wants more.
pub(super) fn read(text: &str, base: &Url, take: &mut dyn FnMut(Part) -> bool) -> Ending {
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().expand_empty_elements = true;
    let mut tree = Tree {
        open: Vec::new(),
        kept: 0,
        base: Arc::new(base.clone()),
        take,
    };
    loop {
        let step = match reader.read_resolved_event() {
            Ok((space, event)) => tree.event(&space, event),
            Err(error) => Step::Stop(Ending::Broken(format!(
                "{error} at byte {}",
                reader.error_position()
            ))),
        };
        match step {
            Step::Go => {}
            // Without even a root element it is some other kind of text.
            Step::Stop(Ending::Broken(_)) if tree.open.is_empty() => return Ending::NoFeed,
            Step::Stop(ending) => return ending,
        }
    }
}

enum Step {
    Go,
    Stop(Ending),
}

struct Tree<'a> {
    open: Vec<Element>,
    /// Elements kept in the part that is being read.
    kept: usize,
    base: Arc<Url>,
    take: &'a mut dyn FnMut(Part) -> bool,
}

impl Tree<'_> {
    fn event(&mut self, space: &ResolveResult<'_>, event: Event<'_>) -> Step {
        match event {
            Event::Start(start) => self.start(space_of(space, &start), &start),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.into_inner();
                let value = entity::resolve(&name).unwrap_or_else(|| format!("&{name};"));
                self.text(&value)
            }
            Event::Eof => {
                let inside = self
                    .open
                    .last()
                    .map_or("the document", |element| element.name.as_str());
                Step::Stop(Ending::Broken(format!("the document ends inside {inside}")))
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                Step::Go
            }
        }
    }

    fn start(&mut self, space: Space, start: &BytesStart<'_>) -> Step {
        let name = start.local_name().into_inner().to_owned();
        if self.open.is_empty() && !matches!(name.to_ascii_lowercase().as_str(), "rss" | "feed" | "rdf") {
            return Step::Stop(Ending::NoFeed);
        }
        if self.open.len() == MAX_DEPTH {
            return Step::Stop(Ending::Broken(format!(
                "more than {MAX_DEPTH} elements inside each other"
            )));
        }
        let attributes: Vec<(String, String)> = start
            .html_attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .map(|attribute| {
                (
                    attribute.key.into_inner().to_owned(),
                    entity::unescape(&attribute.value).into_owned(),
                )
            })
            .collect();
        let above = self.open.last().map_or(&self.base, |parent| &parent.base);
        let base = attributes
            .iter()
            .find(|(key, _)| key == "xml:base")
            .and_then(|(_, value)| crate::source::address::resolve(above, value))
            .map_or_else(|| Arc::clone(above), Arc::new);
        self.open.push(Element {
            space,
            name,
            base,
            children: Vec::new(),
            text: String::new(),
            attributes,
        });
        Step::Go
    }

    fn text(&mut self, text: &str) -> Step {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
        Step::Go
    }

    fn end(&mut self) -> Step {
        let depth = self.open.len();
        let Some(element) = self.open.pop() else {
            return Step::Stop(Ending::Whole);
        };
        let is_channel = depth == 2 && self.is_rss() && element.name.eq_ignore_ascii_case("channel");
        if depth == 1 {
            return Step::Stop(Ending::Whole);
        }
        if is_channel {
            return Step::Go;
        }
        if self.parent_holds_parts() {
            self.kept = 0;
            let is_item = matches!(element.name.as_str(), "item" | "entry");
            let part = if is_item {
                Part::Item(element)
            } else {
                Part::Field(element)
            };
            return if (self.take)(part) {
                Step::Go
            } else {
                Step::Stop(Ending::Whole)
            };
        }
        self.attach(element);
        Step::Go
    }

    fn attach(&mut self, element: Element) {
        let Some(parent) = self.open.last_mut() else {
            return;
        };
        if element.space == Space::Other {
            // Markup inside a text: its words belong to the text around it.
            parent.text.push_str(&element.text);
        } else if self.kept < MAX_CHILDREN {
            self.kept += 1;
            parent.children.push(element);
        }
    }

    fn is_rss(&self) -> bool {
        self.open
            .first()
            .is_some_and(|root| root.name.eq_ignore_ascii_case("rss"))
    }

    /// Whether the innermost open element is the root, or the channel of RSS.
    fn parent_holds_parts(&self) -> bool {
        match self.open.as_slice() {
            [_] => true,
            [_, inner] => self.is_rss() && inner.name.eq_ignore_ascii_case("channel"),
            _ => false,
        }
    }
}

fn space_of(resolved: &ResolveResult<'_>, start: &BytesStart<'_>) -> Space {
    match resolved {
        ResolveResult::Unbound => Space::Plain,
        // Feeds with well-known prefixes that nobody declared are common.
        ResolveResult::Unknown(prefix) => of_prefix(prefix),
        ResolveResult::Bound(Namespace(uri)) => match of_uri(uri) {
            Space::Other if start.name().prefix().is_none() && !uri.ends_with("/xhtml") => Space::Plain,
            space => space,
        },
    }
}

fn of_prefix(prefix: &str) -> Space {
    match prefix.to_ascii_lowercase().as_str() {
        "atom" | "a10" => Space::Atom,
        "itunes" => Space::Itunes,
        "media" => Space::Media,
        "podcast" => Space::Podcast,
        "fh" => Space::History,
        "dc" => Space::Dublin,
        _ => Space::Other,
    }
}

fn of_uri(uri: &str) -> Space {
    let uri = uri.trim().to_ascii_lowercase();
    let uri = uri
        .strip_prefix("https://")
        .or_else(|| uri.strip_prefix("http://"))
        .unwrap_or(&uri);
    match uri.trim_end_matches('/') {
        "www.w3.org/2005/atom" => Space::Atom,
        "www.itunes.com/dtds/podcast-1.0.dtd" => Space::Itunes,
        "search.yahoo.com/mrss" => Space::Media,
        "podcastindex.org/namespace/1.0"
        | "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md" => Space::Podcast,
        "purl.org/syndication/history/1.0" => Space::History,
        "purl.org/dc/elements/1.1" => Space::Dublin,
        _ => Space::Other,
    }
}
