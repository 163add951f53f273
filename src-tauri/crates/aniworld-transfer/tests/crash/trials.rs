//! Many trials beside each other, or a sample of them.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Every how many-th trial runs where nobody asks for all of them.
const STRIDE: usize = 24;
/// Trials at the same time: each waits for its server now and then.
const AT_ONCE: usize = 4;

/// All of these numbers, or a sample: each of the last ones, where files get their names, and every so
/// many-th before.
pub(crate) fn sample(all: usize) -> Vec<usize> {
    /// Publishing takes fewer calls than this.
    const LAST: usize = 10;
    let stride = from_environment("ANIWORLD_TORTURE_STRIDE").unwrap_or(STRIDE);
    let last = all.saturating_sub(LAST);
    (0..last).step_by(stride).chain(last..all).collect()
}

/// Whether all of them run.
pub(crate) fn is_whole() -> bool {
    from_environment("ANIWORLD_TORTURE_STRIDE") == Some(1)
}

/// How many rounds of a random trial run.
pub(crate) fn rounds(by_default: usize) -> usize {
    match from_environment("ANIWORLD_TORTURE_STRIDE") {
        Some(stride) => by_default * STRIDE / stride.max(1),
        None => by_default,
    }
}

pub(crate) fn from_environment(name: &str) -> Option<usize> {
    std::env::var(name)
        .ok()?
        .parse()
        .ok()
        .filter(|number| *number > 0)
}

/// Runs a trial for every case; the first that fails fails the test.
pub(crate) async fn each<C, T>(cases: impl IntoIterator<Item = C>, trial: impl Fn(C) -> T)
where
    T: Future<Output = ()> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in cases {
        let slot = Arc::clone(&slots).acquire_owned().await.unwrap();
        let trial = trial(case);
        running.spawn(async move {
            trial.await;
            drop(slot);
        });
        while let Some(ended) = running.try_join_next() {
            ended.unwrap();
        }
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}
