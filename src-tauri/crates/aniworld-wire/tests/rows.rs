//! Rows of lists, from what the store answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use aniworld_core::app::DownloadFailure;
use aniworld_core::events::EpisodeLabel;
use aniworld_core::ledger::EpisodeState;
use aniworld_core::source::{Completeness, SourceConfig, SourceError, SourceId, SourceKind};
use aniworld_services::downloads::{JobFailure, JobId, JobState};
use aniworld_services::settings::{self, Language};
use aniworld_services::store::{
    EpisodeId, EpisodeView, JobView, SeriesId, SeriesPage, SeriesSummary, SeriesView, SourceView,
};
use aniworld_wire::app;
use aniworld_wire::library::{self, SeriesDetail};
use aniworld_wire::queue::QueueRow;
use aniworld_wire::source::SourceRow;
use serde_json::json;

fn label(season: u32, number: &str) -> EpisodeLabel {
    EpisodeLabel {
        serie_folder: "Night Trains".to_owned(),
        series: "Night Trains".to_owned(),
        season,
        number: number.parse().unwrap(),
        title: Some("Departure".to_owned()),
        version: 1,
    }
}

fn summary() -> SeriesSummary {
    SeriesSummary {
        id: SeriesId(3),
        title: "Night Trains".to_owned(),
        folder: "Night Trains".to_owned(),
        have: 1,
        missing: 2,
        queued: 1,
    }
}

fn episode(id: i64, season: u32, number: &str, state: EpisodeState, job: Option<JobState>) -> EpisodeView {
    EpisodeView {
        id: EpisodeId(id),
        label: label(season, number),
        air_date: "2024-02-29".parse().ok(),
        state,
        job: job.map(|state| (JobId(id), state)),
        bytes: Some(1_000),
        file: None,
        source: None,
        offer_key: None,
    }
}

#[test]
fn a_series_has_its_seasons_with_their_counts() {
    let view = SeriesView {
        summary: summary(),
        description: None,
        sources: vec!["Films".to_owned()],
        episodes: vec![
            episode(1, 1, "1", EpisodeState::Have, Some(JobState::Completed)),
            episode(2, 1, "2-3", EpisodeState::Missing, Some(JobState::Waiting)),
            episode(3, 2, "1", EpisodeState::Missing, Some(JobState::Failed)),
            episode(4, 0, "1", EpisodeState::Gone, None),
        ],
    };
    insta::assert_json_snapshot!(SeriesDetail::from(&view));
}

#[test]
fn a_page_of_series_counts_the_complete_ones() {
    let page = SeriesPage {
        total: 1,
        all: 10,
        incomplete: 4,
        missing_episodes: 9,
        rows: vec![summary()],
    };
    let page = library::SeriesPage::from(&page);
    assert_eq!(
        json!(page.counts),
        json!({"all": 10, "incomplete": 4, "complete": 6, "missing_episodes": 9})
    );
    assert_eq!(page.rows.len(), 1);
}

#[test]
fn a_job_carries_its_failure_in_words() {
    let job = JobView {
        id: JobId(7),
        progress_id: "download_Night Trains_1_9.5".to_owned(),
        state: JobState::Failed,
        series: Some(SeriesId(3)),
        label: label(1, "9.5"),
        source: "Films".to_owned(),
        bytes: 10,
        total: None,
        attempts: 2,
        failure: Some(JobFailure::from(&DownloadFailure::LibraryMissing {
            path: "/library".into(),
        })),
        added_at: "2025-11-07T10:00:00Z".parse().unwrap(),
        finished_at: None,
    };
    insta::assert_json_snapshot!(QueueRow::from(&job));
}

#[test]
fn a_source_never_shows_its_password() {
    let view = SourceView {
        config: SourceConfig {
            id: SourceId(1),
            kind: SourceKind::Feed,
            name: "Films".to_owned(),
            url: "https://me:secret@media.example/feed?x=1".parse().unwrap(),
        },
        episodes: 5,
        series: 2,
        completeness: Some(Completeness::Truncated { limit: 9 }),
        last_read_at: "2025-11-07T10:00:00Z".parse().ok(),
        error: Some(SourceError::Timeout {
            host: "media.example".to_owned(),
        }),
    };
    let row = SourceRow::from(&view);
    assert_eq!(row.url, "https://media.example/feed?x=1");
    insta::assert_json_snapshot!(row);
}

#[test]
fn a_change_of_settings_tells_the_system_language_from_no_change() {
    let patch =
        |json| settings::SettingsPatch::from(&serde_json::from_value::<app::SettingsPatch>(json).unwrap());
    assert_eq!(patch(json!({})).language, None);
    assert_eq!(patch(json!({})).notifications, None);
    assert_eq!(patch(json!({"notifications": false})).notifications, Some(false));
    assert_eq!(patch(json!({"language": "system"})).language, Some(None));
    assert_eq!(
        patch(json!({"language": "de"})).language,
        Some(Some(Language::De))
    );
    assert_eq!(patch(json!({})).history_days, None);
    assert_eq!(patch(json!({"history_days": 0})).history_days, Some(0));
    let settings = app::Settings::from(&settings::Settings::default());
    let transfers = json!({
        "speed_limit": 0, "limit_speed": true, "speed_limit_per_host": 0, "connections_per_file": 8,
        "connections_per_host": 8, "tries": 5, "stall_timeout_s": 30, "proxy": "system",
    });
    assert_eq!(
        json!(settings),
        json!({"parallel_downloads": 3, "transfers": transfers, "notifications": true, "history_days": 365, "theme": "system", "language": null})
    );
}

#[test]
fn a_window_never_sees_the_password_of_a_proxy() {
    let secret = "http://ann:s3cret@proxy.example:3128";
    let patch: app::SettingsPatch = serde_json::from_value(json!({"transfers": {"proxy": secret}})).unwrap();
    assert!(!format!("{patch:?}").contains("s3cret"));
    let dir = tempfile::tempdir().unwrap();
    let patch = settings::SettingsPatch::from(&patch);
    let saved = settings::Settings::save(dir.path(), &patch).unwrap();
    let seen = app::Settings::from(&saved);
    assert_eq!(seen.transfers.proxy, "http://proxy.example:3128");
}
