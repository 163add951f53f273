//! A feed made by a public generator: pause, resume, cancel without a trace, retry of a failure.

use std::path::{Path, PathBuf};

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::programs::quiet;
use aniworld_tests::tray::Tray;
use aniworld_tests::watch::Watch;
use aniworld_tests::{Outcome, database, media};

use fantoccini::key::Key;
use tempfile::TempDir;

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

fn programs_folder() -> PathBuf {
    aniworld_tests::programs::artifacts().join("python")
}

/// Everything of the journey: a server with a feed, a library, and the app on both.
struct Stage {
    served: PathBuf,
    library: PathBuf,
    data: PathBuf,
    nginx: Nginx,
    desktop: Desktop,
    app: App,
    tray: Tray,
    _folders: TempDir,
}

impl Stage {
    /// Three episodes in the feed, of which the third leads nowhere.
    async fn new() -> Outcome<Self> {
        let folders = tempfile::tempdir()?;
        let [served, library, data] = ["served", "library", "data"].map(|name| folders.path().join(name));
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
        Ok(Self {
            served,
            library,
            data,
            nginx,
            desktop,
            app,
            tray,
            _folders: folders,
        })
    }

    fn has_part_of(&self, code: &str) -> Outcome<bool> {
        let files = media::tree(&self.library)?;
        Ok(files
            .iter()
            .any(|file| file.contains(code) && media::is_a(file, "part")))
    }

    fn requests_of(&self, file: &str, with_range: bool) -> usize {
        let requests = self.nginx.requests();
        let asked = requests.iter().filter(|request| request.uri.ends_with(file));
        asked
            .filter(|request| !with_range || request.range.is_some())
            .count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_resume_cancel_and_retry_from_a_feed() -> Outcome {
    let stage = Stage::new().await?;
    page::download_all(&stage.app).await?;
    stage.app.press("nav-downloads").await?;
    the_missing_file_fails_in_words(&stage).await?;
    pause_keeps_a_part(&stage).await?;
    cancel_leaves_no_trace(&stage).await?;
    what_failed_says_why_in_a_report_to_copy(&stage).await?;
    resume_goes_on(&stage).await?;
    retry_gets_what_failed_and_the_tray_pauses_it(&stage).await?;
    every_file_is_right(&stage)?;
    check_now_asks_again(&stage).await
}

/// The others are not held up.
async fn the_missing_file_fails_in_words(stage: &Stage) -> Outcome {
    page::job_is(&stage.app, "S01E03", "failed").await?;
    let words = stage
        .app
        .wait("one(\"[data-testid='job-row'][data-code='S01E03'] [data-testid='error']\").innerText")
        .await?;
    let words = words.as_str().unwrap_or_default();
    assert!(words.len() > 20, "a sentence, not a code: {words}");
    Ok(())
}

/// The sentence, what the server answered, and the report in the clipboard of the desktop.
async fn what_failed_says_why_in_a_report_to_copy(stage: &Stage) -> Outcome {
    let app = &stage.app;
    page::act_on_job(app, "S01E03", "why").await?;
    let sentence = app.text("why-sentence").await?;
    assert!(sentence.len() > 20, "a sentence, not a code: {sentence}");
    let answers = app
        .wait("one(\"[data-testid='why-entry'][data-code='answered']\").innerText")
        .await?;
    assert!(answers.as_str().unwrap_or_default().contains("404"), "{answers}");
    app.picture(&stage.desktop, "feed-0-why").await?;
    app.press("why-copy").await?;
    app.press("why-close").await?;
    app.press("nav-library").await?;
    let paste = format!("{}v", char::from(Key::Control));
    app.fill("library-search", &paste).await?;
    let pasted = app.wait("one(\"[data-testid='library-search']\").value").await?;
    let pasted = pasted.as_str().unwrap_or_default();
    assert!(pasted.contains("Aniworld") && pasted.contains("404"), "{pasted}");
    // a page of its own begins, with nothing in its search
    app.client().refresh().await?;
    app.press("nav-downloads").await
}

async fn pause_keeps_a_part(stage: &Stage) -> Outcome {
    page::percent_above(&stage.app, "S01E01", 2.0).await?;
    page::act_on_job(&stage.app, "S01E01", "pause").await?;
    page::job_is(&stage.app, "S01E01", "paused").await?;
    assert!(stage.has_part_of("S01E01")?);
    assert!(database::job_states(&stage.data)?.contains(&"paused".to_owned()));
    stage.app.picture(&stage.desktop, "feed-1-paused").await
}

async fn cancel_leaves_no_trace(stage: &Stage) -> Outcome {
    page::percent_above(&stage.app, "S01E02", 2.0).await?;
    page::act_on_job(&stage.app, "S01E02", "cancel").await?;
    stage.app.press("confirm-ok").await?;
    page::job_is(&stage.app, "S01E02", "cancelled").await?;
    let files = media::tree(&stage.library)?;
    assert!(!files.iter().any(|file| file.contains("S01E02")), "{files:?}");
    Ok(())
}

async fn resume_goes_on(stage: &Stage) -> Outcome {
    page::act_on_job(&stage.app, "S01E01", "resume").await?;
    page::job_is(&stage.app, "S01E01", "completed").await?;
    assert!(
        stage.requests_of("one.mp4", true) > 0,
        "the server was asked for the rest"
    );
    Ok(())
}

async fn retry_gets_what_failed_and_the_tray_pauses_it(stage: &Stage) -> Outcome {
    let Stage { app, tray, .. } = stage;
    std::fs::copy(stage.served.join("m/two.mp4"), stage.served.join("m/three.mp4"))?;
    page::act_on_job(app, "S01E03", "retry").await?;
    page::act_on_job(app, "S01E02", "retry").await?;
    page::percent_above(app, "S01E03", 0.0).await?;
    tray.press("Pause all").await?;
    page::job_is(app, "S01E03", "paused").await?;
    page::job_is(app, "S01E02", "paused").await?;
    stage.app.picture(&stage.desktop, "feed-2-all-paused").await?;
    tray.press("Resume all").await?;
    page::job_is(app, "S01E03", "completed").await?;
    page::job_is(app, "S01E02", "completed").await?;
    stage.app.picture(&stage.desktop, "feed-3-completed").await
}

fn every_file_is_right(stage: &Stage) -> Outcome {
    let files = media::tree(&stage.library)?;
    assert_eq!(files.len(), 3, "three episodes and nothing else: {files:?}");
    for (code, name) in [("S01E01", "one"), ("S01E02", "two"), ("S01E03", "three")] {
        let file = files.iter().find(|file| file.contains(code));
        let ours = stage.library.join(file.ok_or("the episode is there")?);
        let theirs = stage.served.join(format!("m/{name}.mp4"));
        assert_eq!(media::sha256(&ours)?, media::sha256(&theirs)?);
    }
    Ok(())
}

async fn check_now_asks_again(stage: &Stage) -> Outcome {
    let before = stage.requests_of("feed.xml", false);
    let mut watch = Watch::start(&stage.data)?;
    let last = watch.until(|message| message["type"] == "scan_progress").await?;
    stage.tray.press("Check now").await?;
    watch.scan_completes_after(&last).await?;
    assert!(
        stage.requests_of("feed.xml", false) > before,
        "the feed was read again"
    );
    stage.app.press("nav-library").await?;
    page::series_shows(&stage.app, SERIES, 3, 0).await
}
