//! `kill -9` in the middle of a download: the queue is there, the bytes are kept, the file is right.

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::{Outcome, database, media};

use crate::page;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_app_resumes_its_download() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, library, data) = (
        folders.path().join("served"),
        folders.path().join("library"),
        folders.path().join("data"),
    );
    std::fs::create_dir_all(&library)?;
    let name = "Night Trains/Season 02/Night Trains - S02E03 - The Depot.mp4";
    media::video(&served.join(name), 10, 6).await?;
    let nginx = Nginx::start(
        &served,
        NginxOptions {
            rate_per_connection: Some("700k".into()),
            ..NginxOptions::json()
        },
    )?;
    let desktop = Desktop::with_panel().await?;
    let app = App::start(&desktop, &data, &[]).await?;
    page::choose_library(&app, &library).await?;
    page::add_first_source(&app, nginx.url()).await?;
    page::series_shows(&app, "Night Trains", 0, 1).await?;
    page::download_all(&app).await?;
    app.press("nav-downloads").await?;
    // far enough that the engine has flushed bytes and written them into its journal
    page::percent_above(&app, "S02E03", 55.0).await?;
    let pid = app.pid()?;
    app.kill()?;
    app.ended(pid).await?;
    drop(app);
    assert_eq!(database::job_states(&data)?.len(), 1, "the queue survived");
    assert!(
        media::tree(&library)?.iter().all(|file| file != name),
        "nothing unfinished has the final name"
    );

    let app = App::start(&desktop, &data, &[]).await?;
    app.press("nav-downloads").await?;
    page::job_is(&app, "S02E03", "completed").await?;
    app.picture(&desktop, "crash-resumed").await?;
    let resumed = nginx
        .requests()
        .into_iter()
        .filter(|request| request.range.is_some())
        .count();
    assert!(resumed >= 1, "the second run asked for the rest only");
    assert_eq!(media::tree(&library)?, [name]);
    assert_eq!(
        media::sha256(&library.join(name))?,
        media::sha256(&served.join(name))?
    );
    Ok(())
}
