//! The built-in demo: one press from the first run, no account, no internet.

use aniworld_tests::Outcome;
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::media;
use aniworld_tests::tray::Tray;

use crate::page;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_the_whole_main_job() -> Outcome {
    let folders = tempfile::tempdir()?;
    let data = folders.path().join("data");
    let desktop = Desktop::with_panel().await?;
    let app = App::start(&desktop, &data, &[]).await?;
    app.press("firstrun-demo").await?;
    app.wait("one(\"[data-testid='demo-banner']\")").await?;
    app.wait("all(\"[data-testid='series-row']\").length === 3")
        .await?;
    app.picture(&desktop, "demo-1-library").await?;
    let missing = app
        .wait(
            "all(\"[data-testid='series-row']\").reduce((sum, row) => sum + Number(row.dataset.missing), 0)",
        )
        .await?;
    let missing = missing.as_u64().ok_or("a number")?;
    assert!(missing >= 10, "the demo has something to show: {missing}");

    // by keyboard alone: the list takes the focus, Enter opens a series
    app.press_css("[data-testid='series-row'][data-missing]:not([data-missing='0'])")
        .await?;
    app.wait("one(\"[data-testid='series-title']\") && one(\"[data-testid='episode-row']\")")
        .await?;
    app.picture(&desktop, "demo-2-series").await?;
    app.press("nav-library").await?;
    page::download_all(&app).await?;
    app.press("nav-downloads").await?;
    let tray = Tray::of_app(&desktop.bus().await?).await?;
    tray.status_line_is(|line| line.contains('%')).await?;
    page::percent_above(&app, "S01E02", 40.0).await?;
    app.picture(&desktop, "demo-3-downloading").await?;
    app.press("nav-library").await?;
    app.wait("all(\"[data-testid='series-row']\").length === 3 && all(\"[data-testid='series-row']\").every((row) => row.dataset.missing === '0')").await?;
    app.picture(&desktop, "demo-4-complete").await?;

    // every end is in the history, which was never told to look
    app.press("nav-history").await?;
    app.wait(&format!(
        "one(\"[data-testid='history-total']\") && Number(one(\"[data-testid='history-total']\").dataset.total) > {missing}"
    ))
    .await?;
    app.wait("one(\"[data-testid='history-row'][data-kind='download'][data-outcome='completed']\") && one(\"[data-testid='history-row'][data-kind='scan']\") && one(\"[data-testid='chart']\")")
        .await?;
    app.picture(&desktop, "demo-5-history").await?;

    // back to one's own library: the first run again, and nothing of the demo in the user's folders
    app.press("demo-stop").await?;
    app.wait("one(\"[data-testid='firstrun-path']\")").await?;
    let left: Vec<String> = media::tree(&data)?
        .into_iter()
        .filter(|file| media::is_a(file, "mp4"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    Ok(())
}
