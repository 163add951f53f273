//! The one tally against the same sums made from nothing, after every step of random runs.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use super::tally::{Items, Tally, Unit};
use super::*;
use crate::progress::clock::{Clock, ManualClock};
use crate::progress::percent::Percent;
use crate::progress::{Metadata, ProgressType, keys};

const ITEMS: usize = 8;
const CAUSES: [Option<&str>; 4] = [
    None,
    Some(keys::LIMITED_BY_SERVER),
    Some(keys::LIMITED_BY_DISK),
    Some(keys::LIMITED_BY_SPEED_LIMIT),
];
const HOSTS: [Option<&str>; 3] = [None, Some("archive.org"), Some("example.org:8080")];

/// What may happen to one of the items.
#[derive(Debug, Clone)]
enum Step {
    Plan(usize, Option<u64>),
    Unplan(usize),
    Start(usize, Option<u64>, Option<&'static str>),
    Advance(usize, u64, Option<&'static str>),
    State(usize, ProgressStatus),
    Leave(usize),
    End(usize, ProgressStatus),
    Tick(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let item = 0..ITEMS;
    let size = || prop_oneof![Just(None), Just(Some(0)), Just(Some(1_000)), Just(Some(70_000))];
    let state = prop::sample::select(vec![ProgressStatus::Paused, ProgressStatus::Waiting]);
    let end = prop::sample::select(vec![
        ProgressStatus::Completed,
        ProgressStatus::Failed,
        ProgressStatus::Cancelled,
    ]);
    let step = prop_oneof![
        3 => (item.clone(), size()).prop_map(|(item, size)| Step::Plan(item, size)),
        1 => item.clone().prop_map(Step::Unplan),
        3 => (item.clone(), size(), prop::sample::select(HOSTS.to_vec()))
            .prop_map(|(item, size, host)| Step::Start(item, size, host)),
        8 => (item.clone(), 0..90_000_u64, prop::sample::select(CAUSES.to_vec()))
            .prop_map(|(item, bytes, cause)| Step::Advance(item, bytes, cause)),
        1 => (item.clone(), state).prop_map(|(item, state)| Step::State(item, state)),
        1 => item.clone().prop_map(Step::Leave),
        2 => (item, end).prop_map(|(item, end)| Step::End(item, end)),
        4 => (1..4_000_u64).prop_map(Step::Tick),
    ];
    proptest::collection::vec(step, 1..160)
}

fn folder(item: usize) -> &'static str {
    ["Night Trains", "Harbour"][item % 2]
}

fn season(item: usize) -> u32 {
    u32::from(item % 4 < 2)
}

fn id(item: usize) -> String {
    format!("download_{item}")
}

fn ending(status: ProgressStatus) -> Action {
    let message = String::new();
    match status {
        ProgressStatus::Completed => Action::Complete { message },
        ProgressStatus::Failed => Action::Fail { message },
        _ => Action::Cancel { message },
    }
}

/// How items of one run ended: completed with bytes, or failed.
#[derive(Debug, Default)]
struct Ended {
    completed: Vec<u64>,
    failed: Vec<usize>,
}

/// A scope: all items, those of a series or those of a season.
type Within = (Option<&'static str>, Option<u32>);

#[derive(Default)]
struct Desk {
    board: Board,
    clock: ManualClock,
    planned: BTreeMap<usize, Option<u64>>,
    hosts: BTreeMap<usize, &'static str>,
    ended: BTreeMap<Within, Ended>,
}

fn holds((in_folder, in_season): Within, item: usize) -> bool {
    in_folder.is_none_or(|it| it == folder(item)) && in_season.is_none_or(|it| it == season(item))
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self::default();
        let mut scopes: Vec<Within> = vec![(None, None)];
        for serie in ["Night Trains", "Harbour"] {
            scopes.extend([None, Some(0), Some(1)].map(|season| (Some(serie), season)));
        }
        desk.ended = scopes.into_iter().map(|it| (it, Ended::default())).collect();
        let start = Action::Start {
            kind: ProgressType::Queue,
            title: String::new(),
            message: String::new(),
            current: 0,
            total: Some(3),
        };
        desk.apply(ProgressUpdate::new(ids::DOWNLOAD_QUEUE, start));
        desk
    }

    fn apply(&mut self, update: ProgressUpdate) -> Option<Applied> {
        self.board.apply(update, self.clock.now()).ok()
    }

    /// The operation that speaks for an item.
    fn running(&self, item: usize) -> Option<&Progress> {
        let progress = self.board.get(&id(item))?;
        let speaks = !progress.status.is_terminal() && progress.metadata.contains_key(keys::JOB);
        speaks.then_some(&**progress)
    }

    fn open(&self, within: Within) -> Vec<(usize, Option<&Progress>)> {
        let items = (0..ITEMS).filter(|item| holds(within, *item));
        let open = items.map(|item| (item, self.running(item)));
        open.filter(|(item, running)| running.is_some() || self.planned.contains_key(item))
            .collect()
    }

    fn try_again(&mut self, item: usize) {
        for (within, ended) in &mut self.ended {
            if holds(*within, item) {
                ended.failed.retain(|failed| *failed != item);
            }
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Plan(item, bytes) => {
                self.board.plan(&id(item), folder(item), season(item), bytes);
                self.planned.insert(item, bytes);
                self.try_again(item);
            }
            Step::Unplan(item) => {
                self.board.unplan(&id(item));
                self.planned.remove(&item);
            }
            Step::Start(item, total, host) => self.start(item, total, host),
            Step::Advance(item, current, cause) => {
                let total = self.board.get(&id(item)).and_then(|it| it.total);
                let message = None;
                let action = Action::Advance {
                    current,
                    total,
                    message,
                };
                self.apply(ProgressUpdate::new(id(item), action).with(keys::LIMITED_BY, cause));
            }
            Step::State(item, status) => {
                let message = None;
                self.apply(ProgressUpdate::new(id(item), Action::State { status, message }));
            }
            Step::Leave(item) => self.leave(item),
            Step::End(item, status) => self.end(item, status),
            Step::Tick(millis) => self.tick(millis),
        }
    }

    fn start(&mut self, item: usize, total: Option<u64>, host: Option<&'static str>) {
        let action = Action::Start {
            kind: ProgressType::Download,
            title: String::new(),
            message: String::new(),
            current: 0,
            total,
        };
        let update = ProgressUpdate::new(id(item), action)
            .with(keys::JOB, item)
            .with(keys::SERIE_FOLDER, folder(item))
            .with(keys::SEASON, season(item))
            .with(keys::HOST, host);
        if self.apply(update).is_some() {
            self.hosts.remove(&item);
            self.hosts.extend(host.map(|host| (item, host)));
            self.try_again(item);
        }
    }

    /// Its operation is no longer one of the queue's, and speaks for no item. The plan, if any, is over with it.
    fn leave(&mut self, item: usize) {
        if self.running(item).is_some() && !self.planned.contains_key(&item) {
            let update = Update {
                metadata: Metadata::from([(keys::JOB.to_owned(), Value::Null)]),
                ..Update::default()
            };
            let _applied = self.board.update(&id(item), update, self.clock.now());
        }
    }

    fn end(&mut self, item: usize, status: ProgressStatus) {
        let counts = self.running(item).is_some();
        let Some(applied) = self.apply(ProgressUpdate::new(id(item), ending(status))) else {
            return;
        };
        if !counts {
            return;
        }
        self.planned.remove(&item);
        for (within, ended) in &mut self.ended {
            match status {
                ProgressStatus::Completed if holds(*within, item) => {
                    ended.completed.push(applied.event.progress.current);
                }
                ProgressStatus::Failed if holds(*within, item) => ended.failed.push(item),
                _ => {}
            }
        }
    }

    fn tick(&mut self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
        self.board.tick(self.clock.now());
        // a run that is over has been told, and the next one begins with nothing
        let over: Vec<Within> = self
            .ended
            .keys()
            .filter(|it| self.open(**it).is_empty())
            .copied()
            .collect();
        for within in over {
            self.ended.insert(within, Ended::default());
        }
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        for within in self.ended.keys() {
            let tally = match within {
                (None, _) => Some(self.board.scopes.all()),
                (Some(folder), season) => self.board.scopes.tally(folder, *season),
            };
            match tally {
                Some(tally) => self.compare_with(*within, tally)?,
                None => prop_assert!(self.open(*within).is_empty()),
            }
        }
        self.compare_limits()
    }

    fn compare_with(&self, within: Within, tally: &Tally) -> Result<(), TestCaseError> {
        let (open, ended) = (self.open(within), &self.ended[&within]);
        let sum = |of: &dyn Fn(&Progress) -> u64| open.iter().filter_map(|it| it.1).map(of).sum::<u64>();
        let count = |is: &dyn Fn(&Progress) -> bool| sum(&|it| u64::from(is(it)));
        let done = (ended.completed.len() + ended.failed.len()) as u64;
        let items = Items {
            ended: done,
            failed: ended.failed.len() as u64,
            total: done + open.len() as u64,
        };
        prop_assert_eq!(tally.items(), items);
        let runs = |it: &Progress| matches!(it.status, ProgressStatus::Started | ProgressStatus::InProgress);
        prop_assert_eq!(tally.running(), count(&runs));
        let paused = count(&|it| it.status == ProgressStatus::Paused);
        prop_assert_eq!(tally.is_paused(), !open.is_empty() && paused == open.len() as u64);
        prop_assert_eq!(tally.speed(), sum(&speed));
        prop_assert_eq!(tally.active_bytes(), (sum(&|it| it.current), sum(&whole)));

        let sizes = open.iter().map(|(item, running)| match running {
            Some(progress) => progress.total.map(|_| whole(progress)),
            None => self.planned[item],
        });
        let completed = ended.completed.iter().sum::<u64>();
        let expected = sizes.sum::<Option<u64>>().map(|open| open + completed);
        let measure = tally.measure();
        let figures = (measure.unit, measure.current, measure.total);
        if let Some(total) = expected.filter(|total| *total > 0) {
            let bytes = completed + sum(&|it| it.current);
            prop_assert_eq!(figures, (Unit::Bytes, bytes, total));
            prop_assert_eq!(measure.percent, Percent::of(bytes.into(), total.into()));
        } else {
            prop_assert_eq!(figures, (Unit::Items, items.ended, items.total));
        }
        Ok(())
    }

    fn compare_limits(&self) -> Result<(), TestCaseError> {
        let (mut sums, mut hosts) = ([0_u128; 3], BTreeMap::<String, u128>::new());
        for (item, running) in self.open((None, None)) {
            let Some(progress) = running else { continue };
            let speed = u128::from(speed(progress));
            match progress.metadata.get(keys::LIMITED_BY).and_then(Value::as_str) {
                Some(keys::LIMITED_BY_DISK) => sums[0] += speed,
                Some(keys::LIMITED_BY_SPEED_LIMIT) => sums[1] += speed,
                Some(_) => {
                    sums[2] += speed;
                    if let Some(host) = self.hosts.get(&item).filter(|_| speed > 0) {
                        *hosts.entry((*host).to_owned()).or_default() += speed;
                    }
                }
                None => {}
            }
        }
        prop_assert_eq!(self.board.scopes.limits(), (sums, hosts));
        Ok(())
    }

    /// The queue and the program say the same, and what the tally says.
    fn compare_shown(&self) -> Result<(), TestCaseError> {
        let Some(app) = self.board.get(ids::SYSTEM_APP) else {
            return Ok(());
        };
        let (queue, all) = (
            self.board.active.get(ids::DOWNLOAD_QUEUE).unwrap(),
            self.board.scopes.all(),
        );
        let figures = |it: &Progress| {
            [
                keys::UNIT,
                keys::ETA,
                keys::ETA_LOW,
                keys::ETA_HIGH,
                keys::BOTTLENECK,
            ]
            .map(|key| it.metadata.get(key).cloned())
        };
        prop_assert_eq!(app.percent, queue.progress.percent);
        prop_assert_eq!(figures(app), figures(&queue.progress));
        let activities = serde_json::json!({ "downloads": all.running(), "scans": 0 });
        prop_assert_eq!(&app.metadata[keys::ACTIVITIES], &activities);
        let items = all.items();
        let told = serde_json::json!({ "ended": items.ended, "failed": items.failed, "total": items.total });
        prop_assert_eq!(&app.metadata[keys::ITEMS], &told);
        Ok(())
    }
}

fn speed(progress: &Progress) -> u64 {
    let speed = progress.metadata.get(keys::SPEED);
    speed.and_then(Value::as_u64).unwrap_or(0)
}

fn whole(progress: &Progress) -> u64 {
    progress.total.unwrap_or(0).max(progress.current)
}

proptest! {
    #[test]
    fn the_tally_is_what_a_count_from_nothing_gives(steps in steps()) {
        let mut desk = Desk::new();
        for step in &steps {
            desk.take(step);
            desk.compare()?;
            if matches!(step, Step::Tick(_)) {
                desk.compare_shown()?;
            }
        }
    }
}
