//! `get`: the transfer engine alone, without a data folder. Measured against curl, so it stays lean.

mod list;
mod report;
mod requests;

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Instant;

use aniworld_services::ProgressService;
use aniworld_transfer::{
    ClientOptions, Control, DEFAULT_CONNECTIONS, EngineOptions, FetchRequest, Fetched, Proof, Signal,
    TransferError,
};
use aniworld_wire::{CommandError, ErrorCode};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::arguments::Get;
use crate::bars;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::units;

use report::Reporter;

/// A finished file, for scripts.
#[derive(Debug, Serialize)]
struct File<'a> {
    url: String,
    path: &'a std::path::Path,
    bytes: u64,
    resumed_from: u64,
    seconds: f64,
    /// Whether anything shows that it is whole.
    verified: bool,
}

/// What one file needs, shared by all.
#[derive(Debug)]
struct Run {
    engine: aniworld_transfer::Engine,
    control: Control,
    progress: ProgressService,
    output: Output,
}

pub(super) async fn run(command: Get, output: Output) -> Outcome {
    let requests = requests::of(&command)?;
    let options = EngineOptions {
        client: ClientOptions {
            extra_root_pem: command.cacert.as_deref().map(read_certificates).transpose()?,
            proxy: command.proxy.clone().unwrap_or_default(),
            ..ClientOptions::default()
        },
        connections_per_host: DEFAULT_CONNECTIONS
            .max(command.connections.unwrap_or_default())
            .max(command.jobs.min(16)),
        ..EngineOptions::default()
    };
    let run = Arc::new(Run {
        engine: aniworld_transfer::Engine::new(&options)?,
        control: Control::new(),
        progress: ProgressService::new(),
        output,
    });
    run.engine
        .limits()
        .set_global(command.limit.and_then(NonZeroU64::new));
    let display = bars::show(&run.progress, output);
    let stop = run.control.clone();
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.set(Signal::Interrupt);
        }
    });
    let outcome = fetch_all(&run, requests, usize::from(command.jobs)).await;
    interrupt.abort();
    drop(display);
    outcome
}

fn read_certificates(path: &std::path::Path) -> Outcome<Vec<u8>> {
    let failed = |error: std::io::Error| {
        let params = [
            ("path", path.display().to_string()),
            ("detail", error.to_string()),
        ];
        CommandError::new(ErrorCode::Disk, params)
    };
    Ok(std::fs::read(path).map_err(failed)?)
}

/// Fetches all, so many at a time. One that fails does not stop the others; Ctrl-C stops all.
async fn fetch_all(run: &Arc<Run>, requests: Vec<FetchRequest>, at_once: usize) -> Outcome {
    if let [only] = requests.as_slice() {
        return Ok(run.fetch(only).await?);
    }
    let slots = Arc::new(Semaphore::new(at_once));
    let mut running = JoinSet::new();
    for request in requests {
        let (run, slots) = (Arc::clone(run), Arc::clone(&slots));
        running.spawn(async move {
            // nobody closes the semaphore
            let _slot = slots.acquire_owned().await;
            run.fetch(&request).await
        });
    }
    let mut failed = false;
    while let Some(ended) = running.join_next().await {
        match ended.map_err(CommandError::internal)? {
            Ok(()) => {}
            Err(TransferError::Interrupted) => return Err(Failure::Interrupted),
            Err(error) => {
                run.output.error(&CommandError::from(error));
                failed = true;
            }
        }
    }
    if failed { Err(Failure::Named) } else { Ok(()) }
}

impl Run {
    async fn fetch(&self, request: &FetchRequest) -> Result<(), TransferError> {
        let begun = Instant::now();
        let reporter = Reporter::start(&self.progress, request);
        let fetched = self.engine.fetch(request, &self.control, &reporter).await;
        reporter.end(&fetched);
        self.progress.settled().await;
        self.finished(request, &fetched?, begun.elapsed().as_secs_f64());
        Ok(())
    }

    fn finished(&self, request: &FetchRequest, fetched: &Fetched, seconds: f64) {
        let file = File {
            url: aniworld_transfer::redacted(&request.url),
            path: &request.target,
            bytes: fetched.bytes,
            resumed_from: fetched.resumed_from,
            seconds: (seconds * 1000.0).round() / 1000.0,
            verified: fetched.proof == Proof::Whole,
        };
        self.output.row("file", &file, || {
            format!("{}  {}", request.target.display(), units::bytes(fetched.bytes))
        });
        if fetched.proof == Proof::Unverified {
            self.output.note(
                "The server did not say how long this file is, so it may be cut. Look whether it plays to its end.",
            );
        }
    }
}
