//! The pieces of one representation in one period: `SegmentBase`, `SegmentList` and `SegmentTemplate`
//! (ISO/IEC 23009-1 section 5.3.9). Knows no other representation and no choice.

use std::cell::Cell;
use std::time::Duration;

use url::Url;

use super::base::Base;
use super::template::{Template, Values};
use super::timeline::{self, Clock, Slot};
use super::value;
use super::xml::Element;
use crate::stream::{MAX_PIECES, Piece, PieceRange, PieceRole, StreamRefusal};

/// How many bytes all addresses of one stream may have: with all else that is in memory while it is fetched.
pub(super) const MAX_ADDRESS_BYTES: usize = 64 << 20;

/// Where to find one representation in one period.
#[derive(Debug)]
pub(super) struct Source<'a> {
    /// The representation itself.
    pub(super) representation: &'a Element,
    /// It, its adaptation set and its period: what is missing on one is looked for on the next.
    pub(super) levels: [&'a Element; 3],
    /// Where its addresses begin.
    pub(super) base: Base,
    /// How long the period is, where that is known.
    pub(super) length: Option<Duration>,
    /// How many more bytes all the addresses of the stream may have.
    pub(super) budget: &'a Cell<usize>,
}

/// A file or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The file.
    pub(super) url: Url,
    /// The part; `None` is all of it.
    pub(super) range: Option<PieceRange>,
}

/// What tells whether the segments of another period go on in the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// What comes first.
    pub(super) start: Start,
    /// What the clock of the media shows when the period begins.
    pub(super) offset: Duration,
}

/// What stands before the segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// An init of its own.
    Init(Place),
    /// Nothing, and there is one segment: a whole file with its init inside.
    Whole(Url),
    /// Nothing: each segment begins by itself.
    Nothing,
}

/// The elements of one kind, the nearest first: each attribute is taken from the nearest that has it.
struct Inherited<'a> {
    nearest: &'a Element,
    levels: Vec<&'a Element>,
}

impl<'a> Inherited<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.levels.iter().find_map(|level| level.attribute(name))
    }

    fn number(&self, name: &str) -> Result<Option<u64>, StreamRefusal> {
        let found = self.levels.iter().find(|level| level.attribute(name).is_some());
        found.map_or(Ok(None), |level| level.number(name))
    }

    fn child(&self, name: &str) -> Option<&'a Element> {
        self.levels.iter().find_map(|level| level.first(name))
    }

    fn malformed(&self, what: impl Into<String>) -> StreamRefusal {
        self.nearest.malformed(what)
    }
}

impl<'a> Source<'a> {
    /// What comes before the segments.
    pub(super) fn head(&self) -> Result<Head, StreamRefusal> {
        let Some((way, inherited)) = self.way() else {
            return Ok(Head {
                start: Start::Whole(self.whole_file()?.url),
                offset: Duration::ZERO,
            });
        };
        let init = match way {
            Way::Template => self.init_template(&inherited)?,
            Way::List => self.init_element(&inherited)?,
            // an init of its own is rare, but then the file alone would not play
            Way::Base => self
                .init_element(&inherited)?
                .filter(|init| init.url != self.base.url),
        };
        let start = match (init, way) {
            (Some(init), _) => Start::Init(init),
            (None, Way::Base) => Start::Whole(self.whole_file()?.url),
            (None, _) => Start::Nothing,
        };
        let timescale = timescale(&inherited)?;
        let clock = self.clock(&inherited, timescale)?;
        Ok(Head {
            start,
            offset: value::ticks(clock.offset, timescale),
        })
    }

    /// The segments.
    pub(super) fn media(&self) -> Result<Vec<Piece>, StreamRefusal> {
        match self.way() {
            Some((Way::Template, inherited)) => self.by_template(&inherited),
            Some((Way::List, inherited)) => self.by_list(&inherited),
            Some((Way::Base, _)) | None => {
                let length = self.length.unwrap_or_default();
                Ok(vec![piece(self.whole_file()?, PieceRole::Media, length)])
            }
        }
    }

    /// How the nearest level that says anything addresses segments.
    fn way(&self) -> Option<(Way, Inherited<'a>)> {
        let (way, name) = self.levels.iter().find_map(|level| {
            let ways = [
                (Way::Template, "SegmentTemplate"),
                (Way::List, "SegmentList"),
                (Way::Base, "SegmentBase"),
            ];
            ways.into_iter()
                .find(|(_, name)| level.addressing(name).is_some())
        })?;
        let levels: Vec<&Element> = self
            .levels
            .iter()
            .filter_map(|level| level.addressing(name))
            .collect();
        let nearest = *levels.first()?;
        Some((way, Inherited { nearest, levels }))
    }

    fn whole_file(&self) -> Result<Place, StreamRefusal> {
        if !self.base.given || self.base.url.path().ends_with('/') {
            return Err(self
                .representation
                .malformed("a representation without an address"));
        }
        Ok(Place {
            url: self.base.url.clone(),
            range: None,
        })
    }

    fn by_list(&self, inherited: &Inherited<'_>) -> Result<Vec<Piece>, StreamRefusal> {
        let list = inherited
            .levels
            .iter()
            .copied()
            .find(|level| level.first("SegmentURL").is_some());
        let list = list.ok_or_else(|| inherited.malformed("a list without segments"))?;
        refuse_link(list)?;
        let timescale = timescale(inherited)?;
        let clock = self.clock(inherited, timescale)?;
        let slots = match inherited.child("SegmentTimeline") {
            Some(timeline) => timeline::listed(timeline, clock, None)?,
            None => Vec::new(),
        };
        let each = inherited.number("duration")?.unwrap_or_default();
        let mut media = Vec::new();
        for (index, segment) in list.all("SegmentURL").enumerate() {
            if index == MAX_PIECES {
                return Err(StreamRefusal::too_large(format!(
                    "more than {MAX_PIECES} pieces in one track"
                )));
            }
            let place = self.place(segment, "media", "mediaRange")?;
            let units = slots.get(index).map_or(each, |slot| slot.duration);
            media.push(piece(place, PieceRole::Media, value::ticks(units, timescale)));
        }
        Ok(media)
    }

    fn by_template(&self, inherited: &Inherited<'_>) -> Result<Vec<Piece>, StreamRefusal> {
        let Some(media) = inherited.attribute("media") else {
            return Err(inherited.malformed("a template without an address"));
        };
        let media = Template::read(media).map_err(|what| inherited.malformed(what))?;
        let timescale = timescale(inherited)?;
        let clock = self.clock(inherited, timescale)?;
        let first = inherited.number("startNumber")?.unwrap_or(1);
        let slots = slots(inherited, clock, first)?;
        if slots.len() > 1 && !media.varies() {
            return Err(inherited.malformed("a template that gives every segment the same address"));
        }
        if first.checked_add(slots.len() as u64).is_none() {
            return Err(inherited.malformed("a number that does not fit"));
        }
        let mut pieces = Vec::with_capacity(slots.len());
        for (number, slot) in (first..).zip(&slots) {
            let filled = media.fill(&self.values(Some((number, slot.time))));
            let text = filled.map_err(|what| inherited.malformed(what))?;
            let place = Place {
                url: self.base.resolve(inherited.nearest, &text)?,
                range: None,
            };
            let length = match slot.duration {
                0 => self.length.unwrap_or_default(),
                units => value::ticks(units, timescale),
            };
            pieces.push(piece(self.spend(place)?, PieceRole::Media, length));
        }
        Ok(pieces)
    }

    fn clock(&self, inherited: &Inherited<'_>, timescale: u64) -> Result<Clock, StreamRefusal> {
        Ok(Clock {
            timescale,
            offset: inherited.number("presentationTimeOffset")?.unwrap_or_default(),
            length: self.length,
        })
    }

    fn values(&self, segment: Option<(u64, u64)>) -> Values<'a> {
        let attribute = |name| self.representation.attribute(name);
        Values {
            id: attribute("id"),
            bandwidth: attribute("bandwidth").and_then(|text| text.parse().ok()),
            segment,
        }
    }

    /// The init of a template: its own address, or an element as elsewhere.
    fn init_template(&self, inherited: &Inherited<'_>) -> Result<Option<Place>, StreamRefusal> {
        let Some(text) = inherited.attribute("initialization") else {
            return self.init_element(inherited);
        };
        let filled = Template::read(text).and_then(|template| template.fill(&self.values(None)));
        let text = filled.map_err(|what| inherited.malformed(what))?;
        let url = self.base.resolve(inherited.nearest, &text)?;
        self.spend(Place { url, range: None }).map(Some)
    }

    fn init_element(&self, inherited: &Inherited<'_>) -> Result<Option<Place>, StreamRefusal> {
        let init = inherited.child("Initialization");
        init.map(|init| self.place(init, "sourceURL", "range"))
            .transpose()
    }

    /// An address and a range; without an address it is the base itself (section 5.3.9.3.2).
    fn place(&self, element: &Element, address: &str, range: &str) -> Result<Place, StreamRefusal> {
        let url = match element.attribute(address) {
            Some(text) => self.base.resolve(element, text)?,
            None if self.base.given => self.base.url.clone(),
            None => return Err(element.malformed("a segment without an address")),
        };
        let range = match element.attribute(range) {
            Some(text) => {
                let read = value::range(text);
                Some(read.ok_or_else(|| element.malformed("a range that cannot be read"))?)
            }
            None => None,
        };
        self.spend(Place { url, range })
    }

    fn spend(&self, place: Place) -> Result<Place, StreamRefusal> {
        let left = self.budget.get().checked_sub(place.url.as_str().len());
        self.budget.set(left.ok_or_else(|| {
            StreamRefusal::too_large(format!("addresses of more than {} MiB", MAX_ADDRESS_BYTES >> 20))
        })?);
        Ok(place)
    }
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Template,
    List,
    Base,
}

/// The times of a template.
fn slots(inherited: &Inherited<'_>, clock: Clock, first: u64) -> Result<Vec<Slot>, StreamRefusal> {
    let most = match inherited.number("endNumber")? {
        Some(last) if last < first => {
            return Err(inherited.malformed("a template whose last number comes before its first"));
        }
        Some(last) => Some((last - first).saturating_add(1)),
        None => None,
    };
    if let Some(timeline) = inherited.child("SegmentTimeline") {
        return timeline::listed(timeline, clock, most);
    }
    if let Some(duration) = inherited.number("duration")? {
        return timeline::equal(inherited.nearest, clock, duration, most);
    }
    // neither: one segment is all there is, as long as the period (section 5.3.9.5.3)
    Ok(vec![Slot { time: 0, duration: 0 }])
}

fn timescale(inherited: &Inherited<'_>) -> Result<u64, StreamRefusal> {
    match inherited.number("timescale")? {
        Some(0) => Err(inherited.malformed("a timescale of zero")),
        Some(timescale) => Ok(timescale),
        None => Ok(1),
    }
}

/// What stands elsewhere is not fetched: a manifest is one document here.
pub(super) fn refuse_link(element: &Element) -> Result<(), StreamRefusal> {
    match element.attribute("href") {
        Some(_) => Err(StreamRefusal::unsupported(
            "a manifest in several documents (xlink)",
        )),
        None => Ok(()),
    }
}

/// A piece whose number in its track is not known yet.
pub(super) fn piece(place: Place, role: PieceRole, duration: Duration) -> Piece {
    Piece {
        url: place.url,
        range: place.range,
        role,
        key: None,
        sequence: 0,
        duration,
        discontinuity: false,
        size_hint: None,
    }
}
