//! A feed made by a public generator: pause, resume, cancel without a trace, retry of a failure.

use std::path::Path;

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::programs::quiet;
use aniworld_tests::tray::Tray;
use aniworld_tests::watch::Watch;
use aniworld_tests::{Outcome, database, media};

use crate::page;

const SERIES: &str = "Harbour Lights";

/// Writes `feed.xml` with three episodes by `PyPI`'s feedgen.
async fn write_feed(served: &Path, base: &str) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/feed.py");
    let packages = programs_folder();
    let installed = quiet("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
        ])
        .arg("--target")
        .arg(&packages)
        .arg("feedgen==1.0.0")
        .status()
        .await?;
    assert!(installed.success(), "pip installs feedgen");
    let made = quiet("python3")
        .env("PYTHONPATH", &packages)
        .arg(script)
        .arg(base)
        .arg(served.join("feed.xml"))
        .status()
        .await?;
    assert!(made.success(), "feedgen writes the feed");
    Ok(())
}

fn programs_folder() -> std::path::PathBuf {
    aniworld_tests::programs::artifacts().join("python")
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_resume_cancel_and_retry_from_a_feed() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, library, data) = (
        folders.path().join("served"),
        folders.path().join("library"),
        folders.path().join("data"),
    );
    std::fs::create_dir_all(&library)?;
    media::video(&served.join("m/one.mp4"), 20, 3).await?;
    media::video(&served.join("m/two.mp4"), 90, 3).await?;
    let nginx = Nginx::start(
        &served,
        NginxOptions {
            rate_per_connection: Some("400k".into()),
            ..NginxOptions::json()
        },
    )?;
    write_feed(&served, nginx.url()).await?;
    let desktop = Desktop::with_panel().await?;
    let app = App::start(&desktop, &data, &[]).await?;
    page::choose_library(&app, &library).await?;
    page::add_first_source(&app, &format!("{}feed.xml", nginx.url())).await?;
    page::series_shows(&app, SERIES, 0, 3).await?;
    let tray = Tray::of_app(&desktop.bus().await?).await?;
    page::download_all(&app).await?;
    app.press("nav-downloads").await?;

    // the third file is not there: it fails in words, and the others are not held up
    page::job_is(&app, "S01E03", "failed").await?;
    let words = app
        .wait("one(\"[data-testid='job-row'][data-code='S01E03'] [data-testid='error']\").innerText")
        .await?;
    assert!(
        words.as_str().unwrap_or_default().len() > 20,
        "a sentence, not a code: {words}"
    );

    // pause keeps a resumable part, and says so in the database
    page::percent_above(&app, "S01E01", 2.0).await?;
    page::act_on_job(&app, "S01E01", "pause").await?;
    page::job_is(&app, "S01E01", "paused").await?;
    assert!(
        media::tree(&library)?
            .iter()
            .any(|file| file.contains("S01E01") && media::is_a(file, "part"))
    );
    assert!(database::job_states(&data)?.contains(&"paused".to_owned()));
    desktop.picture("feed-1-paused").await?;

    // cancel leaves no trace
    page::percent_above(&app, "S01E02", 2.0).await?;
    page::act_on_job(&app, "S01E02", "cancel").await?;
    app.press("confirm-ok").await?;
    page::job_is(&app, "S01E02", "cancelled").await?;
    assert!(
        !media::tree(&library)?.iter().any(|file| file.contains("S01E02")),
        "{:?}",
        media::tree(&library)?
    );

    // resume goes on where it stopped: the server saw a Range
    page::act_on_job(&app, "S01E01", "resume").await?;
    page::job_is(&app, "S01E01", "completed").await?;
    assert!(
        nginx
            .requests()
            .iter()
            .any(|request| request.uri.ends_with("one.mp4") && request.range.is_some())
    );

    // retry once the file is there
    std::fs::copy(served.join("m/two.mp4"), served.join("m/three.mp4"))?;
    page::act_on_job(&app, "S01E03", "retry").await?;
    page::act_on_job(&app, "S01E02", "retry").await?;
    page::percent_above(&app, "S01E03", 0.0).await?;

    // pause all and resume all from the tray
    tray.press("Pause all").await?;
    page::job_is(&app, "S01E03", "paused").await?;
    page::job_is(&app, "S01E02", "paused").await?;
    desktop.picture("feed-2-all-paused").await?;
    tray.press("Resume all").await?;
    page::job_is(&app, "S01E03", "completed").await?;
    page::job_is(&app, "S01E02", "completed").await?;
    desktop.picture("feed-3-completed").await?;

    let files = media::tree(&library)?;
    assert_eq!(files.len(), 3, "three episodes and nothing else: {files:?}");
    for (code, name) in [("S01E01", "one"), ("S01E02", "two"), ("S01E03", "three")] {
        let file = files
            .iter()
            .find(|file| file.contains(code))
            .ok_or("the episode is there")?;
        assert_eq!(
            media::sha256(&library.join(file))?,
            media::sha256(&served.join(format!("m/{name}.mp4")))?
        );
    }

    // "Check now" asks the source again
    let asked = |nginx: &Nginx| {
        nginx
            .requests()
            .iter()
            .filter(|request| request.uri.ends_with("feed.xml"))
            .count()
    };
    let before = asked(&nginx);
    let mut watch = Watch::start(&data)?;
    let last = watch.until(|message| message["type"] == "scan_progress").await?;
    tray.press("Check now").await?;
    watch.scan_completes_after(&last).await?;
    assert!(asked(&nginx) > before, "the feed was read again");
    app.press("nav-library").await?;
    page::series_shows(&app, SERIES, 3, 0).await
}
