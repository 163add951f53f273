//! A manifest as tracks: what is chosen, and its periods one behind the other where that makes one right file.

use std::cell::Cell;
use std::collections::HashSet;
use std::time::Duration;

use url::Url;

use super::choose::{LeftOut, choose};
use super::presentation::{Offer, Period, periods};
use super::protection;
use super::segments::{Head, MAX_ADDRESS_BYTES, Source, Start, piece};
use super::xml::{self, Element};
use crate::hls::StreamChoice;
use crate::stream::{
    MAX_PIECES, MAX_TRACKS, Piece, PieceRange, PieceRole, StreamPlan, StreamRefusal, Track, TrackKind,
};

/// How far the clock of the media may jump between periods: a picture of 25 a second.
const MAX_JUMP: Duration = Duration::from_millis(40);

/// A manifest that can become a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashStream {
    /// What is to be fetched.
    pub plan: StreamPlan,
    /// What was wanted and cannot be had.
    pub left_out: Vec<LeftOut>,
}

/// Reads the text of a manifest that was found at `url`, after redirects.
///
/// Refuses live streams, protected ones, and periods that are encoded in different ways.
pub fn plan(text: &str, url: &Url, wanted: &StreamChoice) -> Result<DashStream, StreamRefusal> {
    let root = xml::read(text)?;
    let periods = periods(&root, url)?;
    let offered: Vec<Vec<Offer<'_>>> = periods.iter().map(Period::offers).collect::<Result<_, _>>()?;
    refuse_protected(&root, offered.iter().flatten())?;
    // a period that offers nothing and lasts no time is a place where advertisements may come
    let mut rest = periods.iter().zip(&offered).filter(|(period, offers)| {
        !offers.is_empty() || period.length.is_none_or(|length| !length.is_zero())
    });
    let Some((_, first)) = rest.next() else {
        return Err(nothing());
    };
    let (chosen, mut left_out) = choose(first, wanted);
    if !chosen.iter().any(|offer| offer.kind != TrackKind::Subtitles) {
        return Err(nothing());
    }
    if chosen.len() > MAX_TRACKS {
        return Err(StreamRefusal::too_large(format!("more than {MAX_TRACKS} tracks")));
    }
    let later: Vec<&Vec<Offer<'_>>> = rest.map(|(_, offers)| offers).collect();
    let budget = Cell::new(MAX_ADDRESS_BYTES);
    let mut tracks = Vec::new();
    for offer in chosen {
        match joined(offer, &later, &budget) {
            // text is worth less than the whole
            Err(StreamRefusal::InitChanges { .. }) if offer.kind == TrackKind::Subtitles => {
                left_out.push(LeftOut::of(offer, "these subtitles do not last to the end"));
            }
            track => tracks.push(track?),
        }
    }
    Ok(DashStream {
        plan: StreamPlan { tracks },
        left_out,
    })
}

fn nothing() -> StreamRefusal {
    StreamRefusal::Empty {
        what: "neither a picture nor sound is offered in a way that is understood".into(),
    }
}

fn refuse_protected<'a>(
    root: &Element,
    mut offers: impl Iterator<Item = &'a Offer<'a>>,
) -> Result<(), StreamRefusal> {
    let system = protection::system(root).or_else(|| offers.find_map(Offer::protected_by));
    system.map_or(Ok(()), |system| Err(StreamRefusal::Drm { system }))
}

/// One track over all periods.
fn joined(
    offer: &Offer<'_>,
    later: &[&Vec<Offer<'_>>],
    budget: &Cell<usize>,
) -> Result<Track, StreamRefusal> {
    let source = source(offer, budget)?;
    let head = source.head()?;
    let mut pieces = match head.start.clone() {
        Start::Init(init) => vec![piece(init, PieceRole::Init, Duration::ZERO)],
        Start::Whole(_) | Start::Nothing => Vec::new(),
    };
    push(&mut pieces, source.media()?)?;
    // an address that stands in two periods crosses their border: its bytes are wanted once
    let mut known: HashSet<(Url, Option<PieceRange>)> = HashSet::new();
    if !later.is_empty() {
        known.extend(pieces.iter().map(|piece| (piece.url.clone(), piece.range)));
    }
    for offers in later {
        let Some(next) = continued(offer, &head, offers, budget)? else {
            let media = pieces.iter().filter(|piece| piece.role == PieceRole::Media);
            return Err(StreamRefusal::InitChanges {
                sequence: media.count() as u64,
            });
        };
        let mut media = next.media()?;
        media.retain(|piece| known.insert((piece.url.clone(), piece.range)));
        push(&mut pieces, media)?;
    }
    number(&mut pieces);
    Ok(Track {
        kind: offer.kind,
        language: offer.language().map(str::to_owned),
        name: offer.name().map(str::to_owned),
        container: offer.container,
        clock: head.offset,
        pieces,
    })
}

pub(super) fn source<'a>(offer: &Offer<'a>, budget: &'a Cell<usize>) -> Result<Source<'a>, StreamRefusal> {
    Ok(Source {
        representation: offer.representation,
        levels: [offer.representation, offer.set.element, offer.period.element],
        base: offer.base()?,
        length: offer.period.length,
        budget,
    })
}

/// The representation of a later period that goes on where `offer` ended: the same init, and a clock that
/// does not start anew. A file has one clock; a player sets it per period.
fn continued<'a>(
    offer: &Offer<'_>,
    head: &Head,
    offers: &[Offer<'a>],
    budget: &'a Cell<usize>,
) -> Result<Option<Source<'a>>, StreamRefusal> {
    for other in offers.iter().filter(|other| other.kind == offer.kind) {
        let source = source(other, budget)?;
        let next = source.head()?;
        let same_start = match (&head.start, &next.start) {
            (Start::Nothing, Start::Nothing) => {
                let name = |offer: &Offer<'_>| offer.representation.attribute("id").map(str::to_owned);
                name(offer) == name(other) && offer.codecs == other.codecs
            }
            (one, another) => one == another,
        };
        if same_start && shift(offer, head).abs_diff(shift(other, &next)) <= MAX_JUMP.as_nanos() {
            return Ok(Some(source));
        }
    }
    Ok(None)
}

/// How far the clock of the media is behind the one of the presentation, in nanoseconds.
fn shift(offer: &Offer<'_>, head: &Head) -> i128 {
    let nanos = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    nanos(offer.period.start) - nanos(head.offset)
}

fn push(pieces: &mut Vec<Piece>, more: Vec<Piece>) -> Result<(), StreamRefusal> {
    if pieces.len() + more.len() > MAX_PIECES {
        return Err(StreamRefusal::too_large(format!(
            "more than {MAX_PIECES} pieces in one track"
        )));
    }
    pieces.extend(more);
    Ok(())
}

/// Numbers the pieces of a track: those of the manifest may start anew in each period.
fn number(pieces: &mut [Piece]) {
    let mut next = 0;
    for piece in pieces {
        piece.sequence = next;
        next += u64::from(piece.role == PieceRole::Media);
    }
}
