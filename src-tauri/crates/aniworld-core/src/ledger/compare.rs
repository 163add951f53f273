//! The comparison itself.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use aniworld_names::EpisodeNumber;

use super::cover::{Cover, span};
use super::{EpisodeState, HaveFile, LedgerRow, Offer};
use crate::source::{AssetSize, EpisodeKind, SourceId};

/// Compares what sources offer of one series with what is on disk: one row per episode, by season
/// (specials last), number and version.
///
/// * Offers of several sources under one number are the same episode; the best is one that is not gone,
///   whose size is known to the byte, of the lowest source. Several of *one* source are versions.
/// * A file with several episodes covers each of them. An offer with several is covered by files that
///   hold all of them, and left out where each is offered by itself.
/// * Trailers and bonus material count only when they are on disk. Offers without a number have no row.
/// * A file that nobody offers has a row of its own.
///
/// Pure, independent of the order of its input, O(n log n) of offers and files.
pub fn compare(offers: &[Offer], files: &[HaveFile]) -> Vec<LedgerRow> {
    let mut files: Vec<&HaveFile> = files.iter().collect();
    files.sort_unstable_by_key(|file| (file.version, file.file_id));
    let groups = groups(offers, &files);
    let singles = Singles::new(&groups);
    let cover = Cover::new(&files);
    let mut used = vec![false; files.len()];
    let mut rows = Vec::with_capacity(groups.len());
    for (key, group) in &groups {
        let exact = group.files.iter().any(|file| !used[*file]);
        if !exact && singles.offer_each_of(key) {
            continue;
        }
        rows_of(key, group, &files, &cover, &mut used, &mut rows);
    }
    rows.sort_unstable_by(by_place);
    rows
}

/// Season and number.
type Key = (u32, EpisodeNumber);

/// Everything under one number.
#[derive(Debug, Default)]
struct Group<'a> {
    /// Offers of it, best first within each source.
    offers: BTreeMap<SourceId, Vec<&'a Offer>>,
    /// Indexes of files with exactly this number, by version.
    files: Vec<usize>,
}

fn groups<'a>(offers: &'a [Offer], files: &[&HaveFile]) -> BTreeMap<Key, Group<'a>> {
    let mut groups: BTreeMap<Key, Group<'a>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let key = (file.season, file.number.clone());
        groups.entry(key).or_default().files.push(index);
    }
    for offer in offers {
        let Some(number) = offer.number.clone() else {
            continue;
        };
        let key = (season(offer), number);
        let group = match offer.kind {
            EpisodeKind::Regular | EpisodeKind::Special => groups.entry(key).or_default(),
            EpisodeKind::Trailer | EpisodeKind::Bonus => match groups.get_mut(&key) {
                Some(group) if !group.files.is_empty() => group,
                _ => continue,
            },
        };
        group.offers.entry(offer.source).or_default().push(offer);
    }
    for group in groups.values_mut() {
        group.offers.values_mut().for_each(order_versions);
    }
    groups
}

fn season(offer: &Offer) -> u32 {
    offer
        .season
        .unwrap_or_else(|| u32::from(offer.kind != EpisodeKind::Special))
}

/// Versions of one source, in the order in which it came to offer them. A gone one is no version
/// beside others: it was replaced.
fn order_versions(offers: &mut Vec<&Offer>) {
    offers.sort_unstable_by_key(|offer| (offer.gone, offer.offer_id));
    let living = offers.iter().filter(|offer| !offer.gone).count();
    offers.truncate(living.max(1));
}

/// The offers of one version, best first.
fn candidates<'a>(group: &Group<'a>, version: usize) -> Vec<&'a Offer> {
    let mut offers: Vec<&Offer> = group
        .offers
        .values()
        .filter_map(|versions| versions.get(version).copied())
        .collect();
    offers.sort_unstable_by_key(|offer| {
        let exact = matches!(offer.size, AssetSize::Exact(_));
        (offer.gone, !exact, offer.source, offer.offer_id)
    });
    offers
}

/// The rows of one number: one per version that is offered, and one per further file.
fn rows_of(
    key: &Key,
    group: &Group<'_>,
    files: &[&HaveFile],
    cover: &Cover,
    used: &mut [bool],
    rows: &mut Vec<LedgerRow>,
) {
    let offered = group.offers.values().map(Vec::len).max().unwrap_or_default();
    let mut held = place_files(group, files, offered);
    if let Some(first) = held.first_mut()
        && first.is_none()
    {
        *first = span(&key.1)
            .and_then(|(first, last)| cover.file(key.0, first, last))
            // a file of exactly this number has its version already
            .filter(|file| files[*file].number != key.1);
    }
    for (version, file) in (0u32..).zip(held) {
        let offers = candidates(group, version as usize);
        // a file with several episodes may stand in the rows of each, and then needs none of its own
        let taken = file.is_some_and(|file| used[file]);
        if offers.is_empty() && taken {
            continue;
        }
        if let Some(file) = file {
            used[file] = true;
        }
        rows.push(row(key, version + 1, &offers, file.map(|file| files[file])));
    }
}

/// Puts files into the versions that their names say, the others into the first free ones.
fn place_files(group: &Group<'_>, files: &[&HaveFile], offered: usize) -> Vec<Option<usize>> {
    let mut held: Vec<Option<usize>> = vec![None; offered];
    let mut left = Vec::new();
    for index in group.files.iter().copied() {
        let said = files[index].version.saturating_sub(1) as usize;
        match held.get_mut(said) {
            Some(place) if place.is_none() => *place = Some(index),
            _ => left.push(index),
        }
    }
    let mut free = 0;
    for index in left {
        while held.get(free).is_some_and(Option::is_some) {
            free += 1;
        }
        match held.get_mut(free) {
            Some(place) => *place = Some(index),
            None => held.push(Some(index)),
        }
    }
    held
}

fn row(key: &Key, version: u32, offers: &[&Offer], file: Option<&HaveFile>) -> LedgerRow {
    let best = offers.first();
    let state = match (file, best) {
        (Some(_), _) => EpisodeState::Have,
        (None, Some(offer)) if !offer.gone => EpisodeState::Missing,
        (None, _) => EpisodeState::Gone,
    };
    let exact = file.filter(|file| file.number == key.1);
    LedgerRow {
        season: key.0,
        number: key.1.clone(),
        version,
        title: offers
            .iter()
            .find_map(|offer| offer.title.clone())
            .or_else(|| exact.and_then(|file| file.title.clone())),
        air_date: offers.iter().find_map(|offer| offer.air_date),
        state,
        file_id: file.map(|file| file.file_id),
        offer_id: best.map(|offer| offer.offer_id),
    }
}

/// Plain numbers that somebody still offers one by one, by season and in order.
struct Singles(BTreeMap<u32, Vec<u32>>);

impl Singles {
    fn new(groups: &BTreeMap<Key, Group<'_>>) -> Self {
        let mut singles: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for ((season, number), group) in groups {
            let offered = group.offers.values().flatten().any(|offer| !offer.gone);
            if let (EpisodeNumber::Single(number), true) = (number, offered) {
                singles.entry(*season).or_default().push(*number);
            }
        }
        Self(singles)
    }

    /// Whether a key is a range of which every number is offered by itself.
    fn offer_each_of(&self, (season, number): &Key) -> bool {
        let EpisodeNumber::Range { first, last } = number else {
            return false;
        };
        let Some(numbers) = self.0.get(season) else {
            return false;
        };
        let from = numbers.partition_point(|number| number < first);
        let to = numbers.partition_point(|number| number <= last);
        // the keys of a map come in order and once each, so the count says whether one is lacking
        (to - from) as u64 == u64::from(*last) - u64::from(*first) + 1
    }
}

fn by_place(a: &LedgerRow, b: &LedgerRow) -> Ordering {
    let place = |row: &LedgerRow| (row.season == 0, row.season, rank(&row.number));
    place(a)
        .cmp(&place(b))
        .then_with(|| a.number.cmp(&b.number))
        .then_with(|| a.version.cmp(&b.version))
}

/// Plain numbers, decimals and ranges by their first number, days behind them.
fn rank(number: &EpisodeNumber) -> (u8, u32) {
    match number {
        EpisodeNumber::Single(n)
        | EpisodeNumber::Decimal { whole: n, .. }
        | EpisodeNumber::Range { first: n, .. } => (0, *n),
        EpisodeNumber::Date { .. } => (1, 0),
    }
}

#[cfg(test)]
mod tests;
