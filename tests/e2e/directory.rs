//! The main journey: an nginx listing, four of six episodes at hand, two missing, two downloads.

use std::path::Path;

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::tray::Tray;
use aniworld_tests::{Outcome, database, media};

use crate::page;

const SERIES: &str = "Night Trains";
const TITLES: [&str; 6] = [
    "The Depot",
    "Snow on the Line",
    "Platform Nine",
    "The Sleeper",
    "Last Stop",
    "Dawn",
];

fn file_name(episode: usize) -> String {
    format!(
        "{SERIES}/Season 01/{SERIES} - S01E{episode:02} - {}.mp4",
        TITLES[episode - 1]
    )
}

/// Six episodes on the server, the first four of them in the library too.
async fn lay_out(served: &Path, library: &Path) -> Outcome {
    for episode in 1..=6 {
        let wanted = if episode > 4 { 2 } else { 1 };
        let tint = u32::try_from(episode)? * 50;
        media::video(&served.join(file_name(episode)), tint, wanted).await?;
        if episode <= 4 {
            let target = library.join(file_name(episode));
            std::fs::create_dir_all(target.parent().ok_or("no folder")?)?;
            std::fs::copy(served.join(file_name(episode)), target)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn from_first_run_to_a_complete_library_and_back_after_a_restart() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, library, data) = (
        folders.path().join("served"),
        folders.path().join("library"),
        folders.path().join("data"),
    );
    lay_out(&served, &library).await?;
    let nginx = Nginx::start(
        &served,
        NginxOptions {
            rate_per_connection: Some("400k".into()),
            ..NginxOptions::json()
        },
    )?;
    let desktop = Desktop::with_panel().await?;

    let app = App::start(&desktop, &data, &[]).await?;
    app.wait("one(\"[data-testid='firstrun-path']\")").await?;
    app.picture(&desktop, "directory-1-first-run").await?;
    page::choose_library(&app, &library).await?;
    page::add_first_source(&app, nginx.url()).await?;
    page::series_shows(&app, SERIES, 4, 2).await?;
    app.picture(&desktop, "directory-2-two-missing").await?;

    let tray = Tray::of_app(&desktop.bus().await?).await?;
    let idle = tray.status_line().await?;
    page::download_all(&app).await?;
    app.press("nav-downloads").await?;
    let joined = app.invokes().await?;
    let first = page::percent_above(&app, "S01E05", 0.0).await?;
    let second = page::percent_above(&app, "S01E05", first).await?;
    assert!(second > first, "percent rises: {first} then {second}");
    let running = tray.status_line_is(|line| line.contains('%')).await?;
    assert_ne!(running, idle, "the tray says that something runs");
    app.picture(&desktop, "directory-3-downloading").await?;
    page::job_is(&app, "S01E05", "completed").await?;
    page::job_is(&app, "S01E06", "completed").await?;
    app.picture(&desktop, "directory-4-completed").await?;
    nothing_polled(&joined, &app.invokes().await?);
    tray.status_line_is(|line| !line.contains('%')).await?;

    holds_all_six(&served, &library)?;
    app.press("nav-library").await?;
    page::series_shows(&app, SERIES, 6, 0).await?;
    app.picture(&desktop, "directory-5-complete").await?;
    assert_eq!(database::job_states(&data)?, ["completed", "completed"]);

    let pid = app.pid()?;
    tray.press_quit().await?;
    app.ended(pid).await?;
    drop(app);
    let app = App::start(&desktop, &data, &[]).await?;
    page::series_shows(&app, SERIES, 6, 0).await?;
    app.press("nav-downloads").await?;
    page::job_is(&app, "S01E05", "completed").await?;
    page::job_is(&app, "S01E06", "completed").await?;
    app.picture(&desktop, "directory-6-after-restart").await
}

fn holds_all_six(served: &Path, library: &Path) -> Outcome {
    let expected: Vec<String> = (1..=6).map(file_name).collect();
    assert_eq!(
        media::tree(library)?,
        expected,
        "both files have their names, and nothing else is left"
    );
    for episode in 5..=6 {
        let (theirs, ours) = (served.join(file_name(episode)), library.join(file_name(episode)));
        assert_eq!(media::sha256(&ours)?, media::sha256(&theirs)?);
    }
    Ok(())
}

/// Between the join and the end no command may ask for progress, and lists are asked for only when
/// something changed: two jobs have a dozen changes at most, a poll would have hundreds.
fn nothing_polled(before: &serde_json::Value, after: &serde_json::Value) {
    let count = |of: &serde_json::Value, name: &str| of[name].as_u64().unwrap_or(0);
    let names = after
        .as_object()
        .map(|all| all.keys().cloned().collect::<Vec<_>>())
        .unwrap_or_default();
    for name in names {
        let sent = count(after, &name) - count(before, &name);
        if ["progress_visible_rows", "progress_heard"].contains(&name.as_str()) {
            // these tell what the list shows and which frames came; they ask for nothing
            continue;
        }
        let allowed = if name.starts_with("progress_") { 0 } else { 20 };
        assert!(
            sent <= allowed,
            "{name} was sent {sent} times while downloads ran"
        );
    }
}
