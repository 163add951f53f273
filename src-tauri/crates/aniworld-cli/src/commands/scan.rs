//! `scan DIR`: makes a folder the library, reads it and the sources, and counts.

use std::path::PathBuf;
use std::time::Instant;

use aniworld_core::events::ScanTotals;
use serde::Serialize;

use super::or_interrupted;
use crate::failure::Outcome;
use crate::output::Output;
use crate::session::{Folders, Session};

/// The last line for scripts.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    series: u64,
    episodes: u64,
    missing: u64,
    files: u64,
    dirs: u64,
    failed_sources: u64,
    seconds: f64,
}

pub(super) async fn run(folders: &Folders, dir: PathBuf, output: Output) -> Outcome {
    let mut session = folders.open("scan", false, output).await?;
    let summary = or_interrupted(scan(&mut session, dir)).await;
    session.close().await;
    let summary = summary?;
    output.row("summary", &summary, || summary.text());
    Ok(())
}

async fn scan(session: &mut Session, dir: PathBuf) -> Outcome<Summary> {
    // relative to where the command was typed, not to where the next one will be
    let dir = std::path::absolute(&dir).unwrap_or(dir);
    let begun = Instant::now();
    session.aniworld.set_library(dir).await?;
    let totals = session.aniworld.rescan().await?;
    session.hush().await;
    Ok(Summary::new(&totals, begun.elapsed().as_secs_f64()))
}

impl Summary {
    pub(super) fn new(totals: &ScanTotals, seconds: f64) -> Self {
        Self {
            series: totals.series,
            episodes: totals.episodes,
            missing: totals.missing,
            files: totals.files,
            dirs: totals.dirs,
            failed_sources: totals.failed_sources,
            seconds: (seconds * 1000.0).round() / 1000.0,
        }
    }

    pub(super) fn text(&self) -> String {
        let unread = match self.failed_sources {
            0 => String::new(),
            count => format!(" {count} sources could not be read: see `aniworld-cli source list`."),
        };
        format!(
            "{} series, {} episodes on disk, {} missing ({} files in {} folders, {:.1} s).{unread}",
            self.series, self.episodes, self.missing, self.files, self.dirs, self.seconds
        )
    }
}

#[cfg(test)]
mod tests {
    use aniworld_core::events::ScanTotals;

    use super::Summary;

    #[test]
    fn a_source_that_failed_is_mentioned() {
        let totals = ScanTotals {
            series: 2,
            episodes: 4,
            missing: 2,
            files: 5,
            dirs: 3,
            failed_sources: 1,
        };
        let text = Summary::new(&totals, 0.25).text();
        assert!(
            text.starts_with("2 series, 4 episodes on disk, 2 missing"),
            "{text}"
        );
        assert!(text.contains("1 sources could not be read"), "{text}");
    }
}
