//! The queue.

use aniworld_services::downloads::JobId;
use aniworld_services::story::StoryOf;
use aniworld_wire::queue::{JobAction, QueueAdded, QueuePage, QueueQuery, QueueRow, Selection};
use aniworld_wire::story::{OperationReport, Surroundings};
use tauri::State;

use super::series::ROWS;
use super::{Answer, ask};
use crate::app::App;

/// Puts missing episodes into the queue.
#[tauri::command]
pub(super) async fn queue_add(app: State<'_, App>, selection: Selection) -> Answer<QueueAdded> {
    Ok(app.services().downloads.add((&selection).into()).await?.into())
}

/// A page of jobs.
#[tauri::command]
pub(super) async fn queue_list(app: State<'_, App>, query: QueueQuery) -> Answer<QueuePage> {
    let QueueQuery {
        filter,
        offset,
        limit,
    } = query;
    let (total, jobs) = ask(&app, move |store| {
        store.jobs(filter.into(), offset, limit.min(ROWS))
    })
    .await?;
    let downloads = &app.services().downloads;
    Ok(QueuePage {
        total,
        counts: downloads.status().into(),
        paused: downloads.is_paused(),
        rows: jobs.iter().map(QueueRow::from).collect(),
    })
}

/// Does something with one job.
#[tauri::command]
pub(super) async fn queue_act(app: State<'_, App>, id: i64, action: JobAction) -> Answer<()> {
    let downloads = &app.services().downloads;
    let job = JobId(id);
    Ok(match action {
        JobAction::Pause => downloads.pause(job).await,
        JobAction::Resume => downloads.resume(job).await,
        JobAction::Cancel => downloads.cancel(job).await,
        JobAction::Retry => downloads.retry(job).await,
        JobAction::Remove => downloads.remove(job).await,
    }?)
}

/// Stops all running jobs and starts no others.
#[tauri::command]
pub(super) async fn queue_pause_all(app: State<'_, App>) -> Answer<()> {
    Ok(app.services().downloads.pause_all().await?)
}

/// Lets the queue work again.
#[tauri::command]
pub(super) async fn queue_resume_all(app: State<'_, App>) -> Answer<()> {
    Ok(app.services().downloads.resume_all().await?)
}

/// Takes all ended jobs off the list. Files stay.
#[tauri::command]
pub(super) async fn queue_clear_finished(app: State<'_, App>) -> Answer<()> {
    app.services().downloads.clear_finished().await?;
    Ok(())
}

/// Why an operation is as it is; `job` where the row of one is asked about.
#[tauri::command]
pub(super) async fn operation_report(
    app: State<'_, App>,
    operation: String,
    job: Option<i64>,
) -> Answer<OperationReport> {
    let job = job.map(JobId);
    let story = app.services().story(StoryOf { operation, job }).await?;
    Ok(OperationReport::of(&story, &Surroundings::of_this_process()))
}
