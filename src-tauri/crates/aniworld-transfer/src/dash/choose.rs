//! Which of the qualities and languages of a period are fetched. Knows no addresses.

use std::rc::Rc;

use super::presentation::Offer;
use crate::hls::{Languages, StreamChoice};
use crate::language;
use crate::stream::{Container, TrackKind};

/// Something that was wanted and is not fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What it holds.
    pub kind: TrackKind,
    /// Its language as the manifest writes it.
    pub language: Option<String>,
    /// Why, as a part of a sentence.
    pub why: &'static str,
}

impl LeftOut {
    pub(super) fn of(offer: &Offer<'_>, why: &'static str) -> Self {
        Self {
            kind: offer.kind,
            language: offer.language().map(str::to_owned),
            why,
        }
    }
}

/// Chooses: the picture, sounds, subtitles, in this order.
pub(super) fn choose<'a, 'b>(
    offers: &'b [Offer<'a>],
    wanted: &StreamChoice,
) -> (Vec<&'b Offer<'a>>, Vec<LeftOut>) {
    let picture = picture(offers, wanted.max_height);
    let has_sound = picture.is_some_and(Offer::has_sound);
    let mut chosen: Vec<&Offer<'_>> = picture.into_iter().collect();
    chosen.extend(sounds(offers, &wanted.audio, has_sound));
    let mut left_out = Vec::new();
    for text in subtitles(offers, &wanted.subtitles) {
        if text.container == Container::WebVtt {
            chosen.push(text);
        } else {
            left_out.push(LeftOut::of(
                text,
                "this kind of subtitles cannot be put into a file",
            ));
        }
    }
    (chosen, left_out)
}

fn of_kind<'a, 'b>(offers: &'b [Offer<'a>], kind: TrackKind) -> Vec<&'b Offer<'a>> {
    offers.iter().filter(|offer| offer.kind == kind).collect()
}

/// How far from the main programme: pictures with signing, comments and descriptions come last.
fn distance(offer: &Offer<'_>) -> u8 {
    const ASIDE: [&str; 7] = [
        "alternate",
        "supplementary",
        "commentary",
        "description",
        "sign",
        "emergency",
        "enhanced-audio-intelligibility",
    ];
    match (offer.has_role(&["main"]), offer.has_role(&ASIDE)) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    }
}

fn picture<'a, 'b>(offers: &'b [Offer<'a>], max_height: Option<u32>) -> Option<&'b Offer<'a>> {
    let mut pictures = of_kind(offers, TrackKind::Video);
    let nearest = pictures.iter().map(|offer| distance(offer)).min()?;
    pictures.retain(|offer| distance(offer) == nearest);
    let fits = |offer: &&&Offer<'_>| max_height.is_none_or(|most| offer.height <= u64::from(most));
    // of equals the first, as the manifest prefers it
    let best = pictures.iter().rev().filter(fits);
    best.max_by_key(|offer| (offer.height, offer.bandwidth))
        .or_else(|| {
            pictures
                .iter()
                .min_by_key(|offer| (offer.height, u64::MAX - offer.bandwidth))
        })
        .copied()
}

/// The best of each wanted language, the one that plays by itself first.
fn sounds<'a, 'b>(offers: &'b [Offer<'a>], wanted: &Languages, has_one: bool) -> Vec<&'b Offer<'a>> {
    let all = of_kind(offers, TrackKind::Audio);
    let Some(default) = all.iter().min_by_key(|offer| distance(offer)) else {
        return Vec::new();
    };
    let default = default.language();
    let mut best: Vec<&Offer<'_>> = Vec::new();
    for offer in &all {
        let language = offer.language();
        let plays = language == default && !has_one;
        if !plays && !takes(wanted, language) {
            continue;
        }
        let better = |than: &Offer<'_>| {
            (distance(offer), u64::MAX - offer.bandwidth) < (distance(than), u64::MAX - than.bandwidth)
        };
        match best.iter_mut().find(|other| other.language() == language) {
            Some(other) if better(other) => *other = offer,
            Some(_) => {}
            None => best.push(offer),
        }
    }
    best.sort_by_key(|offer| offer.language() != default);
    best
}

fn takes(wanted: &Languages, language: Option<&str>) -> bool {
    match (wanted, language) {
        (Languages::All, _) => true,
        (Languages::These(list), Some(language)) => list.iter().any(|one| language::is_wanted(one, language)),
        _ => false,
    }
}

/// The wanted ones, one of each adaptation set. None plays by itself unless it is forced.
fn subtitles<'a, 'b>(offers: &'b [Offer<'a>], wanted: &Languages) -> Vec<&'b Offer<'a>> {
    let mut found: Vec<&Offer<'_>> = Vec::new();
    for offer in of_kind(offers, TrackKind::Subtitles) {
        let forced = offer.has_role(&["forced-subtitle", "forced_subtitle"]);
        let by_itself = forced && matches!(wanted, Languages::Default | Languages::These(_));
        if !by_itself && !takes(wanted, offer.language()) {
            continue;
        }
        match found.iter_mut().find(|other| Rc::ptr_eq(&other.set, &offer.set)) {
            Some(other) if offer.bandwidth > other.bandwidth => *other = offer,
            Some(_) => {}
            None => found.push(offer),
        }
    }
    found
}
