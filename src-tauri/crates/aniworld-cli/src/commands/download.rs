//! `download [SELECTION | --all]`: puts episodes into the queue and works until it is empty.

use std::time::Instant;

use aniworld_services::Aniworld;
use aniworld_services::anime::episode_code;
use aniworld_services::downloads::{Added, QueueError, RunSummary, Selection};
use aniworld_services::store;
use aniworld_wire::CommandError;
use serde::Serialize;

use super::or_interrupted;
use crate::arguments::Download;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection;
use crate::session::Folders;

/// The figures of a run, for scripts.
#[derive(Debug, Serialize)]
struct Summary {
    added: u32,
    already_queued: u32,
    completed: u32,
    skipped: u32,
    failed: usize,
    seconds: f64,
}

/// A failed job, for scripts: the error, and the episode that it hit.
#[derive(Debug, Serialize)]
struct FailedJob<'a> {
    #[serde(flatten)]
    error: &'a CommandError,
    series: &'a str,
    episode: &'a str,
}

pub(super) async fn run(folders: &Folders, command: &Download, output: Output) -> Outcome {
    let session = folders.open("download", false, output).await?;
    let done = or_interrupted(async {
        let chosen = selection::resolve(&session.aniworld.store, &command.selection).await?;
        work(&session.aniworld, chosen).await
    })
    .await;
    session.close().await;
    done?.report(output)
}

/// What came of a run of the queue.
#[derive(Debug)]
pub(super) struct Done {
    summary: Summary,
    run: RunSummary,
}

/// Queues a selection and returns when nothing is left to do.
pub(super) async fn work(aniworld: &Aniworld, chosen: Selection) -> Outcome<Done> {
    let begun = Instant::now();
    let added = match aniworld.downloads.add(chosen).await {
        // what an earlier run left in the queue is still to be done
        Err(QueueError::NothingMissing) => Added::default(),
        other => other?,
    };
    let run = aniworld.downloads.run_until_idle().await?;
    let summary = Summary {
        added: added.added,
        already_queued: added.already_queued,
        completed: run.completed,
        skipped: run.skipped,
        failed: run.failed.len(),
        seconds: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
    };
    Ok(Done { summary, run })
}

impl Done {
    /// Prints the figures, and each failure by name.
    pub(super) fn report(&self, output: Output) -> Outcome {
        output.row("summary", &self.summary, || self.summary.text());
        for failed in &self.run.failed {
            name(failed, output);
        }
        if self.run.failed.is_empty() {
            Ok(())
        } else {
            Err(Failure::Named)
        }
    }
}

impl Summary {
    fn text(&self) -> String {
        if self.completed == 0 && self.skipped == 0 && self.failed == 0 {
            return "Nothing was downloaded.".to_owned();
        }
        let others = [
            (u64::from(self.skipped), "there already"),
            (self.failed as u64, "failed"),
        ];
        let mut counts = vec![format!("{} completed", self.completed)];
        let others = others.iter().filter(|(count, _)| *count > 0);
        counts.extend(others.map(|(count, what)| format!("{count} {what}")));
        format!("{} in {:.1} s.", counts.join(", "), self.seconds)
    }
}

fn name(failed: &store::Outcome, output: Output) {
    let error = match &failed.failure {
        Some(failure) => CommandError::from(failure),
        None => CommandError::internal("the failure was not kept"),
    };
    let label = &failed.label;
    let episode = episode_code(label);
    let row = FailedJob {
        error: &error,
        series: &label.series,
        episode: &episode,
    };
    output.failed_part(&row, &error, &format!("{} {episode}", label.series));
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn the_sentence_leaves_out_what_did_not_happen() {
        let summary = |completed, skipped, failed| {
            Summary {
                added: 0,
                already_queued: 0,
                completed,
                skipped,
                failed,
                seconds: 2.04,
            }
            .text()
        };
        assert_eq!(summary(0, 0, 0), "Nothing was downloaded.");
        assert_eq!(summary(2, 0, 0), "2 completed in 2.0 s.");
        assert_eq!(
            summary(2, 1, 3),
            "2 completed, 1 there already, 3 failed in 2.0 s."
        );
    }
}
