//! The periods of a manifest and what each offers (ISO/IEC 23009-1 sections 5.3.2 to 5.3.5): what it is, not
//! where its bytes are. Chooses nothing.

use std::rc::Rc;
use std::time::Duration;

use url::Url;

use super::base::Base;
use super::protection::{self, RESOLVE_TO_NOTHING};
use super::segments::refuse_link;
use super::value;
use super::xml::Element;
use crate::stream::{Container, StreamRefusal, TrackKind};

/// The most periods of one manifest: a day of programmes with a break every two minutes.
const MAX_PERIODS: usize = 1_000;
/// The most representations of one period: fifty qualities in twenty languages.
const MAX_OFFERS: usize = 1_000;

/// One period.
#[derive(Debug)]
pub(super) struct Period<'a> {
    /// What stands in it.
    pub(super) element: &'a Element,
    /// When it begins.
    pub(super) start: Duration,
    /// How long it is, where that is known.
    pub(super) length: Option<Duration>,
    base: Base,
}

/// What an adaptation set says about all its representations. Looked up once: sets may be large.
#[derive(Debug)]
pub(super) struct Set<'a> {
    /// What stands in it.
    pub(super) element: &'a Element,
    content: Option<&'a str>,
    language: Option<&'a str>,
    name: Option<&'a str>,
    roles: Vec<&'a str>,
    protected_by: Option<String>,
}

/// One representation of one period.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    /// Its period.
    pub(super) period: &'a Period<'a>,
    /// Its adaptation set.
    pub(super) set: Rc<Set<'a>>,
    /// Itself.
    pub(super) representation: &'a Element,
    /// What it holds.
    pub(super) kind: TrackKind,
    /// How it is wrapped.
    pub(super) container: Container,
    /// Its codecs as they are written.
    pub(super) codecs: &'a str,
    /// The height of its picture in pixels; 0 where it is not written.
    pub(super) height: u64,
    /// Bits per second; 0 where it is not written.
    pub(super) bandwidth: u64,
}

/// The periods in order, with their times; all of them of a manifest that has an end.
pub(super) fn periods<'a>(root: &'a Element, url: &Url) -> Result<Vec<Period<'a>>, StreamRefusal> {
    match root.attribute("type") {
        None | Some("static") => {}
        Some("dynamic") => return Err(StreamRefusal::Live),
        Some(_) => return Err(root.malformed("a manifest of an unknown type")),
    }
    let base = Base::of(url).below(root)?;
    let mut periods: Vec<Period<'a>> = Vec::new();
    for element in root.all("Period") {
        if element.attribute("href") == Some(RESOLVE_TO_NOTHING) {
            continue;
        }
        refuse_link(element)?;
        if periods.len() == MAX_PERIODS {
            return Err(StreamRefusal::too_large(format!(
                "more than {MAX_PERIODS} periods"
            )));
        }
        let length = time(element, "duration")?;
        let before = periods.last_mut();
        let start = match (time(element, "start")?, before) {
            (Some(start), Some(before)) => {
                let gap = start.checked_sub(before.start);
                let gap =
                    gap.ok_or_else(|| element.malformed("a period that begins before the one before it"))?;
                before.length.get_or_insert(gap);
                start
            }
            (Some(start), None) => start,
            (None, None) => Duration::ZERO,
            (None, Some(before)) => {
                let length = before.length;
                before.start + length.ok_or_else(|| element.malformed("a period without a start"))?
            }
        };
        periods.push(Period {
            element,
            start,
            length,
            base: base.below(element)?,
        });
    }
    let end = time(root, "mediaPresentationDuration")?;
    let is_one = periods.len() == 1;
    match periods.last_mut() {
        Some(last) => last.length = last.length.or_else(|| rest(last.start, end?, is_one)),
        None => {
            return Err(StreamRefusal::Empty {
                what: "its manifest has no period".into(),
            });
        }
    }
    Ok(periods)
}

/// The length of the last period. A single one that begins behind the end of everything was cut out of
/// something longer and kept its start: then the whole length is its own.
fn rest(start: Duration, end: Duration, is_one: bool) -> Option<Duration> {
    match end.checked_sub(start).filter(|rest| !rest.is_zero()) {
        None if is_one => Some(end),
        rest => rest,
    }
}

fn time(element: &Element, name: &str) -> Result<Option<Duration>, StreamRefusal> {
    let Some(text) = element.attribute(name) else {
        return Ok(None);
    };
    match value::duration(text) {
        Some(duration) => Ok(Some(duration)),
        None => Err(element.malformed(format!("its {name} is no duration of at most a hundred days"))),
    }
}

impl<'a> Period<'a> {
    /// What it offers for watching: no thumbnails, no fast-forward pictures, nothing that needs more than this.
    pub(super) fn offers(&'a self) -> Result<Vec<Offer<'a>>, StreamRefusal> {
        let protected_by = protection::system(self.element);
        let mut offers = Vec::new();
        for element in self.element.all("AdaptationSet") {
            if element.attribute("href") == Some(RESOLVE_TO_NOTHING) {
                continue;
            }
            refuse_link(element)?;
            if protection::is_special(element) {
                continue;
            }
            let set = Rc::new(Set::read(element, protected_by.as_deref()));
            for representation in element.all("Representation") {
                if protection::is_special(representation)
                    || representation.attribute("dependencyId").is_some()
                {
                    continue;
                }
                offers.extend(self.offer(&set, representation)?);
                if offers.len() > MAX_OFFERS {
                    return Err(StreamRefusal::too_large(format!(
                        "more than {MAX_OFFERS} representations in one period"
                    )));
                }
            }
        }
        Ok(offers)
    }

    fn offer(
        &'a self,
        set: &Rc<Set<'a>>,
        representation: &'a Element,
    ) -> Result<Option<Offer<'a>>, StreamRefusal> {
        let attribute = |name| {
            representation
                .attribute(name)
                .or_else(|| set.element.attribute(name))
        };
        let codecs = attribute("codecs").unwrap_or_default();
        let media_type = attribute("mimeType").unwrap_or_default();
        let content = representation.attribute("contentType").or(set.content);
        let Some(kind) = kind(media_type, content, codecs, attribute("height").is_some()) else {
            return Ok(None);
        };
        let height = match representation.number("height")? {
            None => set.element.number("height")?,
            own => own,
        };
        Ok(Some(Offer {
            period: self,
            set: Rc::clone(set),
            representation,
            kind,
            container: container(media_type, kind, codecs),
            codecs,
            height: height.unwrap_or_default(),
            bandwidth: representation.number("bandwidth")?.unwrap_or_default(),
        }))
    }
}

impl<'a> Set<'a> {
    fn read(element: &'a Element, protected_by: Option<&str>) -> Self {
        let component = element.first("ContentComponent");
        let attribute = |name| element.attribute(name).or_else(|| component?.attribute(name));
        Self {
            element,
            content: attribute("contentType"),
            language: attribute("lang"),
            name: label(element).or_else(|| element.attribute("label")),
            roles: roles(element).collect(),
            protected_by: protection::system(element).or_else(|| protected_by.map(str::to_owned)),
        }
    }
}

fn label(element: &Element) -> Option<&str> {
    let label = element.first("Label").map(Element::text);
    label.filter(|name| !name.is_empty())
}

/// Values of the scheme `urn:mpeg:dash:role:2011`, the only one in use.
fn roles(element: &Element) -> impl Iterator<Item = &str> {
    element.all("Role").filter_map(|role| role.attribute("value"))
}

impl<'a> Offer<'a> {
    /// Where its addresses begin. Only asked of what is chosen: a long address above a million short ones would
    /// be a million long ones.
    pub(super) fn base(&self) -> Result<Base, StreamRefusal> {
        let set = self.period.base.below(self.set.element)?;
        set.below(self.representation)
    }

    /// Its language as it is written.
    pub(super) fn language(&self) -> Option<&'a str> {
        let own = self.representation.attribute("lang").or(self.set.language);
        own.filter(|tag| !tag.eq_ignore_ascii_case("und"))
    }

    /// Its name for people.
    pub(super) fn name(&self) -> Option<&'a str> {
        label(self.representation).or(self.set.name)
    }

    /// What protects it.
    pub(super) fn protected_by(&self) -> Option<String> {
        protection::system(self.representation).or_else(|| self.set.protected_by.clone())
    }

    /// Whether it has one of these roles.
    pub(super) fn has_role(&self, wanted: &[&str]) -> bool {
        let mut all = self.set.roles.iter().copied().chain(roles(self.representation));
        all.any(|role| wanted.contains(&role))
    }

    /// Whether its picture brings the sound along.
    pub(super) fn has_sound(&self) -> bool {
        self.kind == TrackKind::Video && self.codecs.split(',').any(|codec| begins_with(codec, &SOUND))
    }
}

const PICTURE: [&str; 13] = [
    "avc", "hvc", "hev", "vvc", "vvi", "vp8", "vp08", "vp9", "vp09", "av01", "dvh", "dva", "mp4v",
];
const SOUND: [&str; 11] = [
    "mp4a", "ac-3", "ac-4", "ec-3", "opus", "vorbis", "flac", "fLaC", "Opus", "dts", "mha",
];
const TEXT: [&str; 3] = ["wvtt", "stpp", "tx3g"];

fn begins_with(codec: &str, known: &[&str]) -> bool {
    known.iter().any(|known| codec.trim().starts_with(known))
}

/// What a representation holds; `None` for pictures that do not move, data and the unknown.
fn kind(media_type: &str, content: Option<&str>, codecs: &str, has_height: bool) -> Option<TrackKind> {
    let general = media_type.split('/').next().unwrap_or_default();
    if general == "image" || content == Some("image") {
        return None;
    }
    if general == "text" || media_type.contains("ttml") || begins_with(codecs, &TEXT) {
        return Some(TrackKind::Subtitles);
    }
    match (general, content) {
        ("video", _) | (_, Some("video")) => Some(TrackKind::Video),
        ("audio", _) | (_, Some("audio")) => Some(TrackKind::Audio),
        (_, Some("text")) => Some(TrackKind::Subtitles),
        _ if has_height || codecs.split(',').any(|codec| begins_with(codec, &PICTURE)) => {
            Some(TrackKind::Video)
        }
        _ if codecs.split(',').any(|codec| begins_with(codec, &SOUND)) => Some(TrackKind::Audio),
        _ => None,
    }
}

fn container(media_type: &str, kind: TrackKind, codecs: &str) -> Container {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "video/mp4" | "audio/mp4" | "application/mp4" => Container::Fmp4,
        "video/mp2t" | "video/MP2T" | "audio/mp2t" => Container::MpegTs,
        "text/vtt" => Container::WebVtt,
        "" if kind == TrackKind::Subtitles && codecs == "vtt" => Container::WebVtt,
        _ => Container::Unknown,
    }
}
