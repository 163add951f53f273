//! `why [SELECTION]`: why an episode waits, is slow, failed or was skipped; from what is written down, so also while
//! another program works.

use std::time::Duration;

use aniworld_services::anime::episode_code;
use aniworld_services::settings::Settings;
use aniworld_services::store::StoreFailure;
use aniworld_services::story::{Story, StoryOf};
use aniworld_wire::socket::{self, SocketError};
use aniworld_wire::story::{Explanation, OperationReport, StoryLine, Surroundings};
use serde::Serialize;
use tokio::time::timeout;

use crate::arguments::Why;
use crate::failure::Outcome;
use crate::output::Output;
use crate::selection;
use crate::session::{self, Folders};

/// How long a program that holds the folder may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// One answer for scripts.
#[derive(Debug, Serialize)]
struct Row<'a> {
    operation: &'a str,
    job: Option<i64>,
    series: Option<&'a str>,
    code: Option<String>,
    state: Option<&'static str>,
    explanation: &'a Explanation,
    entries: &'a [StoryLine],
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a str>,
}

pub(super) async fn run(folders: &Folders, command: &Why, output: Output) -> Outcome {
    let Some(store) = folders.read()? else {
        output.note("There is nothing to ask about: there is no library yet.");
        return Ok(());
    };
    let typed = &command.selection;
    let chosen = match typed.series {
        Some(_) => Some(selection::resolve(&store, typed).await?),
        None => None,
    };
    let parallel = Settings::load(&folders.config).0.parallel_downloads;
    let running = timeout(ANSWER, socket::counts(&folders.data)).await;
    let unattended = matches!(running, Ok(Err(SocketError::NotRunning { .. })));
    let stories = session::ask(&store, move |store| {
        let of = store.stories_of(chosen)?;
        of.iter()
            .map(|of: &StoryOf| {
                let written = store.story(of)?.with_parallel(parallel);
                Ok(Story {
                    unattended,
                    ..written
                })
            })
            .collect::<Result<Vec<Story>, StoreFailure>>()
    })
    .await?;
    if stories.is_empty() {
        output.text("Nothing of this waits, runs, or has failed.");
    }
    let around = Surroundings::of_this_process();
    for story in &stories {
        print(
            story,
            &OperationReport::of(story, &around),
            command.report,
            output,
        );
    }
    Ok(())
}

fn print(story: &Story, report: &OperationReport, whole: bool, output: Output) {
    let label = story.label();
    let row = Row {
        operation: &story.operation,
        job: story.job.as_ref().map(|job| job.id.0),
        series: label.map(|label| label.series.as_str()),
        code: label.map(episode_code),
        state: story.job.as_ref().map(|job| job.state.name()),
        explanation: &report.explanation,
        entries: &report.entries,
        report: whole.then_some(report.report_text.as_str()),
    };
    output.row("why", &row, || {
        if whole {
            report.report_text.clone()
        } else {
            text(story, report)
        }
    });
}

fn text(story: &Story, report: &OperationReport) -> String {
    let name = match story.label() {
        Some(label) => format!("{} {}", label.series, episode_code(label)),
        None => story.operation.clone(),
    };
    let mut lines = vec![format!("{name}: {}", report.explanation.sentence)];
    if let Some(cause) = &report.explanation.cause {
        lines.push(format!("  {}", cause.hint));
    }
    let entries = report.entries.iter();
    lines.extend(entries.map(|entry| format!("  {}  {}", entry.time(), entry.text)));
    lines.join("\n")
}
