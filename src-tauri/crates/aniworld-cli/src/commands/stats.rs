//! `stats`: everything that is counted, at one moment; also while another program works.

use std::time::Duration;

use aniworld_services::history::{self, Figures, Metrics};
use aniworld_services::progress::Listeners;
use aniworld_wire::history::StatsLine;
use aniworld_wire::socket;
use tokio::time::timeout;

use crate::failure::Outcome;
use crate::output::Output;
use crate::session::{self, Folders};
use crate::units;

/// How long a program that holds the folder may take to count.
const ANSWER: Duration = Duration::from_secs(2);

pub(super) async fn run(folders: &Folders, output: Output) -> Outcome {
    let Some(store) = folders.read()? else {
        output.note("Nothing was counted yet: there is no library.");
        return Ok(());
    };
    let mut metrics = session::ask(&store, |store| store.metrics(history::today())).await?;
    // without a program that runs, or without its answer, nobody knows
    if let Ok(Ok(counts)) = timeout(ANSWER, socket::counts(&folders.data)).await {
        metrics.active_operations = Some(counts.active_operations);
        metrics.late_updates = Some(counts.late_updates);
        metrics.listeners = counts.subscribers.map(|subscribers| Listeners {
            subscribers,
            detached: counts.detached_subscribers.unwrap_or(0),
            resyncs: counts.resyncs.unwrap_or(0),
        });
    }
    output.row("stats", &StatsLine::from(&metrics), || text(&metrics));
    Ok(())
}

fn text(metrics: &Metrics) -> String {
    let queue = metrics.queue;
    let mut lines = vec![
        line("Last 7 days", &metrics.last_7_days),
        line("Last 30 days", &metrics.last_30_days),
        line("In all", &metrics.total),
    ];
    if let Some(busiest) = &metrics.busiest_day {
        lines.push(line(&format!("Most on {}", busiest.day), &busiest.figures));
    }
    lines.push(format!(
        "Queue: {} running, {} waiting, {} completed, {} failed.",
        queue.active, queue.pending, queue.completed, queue.failed
    ));
    if let Some(active) = metrics.active_operations {
        lines.push(format!("Running now: {active} operations."));
    }
    if let Some(listeners) = metrics.listeners {
        lines.push(format!(
            "Listening: {}, detached: {}, caught up by a snapshot: {}.",
            listeners.subscribers, listeners.detached, listeners.resyncs
        ));
    }
    lines.join("\n")
}

fn line(when: &str, figures: &Figures) -> String {
    let speed = figures
        .bytes_per_second()
        .map(|speed| format!(", {}/s", units::bytes(speed)))
        .unwrap_or_default();
    format!(
        "{when}: {} episodes, {}{speed}, {} failed.",
        figures.episodes,
        units::bytes(figures.bytes),
        figures.failures
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aniworld_services::history::Figures;

    use super::line;

    #[test]
    fn a_speed_is_told_where_something_ran() {
        let mut figures = Figures {
            bytes: 3 << 20,
            episodes: 2,
            failures: 1,
            busy: Duration::from_secs(3),
        };
        assert_eq!(
            line("In all", &figures),
            "In all: 2 episodes, 3.00 MiB, 1.00 MiB/s, 1 failed."
        );
        figures.busy = Duration::ZERO;
        assert_eq!(
            line("In all", &figures),
            "In all: 2 episodes, 3.00 MiB, 1 failed."
        );
    }
}
