//! From the items of a feed to the episodes of one series.

use std::collections::HashMap;

use aniworld_names::{EpisodeNumber, parse};
use jiff::civil::Date;
use url::Url;

use super::item::{Item, ItemKind};
use super::media::{choose, key_of};
use crate::source::{EpisodeKind, MAX_WARNINGS, OfferedEpisode};

/// Gathers the episodes of all pages of a feed, each once.
#[derive(Debug, Default)]
pub(super) struct Episodes {
    /// Those gathered, in the order of the feed.
    pub(super) all: Vec<OfferedEpisode>,
    /// What was left out.
    pub(super) warnings: Vec<String>,
    seen: HashMap<String, Url>,
}

impl Episodes {
    /// Adds an item; `serial` is what the channel says of its order.
    pub(super) fn add(&mut self, item: Item, serial: bool) {
        let Some(asset) = choose(&item.files) else {
            if self.warnings.len() < MAX_WARNINGS {
                let name = item.title.or(item.id).unwrap_or_default();
                self.warnings.push(format!("{name:?} has no video file"));
            }
            return;
        };
        let by_address = key_of(&asset);
        let mut key = item.id.clone().unwrap_or_else(|| by_address.clone());
        match self.seen.get(&key) {
            // Pages shift while they are read, so the same item comes twice.
            Some(url) if *url == asset.url => return,
            // Some feeds give one id to several items.
            Some(_) => key = by_address,
            None => {}
        }
        if self.seen.insert(key.clone(), asset.url.clone()).is_some() {
            return;
        }
        let numbers = Numbers::of(&item, serial);
        self.all.push(OfferedEpisode {
            key,
            season: numbers.season,
            number: numbers.number,
            kind: numbers.kind,
            title: numbers.title,
            air_date: item.published,
            asset,
        });
    }
}

/// Season, number, sort and title of an item.
struct Numbers {
    season: Option<u32>,
    number: Option<EpisodeNumber>,
    kind: EpisodeKind,
    title: Option<String>,
}

impl Numbers {
    fn of(item: &Item, serial: bool) -> Self {
        let raw = item.title.clone();
        // A title is no path.
        let parsed = parse(&raw.as_deref().unwrap_or_default().replace(['/', '\\'], " "));
        let found = parsed.numbering();
        let agrees = found
            .as_ref()
            .is_some_and(|found| item.number.as_ref().is_none_or(|number| *number == found.number));
        let title = item
            .clean_title
            .clone()
            .or(if agrees { parsed.title } else { raw });
        let season = item
            .season
            .or(found.as_ref().filter(|_| agrees).and_then(|found| found.season));
        let kind = match item.kind {
            ItemKind::Trailer => EpisodeKind::Trailer,
            ItemKind::Bonus => EpisodeKind::Bonus,
            ItemKind::Full if season == Some(0) || (agrees && parsed.is_special) => EpisodeKind::Special,
            ItemKind::Full => EpisodeKind::Regular,
        };
        match kind {
            // Numbers of a trailer name the episode that it announces: it must never pass for that one.
            EpisodeKind::Trailer | EpisodeKind::Bonus => Self {
                season: Some(season.unwrap_or(0)),
                number: None,
                kind,
                title,
            },
            EpisodeKind::Special | EpisodeKind::Regular => {
                let number = item.number.clone().or(found.map(|found| found.number));
                let season = if kind == EpisodeKind::Special {
                    Some(season.unwrap_or(0))
                } else {
                    season
                };
                let in_order = (serial && number.is_some()).then_some(1);
                let number = number.or_else(|| item.published.and_then(day_number));
                Self {
                    season: season.or(in_order),
                    number,
                    kind,
                    title,
                }
            }
        }
    }
}

fn day_number(day: Date) -> Option<EpisodeNumber> {
    Some(EpisodeNumber::Date {
        year: u16::try_from(day.year()).ok()?,
        month: u8::try_from(day.month()).ok()?,
        day: u8::try_from(day.day()).ok()?,
    })
}
