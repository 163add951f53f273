//! Series and episodes as rows.

use aniworld_core::ledger::EpisodeState;
use aniworld_services::anime::progress_id;
use aniworld_services::progress::ids;
use aniworld_services::store;

use crate::app::LibraryState;
use crate::library::{
    EpisodeJob, EpisodeRow, EpisodeRowState, Season, SeriesCounts, SeriesDetail, SeriesFilter, SeriesPage,
    SeriesRow,
};

impl From<&aniworld_services::LibraryState> for LibraryState {
    fn from(library: &aniworld_services::LibraryState) -> Self {
        Self {
            path: library.path.display().to_string(),
            reachable: library.reachable,
            free_bytes: library.free_bytes,
            last_scan_at: library.last_scan_at.map(|at| at.to_string()),
        }
    }
}

impl From<SeriesFilter> for store::SeriesFilter {
    fn from(filter: SeriesFilter) -> Self {
        match filter {
            SeriesFilter::All => Self::All,
            SeriesFilter::Incomplete => Self::Incomplete,
            SeriesFilter::Complete => Self::Complete,
        }
    }
}

impl From<&store::SeriesSummary> for SeriesRow {
    fn from(series: &store::SeriesSummary) -> Self {
        Self {
            id: series.id.0,
            title: series.title.clone(),
            folder: series.folder.clone(),
            have: series.have,
            missing: series.missing,
            queued: series.queued,
        }
    }
}

impl From<&store::SeriesPage> for SeriesPage {
    fn from(page: &store::SeriesPage) -> Self {
        Self {
            total: page.total,
            counts: SeriesCounts {
                all: page.all,
                incomplete: page.incomplete,
                complete: page.all.saturating_sub(page.incomplete),
                missing_episodes: page.missing_episodes,
            },
            rows: page.rows.iter().map(SeriesRow::from).collect(),
        }
    }
}

impl From<&store::SeriesView> for SeriesDetail {
    fn from(view: &store::SeriesView) -> Self {
        let mut seasons: Vec<Season> = Vec::new();
        // the store lists episodes by season, so a season is a run of rows
        for episode in &view.episodes {
            match seasons.last_mut().filter(|it| it.season == episode.label.season) {
                Some(season) => season.episodes.push(episode.into()),
                None => seasons.push(Season {
                    season: episode.label.season,
                    progress_id: ids::season_id(&episode.label.serie_folder, episode.label.season),
                    have: 0,
                    missing: 0,
                    queued: 0,
                    episodes: vec![episode.into()],
                }),
            }
        }
        for season in &mut seasons {
            count(season);
        }
        Self {
            progress_id: ids::series_id(&view.summary.folder),
            row: (&view.summary).into(),
            description: view.description.clone(),
            sources: view.sources.clone(),
            seasons,
        }
    }
}

fn count(season: &mut Season) {
    for episode in &season.episodes {
        match episode.state {
            EpisodeRowState::Have => season.have += 1,
            EpisodeRowState::Missing => {
                season.missing += 1;
                season.queued += u32::from(episode.job.as_ref().is_some_and(|job| job.state.is_unfinished()));
            }
            EpisodeRowState::Gone => {}
        }
    }
}

impl From<&store::EpisodeView> for EpisodeRow {
    fn from(episode: &store::EpisodeView) -> Self {
        let label = &episode.label;
        Self {
            id: episode.id.0,
            season: label.season,
            number: label.number.to_string(),
            version: label.version,
            title: label.title.clone(),
            air_date: episode.air_date.map(|day| day.to_string()),
            state: episode.state.into(),
            progress_id: progress_id(label),
            job: episode.job.map(|(id, state)| EpisodeJob {
                id: id.0,
                state: state.into(),
            }),
            size: episode.bytes,
            file: episode.file.clone(),
            source: episode.source.clone(),
        }
    }
}

impl From<EpisodeState> for EpisodeRowState {
    fn from(state: EpisodeState) -> Self {
        match state {
            EpisodeState::Have => Self::Have,
            EpisodeState::Missing => Self::Missing,
            EpisodeState::Gone => Self::Gone,
        }
    }
}
