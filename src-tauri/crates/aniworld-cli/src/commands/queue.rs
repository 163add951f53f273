//! `queue list`: the jobs, also while another program works on them.

use aniworld_services::anime::episode_code;
use aniworld_services::downloads::QueueFilter;
use aniworld_services::store::JobView;
use aniworld_wire::queue::QueueRow;

use crate::arguments::Queue;
use crate::failure::Outcome;
use crate::output::Output;
use crate::session::{self, Folders};

/// Jobs asked for at once.
const PAGE: u32 = 200;

pub(super) async fn run(folders: &Folders, command: &Queue, output: Output) -> Outcome {
    let Queue::List = command;
    let Some(store) = folders.read()? else {
        output.note("The queue is empty: there is no library yet.");
        return Ok(());
    };
    let mut shown = 0;
    loop {
        let (total, jobs) =
            session::ask(&store, move |store| store.jobs(QueueFilter::All, shown, PAGE)).await?;
        for job in &jobs {
            output.row("job", &QueueRow::from(job), || line(job));
        }
        shown += u32::try_from(jobs.len()).unwrap_or(PAGE);
        if jobs.is_empty() || shown >= total {
            break;
        }
    }
    if shown == 0 {
        output.text("The queue is empty.");
    }
    Ok(())
}

fn line(job: &JobView) -> String {
    let label = &job.label;
    let state = format!("{:?}", job.state).to_lowercase();
    let failure = job
        .failure
        .as_ref()
        .map(|failure| format!("  {}", failure.message))
        .unwrap_or_default();
    format!(
        "{:<6} {state:<11} {}  {}{failure}",
        job.id.0,
        label.series,
        episode_code(label)
    )
}
