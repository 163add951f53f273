//! The power fails at every call of a download, a resume and a publish, and the crash ends in every way.

use std::sync::Arc;

use aniworld_transfer::TransferError;
use aniworld_transfer::disk::{SimulatedDisk, Survival};

use crate::film::{CHECKPOINT_BYTES, Film, Kind, LEAST_RESUMED, came, new_disk, target, vouched, written};
use crate::trials::{each, sample};

/// Long enough for room to be reserved and for four connections to be worth it.
const LENGTH: u32 = 3_000_000;
/// What a run finds when it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Nothing.
    Fresh,
    /// What a crash in the middle left.
    Resumed,
}

async fn begin(film: &Film, start: Start) -> SimulatedDisk {
    match start {
        Start::Fresh => new_disk(),
        Start::Resumed => film.half_way().await,
    }
}

/// The calls that a run from there takes.
async fn calls(film: &Film, start: &SimulatedDisk) -> usize {
    let disk = start.reboot(Survival::Everything);
    film.fetch(&disk).await.unwrap();
    film.assert_published(&disk, "without a crash");
    film.assert_there(&disk.reboot(Survival::Nothing), "what is done stays done");
    disk.count()
}

async fn crash_everywhere(kind: Kind, start: Start) {
    let film = Arc::new(Film::new(LENGTH, kind));
    let disk = begin(&film, start).await;
    // runs differ a little, so a few calls more
    let points = sample(calls(&film, &disk).await + 5);
    each(points, |call| {
        let (film, before) = (Arc::clone(&film), disk.clone());
        async move {
            let disk = before.reboot(Survival::Everything);
            disk.crash_at(call);
            // what it says does not matter: nobody is there to hear it
            let _said = film.fetch(&disk).await;
            let survivals = Survival::one_of_each(call as u64).into_iter();
            for survival in survivals.chain([Survival::Random(call as u64 + 1_000_000)]) {
                let story = format!("{start:?}, {kind:?}, call {call}, {survival:?}");
                recovers(&film, [&before, &disk], survival, &story).await;
            }
        }
    })
    .await;
}

/// The most that a crash may cost: what a checkpoint saves that has begun, twice as much while it goes on, and
/// what the network brought at once at either end.
fn most_lost(crashed: &SimulatedDisk) -> u64 {
    let at_once = written(crashed).iter().map(|(start, end)| end - start).max();
    3 * CHECKPOINT_BYTES + 2 * at_once.unwrap_or(0)
}

async fn recovers(film: &Film, [before, crashed]: [&SimulatedDisk; 2], survival: Survival, story: &str) {
    let disk = crashed.reboot(survival);
    film.assert_right_or_absent(&disk, story);
    let kept = vouched(&disk);
    let published = disk.contents(&target()).is_some();
    if !published {
        let came = came(before, crashed, LENGTH);
        assert!(
            kept + most_lost(crashed) >= came,
            "only {kept} bytes of {came} are kept: {story}"
        );
    }
    match film.fetch(&disk).await {
        Ok(fetched) => {
            assert!(!published, "it was fetched again: {story}");
            let worth_it = if kept < LEAST_RESUMED && film.kind != Kind::Stream {
                0
            } else {
                kept
            };
            assert_eq!(fetched.resumed_from, worth_it, "{story}");
        }
        Err(TransferError::Exists { .. }) => assert!(published, "{story}"),
        Err(error) => panic!("{error}: {story}"),
    }
    film.assert_published(&disk, story);
    film.assert_there(&disk.reboot(Survival::Nothing), story);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_call_of_a_download() {
    crash_everywhere(Kind::File(1), Start::Fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_call_of_a_download_by_four_connections() {
    crash_everywhere(Kind::File(4), Start::Fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_call_of_a_resume() {
    crash_everywhere(Kind::File(1), Start::Resumed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_call_of_a_resume_by_four_connections() {
    crash_everywhere(Kind::File(4), Start::Resumed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_call_of_a_stream() {
    crash_everywhere(Kind::Stream, Start::Fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_call_of_a_resume_of_a_stream() {
    crash_everywhere(Kind::Stream, Start::Resumed).await;
}
