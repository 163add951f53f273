//! What downloads add up to per season, per series and in all, as derived operations, computed here and by
//! nobody else. Pure; must not know who publishes them.
//!
//! There is one [`Tally`] per season, one per series, and one of all: that one is what the queue and the program
//! show. A scope has a run: it begins with the first item that is planned or starts while it has none, and ends
//! when no item is left open. An item is one download, planned or running, and is counted once: while it
//! has an operation, the operation speaks for it, before and between that the plan does.
//!
//! Derived operations are refreshed by [`Scopes::refresh`], not with every sample of a child: at most so often as
//! the board is ticked, and once more after the last change.

mod app;
mod derived;
mod limits;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub(super) use self::app::Around;
use self::derived::{Derived, Fresh};
pub(super) use self::limits::Bottleneck;
use self::limits::Limits;
use super::share::Share;
use super::slots::{Key, Slots};
use super::tally::Tally;
use crate::progress::clock::Moment;
use crate::progress::{Progress, ProgressEvent, ProgressStatus, Significance};

/// A season of a series (`Some`), or the series as a whole.
type Name = (Arc<str>, Option<u32>);

/// Where an item belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) serie_folder: Arc<str>,
    pub(super) season: u32,
}

/// Where the share of an item counts beside the whole.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spot<'a> {
    pub(super) place: Option<&'a Place>,
    /// From where it comes, where that is known.
    pub(super) host: Option<&'a Arc<str>>,
}

impl<'a> Spot<'a> {
    fn of(place: &'a Place) -> Self {
        let (place, host) = (Some(place), None);
        Self { place, host }
    }
}

/// An item that waits for its turn.
#[derive(Debug)]
struct Planned {
    place: Place,
    share: Share,
    /// An operation speaks for it now.
    silent: bool,
}

#[derive(Debug, Default)]
struct Scope {
    tally: Tally,
    derived: Derived,
}

#[derive(Debug, Default)]
struct Series {
    whole: Scope,
    seasons: BTreeMap<u32, Scope>,
    /// It stands in the list of those to be refreshed.
    dirty: bool,
}

/// All series with open items.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    series: HashMap<Arc<str>, Series>,
    planned: HashMap<String, Planned>,
    all: Tally,
    limits: Limits,
    app: Derived,
    /// What the program shows is older than what it is made of.
    app_dirty: bool,
    dirty: Vec<Arc<str>>,
    /// Derived operations by id, as they were last published.
    published: HashMap<String, Published>,
    /// The ids of those by the place that is reserved for them.
    by_place: HashMap<usize, String>,
}

#[derive(Debug)]
struct Published {
    key: Key,
    progress: Arc<Progress>,
}

impl Scopes {
    /// Plans an item, or changes what is planned of it. `running`: an operation speaks for it.
    pub(super) fn plan(&mut self, id: &str, place: Place, bytes: Option<u64>, running: bool) {
        self.drop_plan(id);
        let share = Share::planned(bytes);
        self.forget_failure(id, &place);
        let silent = running;
        if !silent {
            self.step(Spot::of(&place), None, Some(share));
        }
        let planned = Planned { place, share, silent };
        self.planned.insert(id.to_owned(), planned);
    }

    /// Takes an item out of the plan. An operation of it goes on to count.
    pub(super) fn unplan(&mut self, id: &str) {
        if self.drop_plan(id) {
            self.all.closed();
        }
    }

    /// The same; whether the plan was what counted.
    fn drop_plan(&mut self, id: &str) -> bool {
        let planned = self.planned.remove(id).filter(|planned| !planned.silent);
        if let Some(planned) = &planned {
            self.step(Spot::of(&planned.place), Some(planned.share), None);
        }
        planned.is_some()
    }

    /// An operation began to speak for an item.
    pub(super) fn began(&mut self, id: &str, spot: Spot<'_>, share: Share) {
        if let Some(planned) = self.planned.get_mut(id).filter(|planned| !planned.silent) {
            planned.silent = true;
            let (place, share) = (planned.place.clone(), planned.share);
            self.step(Spot::of(&place), Some(share), None);
        }
        self.step(spot, None, Some(share));
        if let Some(place) = spot.place {
            self.forget_failure(id, place);
        }
    }

    /// The operation of an item has other figures.
    pub(super) fn changed(&mut self, spot: Spot<'_>, before: Share, after: Share) {
        if before != after {
            self.step(spot, Some(before), Some(after));
        }
    }

    /// The operation no longer is one of an item.
    pub(super) fn left(&mut self, spot: Spot<'_>, before: Share) {
        self.step(spot, Some(before), None);
    }

    /// The operation of an item ended, with its share before that and with its last one.
    pub(super) fn ended(
        &mut self,
        id: &str,
        spot: Spot<'_>,
        (before, last): (Share, Share),
        how: ProgressStatus,
    ) {
        self.planned.remove(id);
        self.step(spot, Some(before), None);
        self.all.closed();
        let end = |tally: &mut Tally| match how {
            ProgressStatus::Completed => tally.complete(last.bytes),
            ProgressStatus::Failed => tally.fail(id),
            _ => {}
        };
        end(&mut self.all);
        self.on_scopes(spot.place, end);
    }

    /// What everything adds up to.
    pub(super) fn all(&self) -> &Tally {
        &self.all
    }

    /// The owner of the queue has counted its items.
    pub(super) fn counted(&mut self) {
        self.all.counted();
    }

    /// What limits all downloads together.
    pub(super) fn bottleneck(&self) -> Option<&Bottleneck> {
        self.limits.bottleneck()
    }

    #[cfg(test)]
    pub(super) fn limits(&self) -> ([u128; 3], BTreeMap<String, u128>) {
        self.limits.sums()
    }

    #[cfg(test)]
    pub(super) fn tally(&self, serie_folder: &str, season: Option<u32>) -> Option<&Tally> {
        let series = self.series.get(serie_folder)?;
        match season {
            Some(season) => series.seasons.get(&season).map(|scope| &scope.tally),
            None => Some(&series.whole.tally),
        }
    }

    /// Something else that the program shows has changed.
    pub(super) fn touch_app(&mut self) {
        self.app_dirty = true;
    }

    /// Whether a derived operation is older than what it is derived from, or will be in a moment.
    pub(super) fn is_dirty(&self) -> bool {
        self.app_dirty || !self.dirty.is_empty() || self.limits.is_pending()
    }

    /// Brings derived operations up to date and returns the changed ones. One that is over leaves with that.
    pub(super) fn refresh(
        &mut self,
        now: Moment,
        slots: &mut Slots,
        past_scan: Option<&Progress>,
        seq: &mut u64,
    ) -> Vec<(Key, ProgressEvent)> {
        let mut refreshed = Vec::new();
        for folder in std::mem::take(&mut self.dirty) {
            let Some(series) = self.series.get_mut(&folder) else {
                continue;
            };
            series.dirty = false;
            series.seasons.retain(|season, scope| {
                refreshed.extend(scope.refresh(&(Arc::clone(&folder), Some(*season)), now));
                !scope.tally.is_over()
            });
            refreshed.extend(series.whole.refresh(&(Arc::clone(&folder), None), now));
            if series.whole.tally.is_over() {
                self.series.remove(&folder);
            }
        }
        self.all.look(now.steady);
        self.limits.look(self.all.whole_speed(), now.steady);
        if self.all.is_over() {
            self.limits.rest();
        }
        refreshed.extend(self.refresh_app(&Around::of(slots, past_scan), now));
        if self.all.is_over() {
            self.all = Tally::default();
        }
        let publish = |refreshed| self.publish(refreshed, slots, seq);
        refreshed.into_iter().map(publish).collect()
    }

    fn publish(
        &mut self,
        (progress, changed): Fresh,
        slots: &mut Slots,
        seq: &mut u64,
    ) -> (Key, ProgressEvent) {
        *seq += 1;
        let known = self.published.get(&progress.id).map(|published| published.key);
        let key = known.unwrap_or_else(|| slots.reserve(*seq));
        if progress.status.is_terminal() {
            self.published.remove(&progress.id);
            self.by_place.remove(&key.place);
            slots.release(key);
        } else {
            let id = progress.id.clone();
            self.by_place.insert(key.place, id.clone());
            let progress = Arc::clone(&progress);
            self.published.insert(id, Published { key, progress });
        }
        let significance = if changed {
            Significance::StateChange
        } else {
            Significance::Sample
        };
        (key, event(progress, *seq, significance))
    }

    /// The derived operations as they were last published.
    pub(super) fn derived(&self) -> impl Iterator<Item = &Arc<Progress>> {
        self.published.values().map(|published| &published.progress)
    }

    /// One of them.
    pub(super) fn get(&self, id: &str) -> Option<&Arc<Progress>> {
        self.published.get(id).map(|published| &published.progress)
    }

    /// The one with this key, as a sample.
    pub(super) fn by_key(&self, key: Key, seq: u64) -> Option<ProgressEvent> {
        let published = self.published.get(self.by_place.get(&key.place)?)?;
        let progress = Arc::clone(&published.progress);
        (published.key == key).then(|| event(progress, seq, Significance::Sample))
    }

    fn step(&mut self, spot: Spot<'_>, before: Option<Share>, after: Option<Share>) {
        self.all.replace(before, after);
        self.limits.replace(spot.host, before, after);
        self.app_dirty = true;
        self.on_scopes(spot.place, |tally| tally.replace(before, after));
    }

    fn forget_failure(&mut self, id: &str, place: &Place) {
        self.all.forget_failure(id);
        self.on_scopes(Some(place), |tally| tally.forget_failure(id));
    }

    fn on_scopes(&mut self, place: Option<&Place>, change: impl Fn(&mut Tally)) {
        let Some(Place { serie_folder, season }) = place else {
            return;
        };
        if !self.series.contains_key(serie_folder) {
            self.series.insert(Arc::clone(serie_folder), Series::default());
        }
        let Some(series) = self.series.get_mut(serie_folder) else {
            return;
        };
        change(&mut series.whole.tally);
        change(&mut series.seasons.entry(*season).or_default().tally);
        if !series.dirty {
            series.dirty = true;
            self.dirty.push(Arc::clone(serie_folder));
        }
    }
}

impl Scope {
    fn refresh(&mut self, name: &Name, now: Moment) -> Option<Fresh> {
        self.tally.look(now.steady);
        self.derived.refresh(name, &self.tally, now)
    }
}

fn event(progress: Arc<Progress>, seq: u64, significance: Significance) -> ProgressEvent {
    ProgressEvent {
        event_type: progress.kind.event_type(),
        room: progress.kind.room(),
        seq,
        significance,
        progress,
    }
}
