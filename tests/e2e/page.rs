//! The steps that several journeys share, in the words of the window.

use std::path::Path;

use aniworld_tests::Outcome;
use aniworld_tests::app::App;

/// First run: takes a folder as the library, by typing its path.
pub(crate) async fn choose_library(app: &App, folder: &Path) -> Outcome {
    app.fill("firstrun-path", &folder.display().to_string()).await?;
    app.press("firstrun-use-path").await
}

/// First run: adds a source by its address.
pub(crate) async fn add_first_source(app: &App, url: &str) -> Outcome {
    app.fill("firstrun-source-url", url).await?;
    app.press("firstrun-add-source").await
}

/// Waits until the library shows a series with these figures.
pub(crate) async fn series_shows(app: &App, title: &str, have: u32, missing: u32) -> Outcome {
    app.wait(&format!(
        "one(`[data-testid='series-row'][data-title=\"{title}\"][data-have='{have}'][data-missing='{missing}']`)"
    ))
    .await?;
    Ok(())
}

/// Library page: downloads everything that is missing, through the plan that asks first.
pub(crate) async fn download_all(app: &App) -> Outcome {
    app.press("nav-library").await?;
    app.press("download-all").await?;
    app.press("confirm-ok").await
}

/// Downloads page: waits until a job is in a state, and returns its selector.
pub(crate) async fn job_is(app: &App, code: &str, state: &str) -> Outcome<String> {
    let selector = format!("[data-testid='job-row'][data-code='{code}'][data-state='{state}']");
    app.wait(&format!("one(\"{selector}\")")).await?;
    Ok(selector)
}

/// Downloads page: presses a button of one job.
pub(crate) async fn act_on_job(app: &App, code: &str, button: &str) -> Outcome {
    app.press_css(&format!(
        "[data-testid='job-row'][data-code='{code}'] [data-testid='job-{button}']"
    ))
    .await
}

/// Downloads page: waits until a running job shows a percentage above this one, and returns it.
pub(crate) async fn percent_above(app: &App, code: &str, floor: f64) -> Outcome<f64> {
    let row = format!("one(\"[data-testid='job-row'][data-code='{code}']\")");
    let value = app
        .wait(&format!(
            "{row} && Number({row}.dataset.percent) > {floor} && Number({row}.dataset.percent) < 100 && {row}.dataset.percent"
        ))
        .await?;
    Ok(value.as_str().unwrap_or_default().parse()?)
}

/// Waits until an error of this code is shown, and checks its words.
pub(crate) async fn says(app: &App, code: &str, words: &str) -> Outcome {
    let selector = format!("[data-testid='error'][data-code='{code}']");
    let text = app
        .wait(&format!("one(\"{selector}\") && one(\"{selector}\").innerText"))
        .await?;
    let text = text.as_str().unwrap_or_default();
    assert!(
        text.to_lowercase().contains(words),
        "{code} should say {words:?}: {text}"
    );
    assert!(!text.contains(code), "words, not a code: {text}");
    Ok(())
}
