//! Crash upon crash, by chance, also with another version of the film at the server in between.

use aniworld_transfer::TransferError;
use aniworld_transfer::disk::{SimulatedDisk, Survival};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::film::{Film, Kind, bytes, new_disk, target};
use crate::trials::{each, from_environment, rounds};

const LENGTH: u32 = 1_100_000;
/// More calls than a whole download of this film takes: some runs get to their end.
const CALLS: usize = 150;

/// Versions of a film, the one that is served last.
struct Versions {
    film: Film,
    all: Vec<Vec<u8>>,
}

impl Versions {
    fn new(connections: u8) -> Self {
        let film = Film::new(LENGTH, Kind::File(connections));
        let all = vec![film.bytes.clone()];
        Self { film, all }
    }

    /// Another film of the same size. A careless server gives it the validator of the first one.
    fn replace(&mut self, careless: bool) {
        let number = self.all.len() as u64;
        let new = bytes(u32::try_from(number).unwrap() * 7_919, LENGTH);
        let tag = if careless { 0 } else { number };
        self.film.replace(&new, tag);
        self.all.push(new);
    }

    #[track_caller]
    fn assert_whole_or_absent(&self, disk: &SimulatedDisk, story: &[String]) {
        if let Some(found) = disk.contents(&target()) {
            assert!(self.all.contains(&found), "no version at all: {story:?}");
        }
    }
}

async fn chain(seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    let careless = chance.random_ratio(1, 3);
    let mut versions = Versions::new(if chance.random() { 1 } else { 4 });
    let mut disk = new_disk();
    let mut story = vec![format!("seed {seed}, careless: {careless}")];
    for _ in 0..chance.random_range(1..5) {
        let call = chance.random_range(0..CALLS);
        disk.crash_at(call);
        let _said = versions.film.fetch(&disk).await;
        let survival = Survival::Random(chance.random());
        story.push(format!("crash at {call} {survival:?}"));
        disk = disk.reboot(survival);
        versions.assert_whole_or_absent(&disk, &story);
        if chance.random_ratio(1, 3) {
            versions.replace(careless);
            story.push("replaced".to_owned());
        }
    }
    match versions.film.fetch(&disk).await {
        Ok(_) | Err(TransferError::Exists { .. }) => {}
        Err(error) => panic!("{error}: {story:?}"),
    }
    assert!(disk.contents(&target()).is_some(), "{story:?}");
    versions.assert_whole_or_absent(&disk, &story);
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_upon_crash_ends_in_one_whole_version() {
    // one seed alone: a failing one is repeated
    let only = from_environment("ANIWORLD_TORTURE_SEED").map(|seed| seed as u64);
    let all = 0..rounds(32) as u64;
    each(all.filter(|seed| only.is_none_or(|only| only == *seed)), chain).await;
}
