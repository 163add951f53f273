//! What others do with a sample. None of them keeps a status, an id or a speed for each operation and
//! hands all of them to all: they are the floor, not the same thing for less.

use std::hint::black_box;
use std::time::Instant;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use tokio::runtime::Runtime;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use crate::ours::TOTAL;
use crate::{Case, Took};

/// The least that says anything: which operation, how far, of how much.
#[derive(Debug, Clone, Copy, Default)]
struct Sample {
    operation: usize,
    current: u64,
    total: u64,
}

fn sample(call: usize) -> Sample {
    Sample {
        operation: call,
        current: (call as u64 + 1) * 1024,
        total: TOTAL,
    }
}

fn look(sample: Sample) {
    black_box((sample.operation, sample.current, sample.total));
}

/// Bars that are drawn nowhere: position, speed and time left of each.
pub(crate) fn bars(_: &Runtime, case: &Case) -> Took {
    let bars = hidden_bars(case.operations);
    let start = Instant::now();
    for call in 0..case.calls {
        bars[call % bars.len()].set_position((call as u64 + 1) * 1024);
    }
    Took::at(start, start.elapsed())
}

pub(crate) fn read_bars(_: &Runtime, case: &Case) -> Took {
    let bars = hidden_bars(case.operations);
    let start = Instant::now();
    for _ in 0..case.calls {
        let all: Vec<(u64, Option<u64>, String)> = bars
            .iter()
            .map(|bar| (bar.position(), bar.length(), bar.message()))
            .collect();
        black_box(all);
    }
    Took::at(start, start.elapsed())
}

fn hidden_bars(count: usize) -> Vec<ProgressBar> {
    let screen = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
    let bar = || screen.add(ProgressBar::new(TOTAL).with_message("S01E01"));
    (0..count).map(|_| bar()).collect()
}

/// One channel: only the latest sample of all operations is there to be read.
pub(crate) fn watch(runtime: &Runtime, case: &Case) -> Took {
    runtime.block_on(async {
        let sender = watch::Sender::new(Sample::default());
        let mut tasks = JoinSet::new();
        for _ in 0..case.subscribers {
            let mut receiver = sender.subscribe();
            tasks.spawn(async move {
                while receiver.changed().await.is_ok() {
                    look(*receiver.borrow_and_update());
                }
            });
        }
        let start = Instant::now();
        for call in 0..case.calls {
            sender.send_replace(sample(call));
        }
        let called = start.elapsed();
        drop(sender);
        tasks.join_all().await;
        Took::at(start, called)
    })
}

/// One channel of 1,024 places: whoever is slower than that loses what it missed.
pub(crate) fn broadcast(runtime: &Runtime, case: &Case) -> Took {
    runtime.block_on(async {
        let sender = broadcast::Sender::new(1_024);
        let mut tasks = JoinSet::new();
        for _ in 0..case.subscribers {
            let mut receiver = sender.subscribe();
            tasks.spawn(async move {
                loop {
                    match receiver.recv().await {
                        Ok(sample) => look(sample),
                        Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return,
                    }
                }
            });
        }
        let start = Instant::now();
        for call in 0..case.calls {
            // an error says that nobody listens, which is one of the cases
            let _ = sender.send(sample(call));
        }
        let called = start.elapsed();
        drop(sender);
        tasks.join_all().await;
        Took::at(start, called)
    })
}
