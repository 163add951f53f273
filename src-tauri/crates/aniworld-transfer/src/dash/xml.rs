//! The text of a manifest as a tree of the few elements that matter here.
//!
//! Bounded: a document type is refused (so no entity can grow), and so is a text beyond the bounds below.
//! Must not know what an element means.

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::MAX_MANIFEST_BYTES;
use crate::stream::StreamRefusal;

/// The most elements that are kept, entries of timelines left aside.
const MAX_ELEMENTS: usize = 250_000;
/// How deep elements may stand in each other: the standard needs nine. Each level is a call when a tree goes.
const MAX_DEPTH: usize = 16;
/// The most attributes of one element; the standard knows about thirty for the richest.
const MAX_ATTRIBUTES: usize = 256;

/// What is kept. Everything else is skipped with all that stands in it.
const KEPT: [&str; 18] = [
    "MPD",
    "BaseURL",
    "Period",
    "AdaptationSet",
    "Representation",
    "ContentComponent",
    "ContentProtection",
    "EssentialProperty",
    "Role",
    "Label",
    "SegmentBase",
    "SegmentList",
    "SegmentTemplate",
    "SegmentTimeline",
    "SegmentURL",
    "S",
    "Pattern",
    "Initialization",
];

/// An element with what stands in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    /// The elements in it, in their order.
    pub(super) children: Vec<Element>,
    /// How it addresses segments; at most one of each kind, so that looking for one costs nothing.
    addressing: Vec<Element>,
    /// The line where it ends or its first child begins, from 1.
    pub(super) line: usize,
    /// The entries of a timeline, kept apart because there may be many.
    pub(super) entries: Vec<Entry>,
    text: String,
    attributes: Vec<(String, String)>,
}

/// One `S` of a `SegmentTimeline` (ISO/IEC 23009-1 section 5.3.9.6), as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// When the first of them begins; `None` where the one before ends.
    pub(super) time: Option<u64>,
    /// How long each is.
    pub(super) duration: u64,
    /// How many more follow; negative is until the next entry or the end.
    pub(super) repeat: i64,
}

impl Element {
    /// An attribute by its name without a prefix. Empty counts as absent.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Its text without the space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// Its children of one name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Its first child of one name.
    pub(super) fn first(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Its `SegmentBase`, `SegmentList` or `SegmentTemplate`.
    pub(super) fn addressing(&self, name: &str) -> Option<&Self> {
        self.addressing.iter().find(|child| child.name == name)
    }

    /// A refusal that points here.
    pub(super) fn malformed(&self, what: impl Into<String>) -> StreamRefusal {
        StreamRefusal::malformed(self.line, what)
    }

    /// An attribute that is a whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, StreamRefusal> {
        self.attribute(name)
            .map(|value| self.parse(name, value))
            .transpose()
    }

    fn parse<T: std::str::FromStr>(&self, name: &str, value: &str) -> Result<T, StreamRefusal> {
        value.parse().map_err(|_| {
            let shown: String = value.chars().take(40).collect();
            self.malformed(format!("{name}={shown:?} is not a number that fits"))
        })
    }

    /// Reads itself as an `S`.
    fn entry(&self) -> Result<Entry, StreamRefusal> {
        if self.number("k")?.is_some_and(|parts| parts > 1) || self.attribute("p").is_some() {
            return Err(StreamRefusal::unsupported("segments in numbered parts"));
        }
        let Some(duration) = self.number("d")? else {
            return Err(self.malformed("an entry of the timeline has no duration"));
        };
        let repeat = self
            .attribute("r")
            .map_or(Ok(0), |value| self.parse("r", value))?;
        Ok(Entry {
            time: self.number("t")?,
            duration,
            repeat,
        })
    }
}

/// Reads a manifest; gives its root, which is an `MPD`.
pub(super) fn read(text: &str) -> Result<Element, StreamRefusal> {
    if text.len() > MAX_MANIFEST_BYTES {
        return Err(StreamRefusal::too_large(format!(
            "a manifest of more than {} MiB",
            MAX_MANIFEST_BYTES >> 20
        )));
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true; // addresses with a bare `&` are common
    reader.config_mut().expand_empty_elements = true;
    let mut tree = Tree::new(text);
    loop {
        let event = reader.read_event().map_err(|error| {
            StreamRefusal::malformed(tree.lines.at(reader.error_position()), error.to_string())
        })?;
        if let Some(root) = tree.event(event, reader.buffer_position())? {
            return Ok(root);
        }
    }
}

/// Counts lines, once over the text.
struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a place in the text. Places only grow.
    fn at(&mut self, place: u64) -> usize {
        let place = usize::try_from(place).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(passed) = self.text.get(self.counted..place) {
            self.line += passed.split(|byte| *byte == b'\n').count() - 1;
            self.counted = place;
        }
        self.line
    }
}

struct Tree<'a> {
    open: Vec<Element>,
    /// How deep inside of an element that is not kept.
    skipped: usize,
    kept: usize,
    /// The prefix of the root: the other elements that matter have the same.
    prefix: Option<String>,
    lines: Lines<'a>,
}

impl<'a> Tree<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            open: Vec::new(),
            skipped: 0,
            kept: 0,
            prefix: None,
            lines: Lines {
                text: text.as_bytes(),
                counted: 0,
                line: 1,
            },
        }
    }

    /// Takes one event; gives the root when it is whole.
    fn event(&mut self, event: Event<'_>, place: u64) -> Result<Option<Element>, StreamRefusal> {
        match event {
            Event::Start(start) => self.start(&start, place)?,
            Event::End(_) => return self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference, place)?,
            Event::DocType(_) => {
                return Err(StreamRefusal::unsupported("a manifest with a document type"));
            }
            Event::Eof => {
                let what = match self.open.last() {
                    Some(element) => format!("the manifest ends inside {}", element.name),
                    None => "this is no DASH manifest".to_owned(),
                };
                return Err(StreamRefusal::malformed(self.lines.at(u64::MAX), what));
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        Ok(None)
    }

    fn start(&mut self, start: &BytesStart<'_>, place: u64) -> Result<(), StreamRefusal> {
        let (name, prefix) = (start.local_name().into_inner(), start.name().prefix());
        let prefix = prefix.map(|prefix| prefix.into_inner().to_owned());
        if self.open.is_empty() {
            if name != "MPD" {
                return Err(StreamRefusal::malformed(
                    self.lines.at(place),
                    "this is no DASH manifest",
                ));
            }
            self.prefix.clone_from(&prefix);
        }
        if self.skipped > 0 || prefix != self.prefix || !KEPT.contains(&name) {
            self.skipped += 1;
            return Ok(());
        }
        self.kept += usize::from(name != "S");
        if self.kept > MAX_ELEMENTS {
            return Err(StreamRefusal::too_large(format!(
                "a manifest of more than {MAX_ELEMENTS} elements"
            )));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(StreamRefusal::too_large(format!(
                "elements that stand in each other more than {MAX_DEPTH} deep"
            )));
        }
        let line = self.lines.at(place);
        self.open.push(Element {
            name: name.to_owned(),
            line,
            attributes: attributes(start, line)?,
            ..Element::default()
        });
        Ok(())
    }

    fn end(&mut self) -> Result<Option<Element>, StreamRefusal> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(None);
        }
        let Some(element) = self.open.pop() else {
            return Ok(None);
        };
        let Some(parent) = self.open.last_mut() else {
            return Ok(Some(element));
        };
        match element.name.as_str() {
            "S" => parent.entries.push(element.entry()?),
            "SegmentBase" | "SegmentList" | "SegmentTemplate" => {
                if parent.addressing(&element.name).is_none() {
                    parent.addressing.push(element);
                }
            }
            _ => parent.children.push(element),
        }
        Ok(None)
    }

    fn text(&mut self, text: &str) {
        // only these have text; the space between elements is not kept
        if let Some(element) = self.open.last_mut()
            && self.skipped == 0
            && matches!(element.name.as_str(), "BaseURL" | "Label")
        {
            element.text.push_str(text);
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>, place: u64) -> Result<(), StreamRefusal> {
        if let Ok(Some(letter)) = reference.resolve_char_ref() {
            self.text(letter.encode_utf8(&mut [0; 4]));
            return Ok(());
        }
        match resolve_xml_entity(reference) {
            Some(known) => self.text(known),
            None if self.skipped > 0 => {}
            None => {
                return Err(StreamRefusal::malformed(
                    self.lines.at(place),
                    "the manifest uses an entity that XML does not know",
                ));
            }
        }
        Ok(())
    }
}

/// The attributes without their prefixes. The manifest's own ones have none, and of the others only
/// `xlink:href` matters, so a prefixed name never takes the place of a plain one of the same name.
fn attributes(start: &BytesStart<'_>, line: usize) -> Result<Vec<(String, String)>, StreamRefusal> {
    let mut kept = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| StreamRefusal::malformed(line, error.to_string()))?;
        let (name, prefix) = (attribute.key.local_name().into_inner(), attribute.key.prefix());
        if prefix.is_some() && name != "href" {
            continue;
        }
        if kept.len() == MAX_ATTRIBUTES {
            return Err(StreamRefusal::too_large(format!(
                "an element of more than {MAX_ATTRIBUTES} attributes"
            )));
        }
        // a bare `&` stays as it is written
        let value = unescape(&attribute.value).unwrap_or(std::borrow::Cow::Borrowed(&attribute.value));
        kept.push((name.to_owned(), value.into_owned()));
    }
    Ok(kept)
}
