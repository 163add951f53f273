//! Series and episodes.

use aniworld_services::store::SeriesId;
use aniworld_wire::library::{SeriesDetail, SeriesPage, SeriesQuery};
use tauri::State;

use super::{Answer, ask};
use crate::app::App;

/// The most rows in one answer.
pub(super) const ROWS: u32 = 200;

/// A page of series.
#[tauri::command]
pub(super) async fn series_list(app: State<'_, App>, query: SeriesQuery) -> Answer<SeriesPage> {
    let SeriesQuery {
        text,
        filter,
        offset,
        limit,
    } = query;
    let page = ask(&app, move |store| {
        store.series(&text, filter.into(), offset, limit.min(ROWS))
    })
    .await?;
    Ok((&page).into())
}

/// One series with its episodes; null when there is none of this number any more.
#[tauri::command]
pub(super) async fn series_detail(app: State<'_, App>, id: i64) -> Answer<Option<SeriesDetail>> {
    let view = ask(&app, move |store| store.series_view(SeriesId(id))).await?;
    Ok(view.as_ref().map(SeriesDetail::from))
}
