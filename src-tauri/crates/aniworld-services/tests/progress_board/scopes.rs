//! Seasons and series are the sum of their downloads, planned and running, and no download is added twice.

use std::collections::{BTreeMap, BTreeSet};

use aniworld_services::progress::{
    Action, Clock, DOWNLOAD_QUEUE, Progress, ProgressEvent, ProgressStatus, ProgressType, ProgressUpdate, ids,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Desk, advance, complete, start};

const FOLDER: &str = "Night Trains";

pub(crate) fn begin(season: u32, number: usize, total: Option<u64>) -> ProgressUpdate {
    start(&id(season, number), ProgressType::Download, total)
        .with("job", number)
        .with("serie_folder", FOLDER)
        .with("season", season)
}

pub(crate) fn id(season: u32, number: usize) -> String {
    ids::download_id(FOLDER, season, &number, 1)
}

fn fail(id: &str) -> ProgressUpdate {
    let message = "no room".to_owned();
    ProgressUpdate::new(id, Action::Fail { message })
}

impl Desk {
    pub(crate) fn plan(&mut self, season: u32, number: usize, bytes: Option<u64>) {
        self.board.plan(&id(season, number), FOLDER, season, bytes);
    }

    pub(crate) fn tick(&mut self) -> Vec<ProgressEvent> {
        self.board.tick(self.clock.now())
    }

    fn season(&self, season: u32) -> Option<&Progress> {
        self.board.get(&ids::season_id(FOLDER, season)).map(|it| &**it)
    }

    fn series(&self) -> &Progress {
        self.get(&ids::series_id(FOLDER))
    }
}

#[test]
fn a_season_counts_what_waits_runs_and_has_ended() {
    let mut desk = Desk::default();
    for number in 1..=3 {
        desk.plan(1, number, Some(1_000));
    }
    desk.tick();
    assert_eq!(desk.season(1), None, "nothing runs yet");
    desk.apply(begin(1, 1, Some(1_000))).unwrap();
    desk.advance(&id(1, 1), 500, Some(1_000));
    desk.tick();
    let season = desk.season(1).unwrap();
    assert_eq!(
        (
            season.kind,
            season.status,
            season.current,
            season.total,
            season.percent
        ),
        (
            ProgressType::Queue,
            ProgressStatus::InProgress,
            500,
            Some(3_000),
            Some(16.6)
        )
    );
    assert_eq!(
        season.metadata["items"],
        json!({"ended": 0, "failed": 0, "total": 3})
    );
    desk.apply(complete(&id(1, 1))).unwrap();
    desk.apply(begin(1, 2, Some(1_000))).unwrap();
    desk.apply(fail(&id(1, 2))).unwrap();
    desk.tick();
    let season = desk.season(1).unwrap();
    assert_eq!(season.status, ProgressStatus::Waiting, "the third waits");
    assert_eq!(
        season.metadata["items"],
        json!({"ended": 2, "failed": 1, "total": 3})
    );
    assert_eq!(
        (season.current, season.total),
        (1_000, Some(2_000)),
        "a failed one has no bytes"
    );
}

#[test]
fn a_run_ends_with_one_last_event_and_is_no_part_of_the_past() {
    let mut desk = Desk::default();
    desk.apply(begin(2, 1, Some(10))).unwrap();
    desk.tick();
    desk.apply(complete(&id(2, 1))).unwrap();
    let last: Vec<_> = desk
        .tick()
        .into_iter()
        .map(|event| (event.progress.id.clone(), event.progress.status))
        .collect();
    assert_eq!(
        last,
        [
            (ids::season_id(FOLDER, 2), ProgressStatus::Completed),
            (ids::series_id(FOLDER), ProgressStatus::Completed),
            (ids::SYSTEM_APP.to_owned(), ProgressStatus::Completed)
        ]
    );
    assert_eq!(desk.season(2), None);
    assert!(!desk.board.has_news());
    assert_eq!(desk.board.past().len(), 1, "the download itself");
}

#[test]
fn what_is_tried_again_has_not_failed() {
    let mut desk = Desk::default();
    desk.plan(1, 2, Some(10));
    desk.apply(begin(1, 1, Some(10))).unwrap();
    desk.apply(fail(&id(1, 1))).unwrap();
    desk.plan(1, 1, Some(10));
    desk.apply(begin(1, 1, Some(10))).unwrap();
    desk.tick();
    assert_eq!(
        desk.series().metadata["items"],
        json!({"ended": 0, "failed": 0, "total": 2})
    );
}

#[test]
fn the_queue_says_how_long_the_rest_may_take() {
    let mut desk = Desk::default();
    desk.start(DOWNLOAD_QUEUE, ProgressType::Queue, Some(2));
    desk.plan(1, 2, Some(9_000));
    desk.apply(begin(1, 1, Some(11_000))).unwrap();
    for step in 0..=20 {
        desk.advance(&id(1, 1), step * 200, Some(11_000));
        desk.tick();
        desk.wait(200);
    }
    // 20,000 bytes in all, 4,000 of them here, 1,000 a second
    let eta = |key: &str| desk.get(DOWNLOAD_QUEUE).metadata.get(key).and_then(Value::as_u64);
    let likely = eta("eta_s").unwrap();
    assert!((15..=18).contains(&likely), "{likely}");
    assert!(eta("eta_low_s").unwrap() <= likely && likely <= eta("eta_high_s").unwrap());
}

/// What may happen to one of six downloads in two seasons.
#[derive(Debug, Clone)]
enum Step {
    Plan(usize, Option<u64>),
    Unplan(usize),
    Start(usize, Option<u64>),
    Advance(usize, u64),
    Pause(usize),
    End(usize, u8),
    Tick(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let item = 0..6_usize;
    let size = || prop_oneof![Just(None), Just(Some(1_000)), Just(Some(300))];
    let step = prop_oneof![
        3 => (item.clone(), size()).prop_map(|(item, size)| Step::Plan(item, size)),
        1 => item.clone().prop_map(Step::Unplan),
        3 => (item.clone(), size()).prop_map(|(item, size)| Step::Start(item, size)),
        5 => (item.clone(), 0..1_200_u64).prop_map(|(item, bytes)| Step::Advance(item, bytes)),
        1 => item.clone().prop_map(Step::Pause),
        3 => (item, 0..3_u8).prop_map(|(item, how)| Step::End(item, how)),
        3 => (1..2_000_u64).prop_map(Step::Tick),
    ];
    proptest::collection::vec(step, 1..150)
}

fn season_of(item: usize) -> u32 {
    u32::try_from(item % 2).unwrap() + 1
}

/// One scope, told by hand.
#[derive(Debug, Default)]
struct Told {
    planned: BTreeMap<usize, Option<u64>>,
    completed: Vec<u64>,
    failed: BTreeSet<usize>,
}

impl Told {
    fn open(&self, desk: &Desk, season: u32) -> BTreeSet<usize> {
        let runs = |item: &usize| {
            desk.board
                .get(&id(season, *item))
                .is_some_and(|it| !it.status.is_terminal())
        };
        let running = (0..6).filter(|item| season_of(*item) == season).filter(runs);
        self.planned.keys().copied().chain(running).collect()
    }

    /// The totals in bytes, or `None` where one is not known.
    fn bytes(&self, desk: &Desk, season: u32) -> Option<(u64, u64)> {
        let mut sum = (self.completed.iter().sum(), self.completed.iter().sum());
        for item in self.open(desk, season) {
            let running = desk
                .board
                .get(&id(season, item))
                .filter(|it| !it.status.is_terminal());
            let (bytes, total) = match running {
                Some(progress) => (progress.current, progress.total?.max(progress.current)),
                None => (0, self.planned[&item]?),
            };
            sum = (sum.0 + bytes, sum.1 + total);
        }
        Some(sum)
    }
}

fn compare(desk: &Desk, told: &BTreeMap<u32, Told>) -> Result<(), TestCaseError> {
    for (season, told) in told {
        let open = told.open(desk, *season);
        let Some(found) = desk.season(*season) else {
            continue;
        };
        let ended = told.completed.len() + told.failed.len();
        let items = json!({"ended": ended, "failed": told.failed.len(), "total": ended + open.len()});
        prop_assert_eq!(&found.metadata["items"], &items);
        match told.bytes(desk, *season) {
            Some((bytes, total)) if total > 0 => {
                prop_assert_eq!(&found.metadata["unit"], "bytes");
                prop_assert_eq!((found.current, found.total), (bytes, Some(total)));
            }
            _ => prop_assert_eq!(&found.metadata["unit"], "items"),
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_season_is_the_sum_of_its_downloads(steps in steps()) {
        let mut desk = Desk::default();
        let mut told: BTreeMap<u32, Told> = BTreeMap::from([(1, Told::default()), (2, Told::default())]);
        for step in steps {
            let Some(item) = item_of(&step) else {
                if let Step::Tick(millis) = step {
                    desk.wait(millis);
                }
                desk.tick();
                // a run that is over has been told, and the next one begins with nothing
                for (season, told) in &mut told {
                    if told.open(&desk, *season).is_empty() {
                        *told = Told::default();
                    }
                }
                compare(&desk, &told)?;
                continue;
            };
            let season = season_of(item);
            let told = told.get_mut(&season).unwrap();
            take(&mut desk, told, &step, season, item);
        }
    }
}

fn item_of(step: &Step) -> Option<usize> {
    match step {
        Step::Plan(item, _)
        | Step::Unplan(item)
        | Step::Start(item, _)
        | Step::Advance(item, _)
        | Step::Pause(item)
        | Step::End(item, _) => Some(*item),
        Step::Tick(_) => None,
    }
}

fn take(desk: &mut Desk, told: &mut Told, step: &Step, season: u32, item: usize) {
    let id = id(season, item);
    match step {
        Step::Plan(_, bytes) => {
            desk.plan(season, item, *bytes);
            told.planned.insert(item, *bytes);
            told.failed.remove(&item);
        }
        Step::Unplan(_) => {
            desk.board.unplan(&id);
            told.planned.remove(&item);
        }
        Step::Start(_, total) => {
            if desk.apply(begin(season, item, *total)).is_ok() {
                told.failed.remove(&item);
            }
        }
        Step::Advance(_, bytes) => {
            let total = desk.board.get(&id).and_then(|it| it.total);
            let _unknown_or_ended = desk.apply(advance(&id, *bytes, total));
        }
        Step::Pause(_) => {
            let status = ProgressStatus::Paused;
            let _unknown_or_ended = desk.apply(ProgressUpdate::new(
                &*id,
                Action::State {
                    status,
                    message: None,
                },
            ));
        }
        Step::End(_, how) => {
            let update = match how {
                0 => complete(&id),
                1 => fail(&id),
                _ => ProgressUpdate::new(
                    &*id,
                    Action::Cancel {
                        message: String::new(),
                    },
                ),
            };
            if let Ok(applied) = desk.apply(update) {
                told.planned.remove(&item);
                match how {
                    0 => told.completed.push(applied.event.progress.current),
                    1 => {
                        told.failed.insert(item);
                    }
                    _ => {}
                }
            }
        }
        Step::Tick(_) => {}
    }
}
