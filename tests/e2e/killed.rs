//! `kill -9` at random moments of scans and downloads in the terminal. After each restart every operation has an
//! owner, and the history has every ended attempt once. `cargo xtask torture history` does it for long.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::terminal::{self, Ran, Running};
use aniworld_tests::{Outcome, database};
use serde_json::Value;
use tempfile::TempDir;

/// Kills in CI; `ANIWORLD_TORTURE_ROUNDS` asks for more.
const ROUNDS: usize = 5;
/// Episodes at the server; the last one cannot be had.
const EPISODES: usize = 8;
const EPISODE_BYTES: usize = 300_000;

/// What must never be found in a database that no program works on. Each row found is a fault.
const FAULTS: [(&str, &str); 6] = [
    (
        "an active job has no program",
        "SELECT id || ' ' || state FROM job WHERE section = 0 OR run_at IS NOT NULL",
    ),
    (
        "an operation has no owner",
        "SELECT operation FROM open_operation",
    ),
    (
        "an ended job has not exactly one row of its end",
        "SELECT id || ' ' || state FROM job WHERE section = 2 AND 1 <> (SELECT count(*) FROM outcome o
         WHERE o.job_id = job.id AND o.ended_at = job.finished_at AND o.state = job.state)",
    ),
    (
        "an attempt that has not ended is in the history",
        "SELECT id || ' ' || state FROM job WHERE section = 1 AND EXISTS (SELECT 1 FROM outcome o
         WHERE o.job_id = job.id AND o.started_at = job.started_at)",
    ),
    (
        "an attempt is in the history twice",
        "SELECT operation || ' ' || attempt FROM outcome WHERE started_at IS NOT NULL
         GROUP BY operation, started_at, coalesce(job_id, attempt) HAVING count(*) > 1",
    ),
    (
        "the days are not the sum of the rows",
        "SELECT days.all_of_them || ' is not ' || row_sums.all_of_them FROM
         (SELECT coalesce(sum(bytes), 0) || ' ' || coalesce(sum(episodes), 0) || ' ' || coalesce(sum(failures), 0)
                 AS all_of_them FROM day) days,
         (SELECT coalesce(sum(transferred), 0) || ' ' || coalesce(sum(state = 'completed'), 0) || ' '
                 || coalesce(sum(state = 'failed'), 0) AS all_of_them FROM outcome WHERE kind = 'download') row_sums
         WHERE days.all_of_them <> row_sums.all_of_them",
    ),
];

struct Place {
    folders: TempDir,
    _nginx: Nginx,
}

impl Place {
    async fn new() -> Outcome<Self> {
        let folders = tempfile::tempdir()?;
        let served = folders.path().join("served/Night Trains/Season 01");
        std::fs::create_dir_all(&served)?;
        std::fs::create_dir_all(folders.path().join("library"))?;
        for number in 1..=EPISODES {
            let bytes: Vec<u8> = (0..251_u8).cycle().skip(number).take(EPISODE_BYTES).collect();
            std::fs::write(served.join(format!("Night Trains - S01E{number:02}.mkv")), bytes)?;
        }
        let options = NginxOptions {
            rate_per_connection: Some("1m".into()),
            ..NginxOptions::json()
        };
        let nginx = Nginx::start(&folders.path().join("served"), options)?;
        let url = nginx.url().to_owned();
        let place = Self {
            folders,
            _nginx: nginx,
        };
        let added = terminal::run(&place.data(), &["source", "add", &url]).await?;
        assert_eq!(added.code, 0, "{added:?}");
        Ok(place)
    }

    /// The last episode: listed by every scan, and gone when it is to be downloaded.
    fn last(&self) -> PathBuf {
        let name = format!("served/Night Trains/Season 01/Night Trains - S01E{EPISODES:02}.mkv");
        self.folders.path().join(name)
    }

    async fn scan_and_lose_the_last(&self) -> Outcome<Ran> {
        let ran = self.scan().await?;
        std::fs::remove_file(self.last())?;
        Ok(ran)
    }

    fn data(&self) -> PathBuf {
        self.folders.path().join("data")
    }

    fn library(&self) -> String {
        self.folders.path().join("library").display().to_string()
    }

    /// Takes the episodes out of the library again, so that there is something to do.
    fn empty(&self) -> Outcome {
        std::fs::write(self.last(), b"soon gone")?;
        let series = self.folders.path().join("library/Night Trains");
        if series.exists() {
            std::fs::remove_dir_all(series)?;
        }
        // an empty library that held files is unreachable: something else stays in it
        let other = self.folders.path().join("library/Harbour");
        std::fs::create_dir_all(&other)?;
        std::fs::write(other.join("Harbour - S01E01.mkv"), b"an episode")?;
        Ok(())
    }

    async fn scan(&self) -> Outcome<Ran> {
        terminal::run(&self.data(), &["scan", &self.library()]).await
    }

    /// What is wrong with the database, in words.
    fn faults(&self) -> Outcome<Vec<String>> {
        let mut found = Vec::new();
        for (fault, question) in FAULTS {
            let rows = database::texts(&self.data(), question)?;
            found.extend(rows.iter().map(|row| format!("{fault}: {row}")));
        }
        Ok(found)
    }

    /// Rows per operation.
    fn rows(&self) -> Outcome<BTreeMap<String, usize>> {
        let mut rows = BTreeMap::new();
        for operation in database::texts(&self.data(), "SELECT operation FROM outcome")? {
            *rows.entry(operation).or_default() += 1;
        }
        Ok(rows)
    }
}

/// The ends of downloads that a run told, each once: whatever was heard must be in the history.
#[derive(Default)]
struct Heard {
    ends: BTreeSet<(String, String)>,
    scans_begun: usize,
    scans_in_good_order: usize,
}

impl Heard {
    /// A scan that nobody killed.
    fn scanned(&mut self, ran: &Ran) {
        self.scans_begun += 1;
        self.scans_in_good_order += usize::from(ran.code == 0);
    }

    fn take(&mut self, lines: &[Value]) {
        for data in lines.iter().map(|line| &line["data"]) {
            let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
            let ended = ["completed", "failed", "cancelled"].contains(&text("status").as_str());
            if ended && data["type"] == "download" {
                self.ends.insert((text("id"), text("started_at")));
            }
        }
    }

    fn gaps(&self, rows: &BTreeMap<String, usize>) -> Vec<String> {
        let mut heard: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, _) in &self.ends {
            *heard.entry(id).or_default() += 1;
        }
        let written = |id: &str| rows.get(id).copied().unwrap_or(0);
        let mut gaps: Vec<String> = heard
            .into_iter()
            .filter(|(id, ends)| written(id) < *ends)
            .map(|(id, ends)| format!("{id} ended {ends} times and has {} rows", written(id)))
            .collect();
        let scans = written("library_scan");
        if scans < self.scans_in_good_order || scans > self.scans_begun {
            gaps.push(format!(
                "{scans} rows of {} scans, {} of which ended in good order",
                self.scans_begun, self.scans_in_good_order
            ));
        }
        gaps
    }
}

/// Numbers without an order, but the same ones from the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

fn from_environment<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_moment_is_the_last_the_history_has_every_end_once() -> Outcome {
    let rounds = from_environment("ANIWORLD_TORTURE_ROUNDS").unwrap_or(ROUNDS);
    let random = || RandomState::new().build_hasher().finish() | 1;
    let seed = from_environment("ANIWORLD_TORTURE_SEED").unwrap_or_else(random);
    let mut chance = Chance(seed);
    let place = Place::new().await?;
    let mut heard = Heard::default();
    let mut kills = 0;
    // how long a run is that nobody kills: moments are spread over all of it
    place.empty()?;
    heard.scanned(&place.scan_and_lose_the_last().await?);
    let whole = terminal::run(&place.data(), &["download", "--all"]).await?;
    assert_eq!(whole.code, 1, "the last episode cannot be had: {whole:?}");
    heard.take(&whole.lines);
    let download_lines = whole.lines.len();
    while kills < rounds {
        place.empty()?;
        // one of four kills hits the scan, the others the downloads
        let (words, moment) = if chance.below(4) == 0 {
            heard.scans_begun += 1;
            (vec!["scan".to_owned(), place.library()], chance.below(8))
        } else {
            heard.scanned(&place.scan_and_lose_the_last().await?);
            let words = vec!["download".to_owned(), "--all".to_owned()];
            (words, chance.below(download_lines))
        };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut running = Running::start(&place.data(), &words)?;
        if running.reads(moment).await? {
            rustix::process::kill_process(running.pid()?, rustix::process::Signal::KILL)?;
            kills += 1;
        }
        let ran = running.end().await?;
        heard.take(&ran.lines);
        let restarted = place.scan().await?;
        assert_eq!(restarted.code, 0, "seed {seed}: {restarted:?}");
        heard.scanned(&restarted);
        let mut faults = place.faults()?;
        faults.extend(heard.gaps(&place.rows()?));
        assert!(
            faults.is_empty(),
            "kill {kills} after line {moment} of {words:?}, seed {seed}:\n  {}",
            faults.join("\n  ")
        );
    }
    println!(
        "{kills} kills, {} ends heard, {:?}",
        heard.ends.len(),
        place.rows()?
    );
    Ok(())
}
