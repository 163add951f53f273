//! The load itself: one task that updates all operations in turn, and changes states between.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aniworld_services::progress::{ProgressStatus, ProgressType, Start, Update, keys};
use aniworld_services::{Aniworld, DownloadService, ProgressService};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::jobs::Job;

/// How often the load is handed out.
const TICK: Duration = Duration::from_millis(1);
const TICKS_A_SECOND: u64 = 1_000;
/// Any operation changes its state in so many ticks.
const CHANGE_EVERY: u64 = 10;
/// A probe in so many ticks: out of step with the frames of a window.
const PROBE_EVERY: u64 = 73;
/// The size of every download.
const TOTAL: u64 = 1 << 30;
/// What an update adds.
const STEP: u64 = 1 << 16;

/// A load that runs.
#[derive(Debug)]
pub(crate) struct Generator {
    probes: Arc<Mutex<Vec<usize>>>,
    noted: Arc<Mutex<Vec<Value>>>,
    /// Figures only: no operation changes its state.
    steady: Arc<AtomicBool>,
    codes: Vec<String>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Value>,
}

/// What the task of the load holds.
struct Load {
    progress: ProgressService,
    downloads: DownloadService,
    jobs: Vec<Job>,
    bytes: Vec<u64>,
    /// Those that are paused now: the next state change of one resumes it.
    paused: Vec<bool>,
    probes: Arc<Mutex<Vec<usize>>>,
    noted: Arc<Mutex<Vec<Value>>>,
    steady: Arc<AtomicBool>,
    updates: u64,
    changes: u64,
    refused: u64,
    /// Of a generator of numbers that look random and are the same each time.
    seed: u64,
}

impl Generator {
    /// Starts an operation for every job, and then updates them so often a second in all.
    pub(crate) async fn start(services: &Aniworld, jobs: Vec<Job>, rate: u64) -> Self {
        let progress = services.progress.clone();
        for job in &jobs {
            let start = Start {
                message: job.code.clone(),
                total: Some(TOTAL),
                metadata: job.metadata.clone(),
                ..Start::default()
            };
            let started = progress.start_progress_with(&job.id, ProgressType::Download, &job.title, start);
            started.await.unwrap();
        }
        let codes = jobs.iter().map(|job| job.code.clone()).collect();
        let probes = Arc::<Mutex<Vec<usize>>>::default();
        let noted = Arc::<Mutex<Vec<Value>>>::default();
        let steady = Arc::<AtomicBool>::default();
        let load = Load {
            progress,
            downloads: services.downloads.clone(),
            bytes: vec![0; jobs.len()],
            paused: vec![false; jobs.len()],
            jobs,
            probes: Arc::clone(&probes),
            noted: Arc::clone(&noted),
            steady: Arc::clone(&steady),
            updates: 0,
            changes: 0,
            refused: 0,
            seed: 0x9E37_79B9_7F4A_7C15,
        };
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(load.run(rate / TICKS_A_SECOND, stopped));
        Self {
            probes,
            noted,
            steady,
            codes,
            stop,
            task,
        }
    }

    /// Chooses whose state changes are noted. Answers what was noted of those before.
    pub(crate) fn probe(&self, codes: &[String]) -> Vec<Value> {
        let known = codes
            .iter()
            .filter_map(|code| self.codes.iter().position(|it| it == code));
        // the lock is held while a probe is made: none comes after this
        let mut probes = self.probes.lock().unwrap();
        *probes = known.collect();
        std::mem::take(&mut *self.noted.lock().unwrap())
    }

    /// Only figures change from now on. What happens to an operation is kept in its journal, which is bounded but
    /// takes long to fill: memory that is looked at meanwhile would say nothing.
    pub(crate) fn hold_states(&self) {
        self.steady.store(true, Ordering::Relaxed);
    }

    /// Stops, and brings every operation into its last state.
    pub(crate) async fn end(self) -> Value {
        self.stop.send(()).unwrap();
        self.task.await.unwrap()
    }
}

impl Load {
    async fn run(mut self, updates_a_tick: u64, mut stopped: oneshot::Receiver<()>) -> Value {
        let mut ticks = tokio::time::interval(TICK);
        // the rate is kept: a tick that comes late is made up for
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut next = 0;
        for tick in 0_u64.. {
            tokio::select! {
                biased;
                _ = &mut stopped => break,
                _ = ticks.tick() => {}
            }
            for _ in 0..updates_a_tick {
                next = self.next_running(next);
                self.advance(next).await;
            }
            if tick % CHANGE_EVERY == 0 && !self.steady.load(Ordering::Relaxed) {
                let any = self.any();
                self.change_state(any).await;
            }
            if tick % PROBE_EVERY == 0 {
                self.probe(tick / PROBE_EVERY);
            }
        }
        self.last_states().await
    }

    /// The next one that is neither paused nor looked at.
    fn next_running(&self, index: usize) -> usize {
        let probes = self.probes.lock().unwrap();
        let count = self.jobs.len();
        let mut behind = (1..=count).map(|step| (index + step) % count);
        let running = |index: &usize| !self.paused[*index] && !probes.contains(index);
        behind.find(running).unwrap_or(index)
    }

    async fn advance(&mut self, index: usize) {
        self.bytes[index] = (self.bytes[index] + STEP).min(TOTAL);
        let update = Update {
            current: Some(self.bytes[index]),
            ..Update::default()
        };
        self.updates += 1;
        self.send(index, update).await;
    }

    /// Pauses or resumes one.
    async fn change_state(&mut self, index: usize) {
        if self.probes.lock().unwrap().contains(&index) {
            return;
        }
        self.paused[index] = !self.paused[index];
        let status = if self.paused[index] {
            ProgressStatus::Paused
        } else {
            ProgressStatus::InProgress
        };
        self.send(index, to(status, &[])).await;
        self.changes += 1;
    }

    /// Turns one of those that are looked at from receiving to verifying and back.
    fn probe(&mut self, number: u64) {
        let progress = self.progress.clone();
        let shared = Arc::clone(&self.probes);
        let probes = shared.lock().unwrap();
        let Some(count) = u64::try_from(probes.len()).ok().filter(|count| *count > 0) else {
            return;
        };
        let index = probes[usize::try_from(number % count).unwrap()];
        let phase = if (number / count).is_multiple_of(2) {
            "verifying"
        } else {
            "downloading"
        };
        // a change that is none is none in the window either
        let id = &self.jobs[index].id;
        let known = progress.get(id).unwrap();
        let shown = known.metadata.get(keys::PHASE).and_then(Value::as_str);
        if known.status == ProgressStatus::InProgress && shown.unwrap_or("downloading") == phase {
            return;
        }
        let note = json!({ "code": self.jobs[index].code, "state": phase, "at_ms": now_ms() });
        self.noted.lock().unwrap().push(note);
        self.paused[index] = false;
        let update = to(ProgressStatus::InProgress, &[(keys::PHASE, phase)]);
        self.count(progress.update(id, update).is_ok());
    }

    /// One in five is given up in the queue; the others stop where they can be told apart. What each row must
    /// show, by its code.
    async fn last_states(mut self) -> Value {
        let mut expected = serde_json::Map::new();
        let mut wrong = 0_u64;
        for index in 0..self.jobs.len() {
            let (shown, status) = self.last_state(index).await;
            let now = self.progress.get(&self.jobs[index].id).map(|it| it.status);
            wrong += u64::from(now != Some(status));
            expected.insert(self.jobs[index].code.clone(), shown.into());
        }
        self.progress.settled().await;
        json!({
            "updates": self.updates,
            "changes": self.changes,
            "refused": self.refused,
            "wrong": wrong,
            "expected": expected,
        })
    }

    /// What its row must show then, and the status that its operation must have.
    async fn last_state(&mut self, index: usize) -> (&'static str, ProgressStatus) {
        use ProgressStatus::{Cancelled, InProgress, Paused, Waiting};
        let (shown, mut update) = match index % 5 {
            0 => {
                // its owner ends it, so that the list knows of it too
                self.count(self.downloads.cancel(self.jobs[index].number).await.is_ok());
                return ("cancelled", Cancelled);
            }
            1 => ("paused", to(Paused, &[])),
            2 => {
                let until = "2099-01-01T00:00:00Z";
                let why = [
                    (keys::REASON, "retry"),
                    (keys::UNTIL, until),
                    (keys::ERROR_CODE, "connect"),
                ];
                ("waiting", to(Waiting, &why))
            }
            3 => ("verifying", to(InProgress, &[(keys::PHASE, "verifying")])),
            _ => ("downloading", to(InProgress, &[(keys::PHASE, "downloading")])),
        };
        update.current = Some(self.bytes[index]);
        let status = update.status.unwrap_or(InProgress);
        self.send(index, update).await;
        (shown, status)
    }

    async fn send(&mut self, index: usize, update: Update) {
        let taken = self.progress.update_progress(&self.jobs[index].id, update).await;
        self.count(taken.is_ok());
    }

    fn count(&mut self, taken: bool) {
        self.refused += u64::from(!taken);
    }

    /// Any operation: xorshift.
    fn any(&mut self) -> usize {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        usize::try_from(self.seed % self.jobs.len() as u64).unwrap()
    }
}

fn to(status: ProgressStatus, metadata: &[(&str, &str)]) -> Update {
    let metadata = metadata
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).into()));
    Update {
        status: Some(status),
        metadata: metadata.collect(),
        ..Update::default()
    }
}

/// The time of day in milliseconds, as pages count it.
fn now_ms() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs_f64() * 1_000.0
}
