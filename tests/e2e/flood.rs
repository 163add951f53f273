//! Ten thousand updates a second over two thousand downloads, while somebody scrolls and types.
//!
//! What the window shows, and what is sent to it, is judged here; how long it takes is for `cargo xtask bench`,
//! which runs this journey for a minute and reads the line that it prints.

use std::time::{Duration, Instant};

use aniworld_tests::Outcome;
use aniworld_tests::app::App;
use aniworld_tests::load::Notes;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::page;
use crate::under_load::{DOWNLOADS, Stage};

/// What a window may get, whatever happens.
const FRAMES_A_SECOND: f64 = 30.0;
/// Frames that were due before a second and are counted in it, because a busy machine let them go late.
const LATE_FRAMES: f64 = 3.0;
const MESSAGES_A_FRAME: u64 = 200;
/// How long the load lasts, in seconds.
const SECONDS: &str = "ANIWORLD_LOAD_SECONDS";
/// State changes that are waited for in each round.
const PROBES: u64 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_updates_a_second_leave_the_window_calm_and_right() -> Outcome {
    let mut stage = Stage::new().await?;
    stage.begin().await?;
    let mut notes = Notes::default();
    let lasts = Duration::from_secs(std::env::var(SECONDS).map_or(Ok(4), |text| text.parse())?);
    let began = Instant::now();
    Notes::begin(&stage.app).await?;
    while began.elapsed() < lasts / 2 {
        round(&mut stage, &mut notes).await?;
    }
    // what the page notes of its next life begins anew
    notes.take(&stage.app, &[]).await?;
    reload(&stage).await?;
    while began.elapsed() < lasts {
        round(&mut stage, &mut notes).await?;
    }
    notes.take(&stage.app, &[]).await?;
    stage.app.picture(&stage.desktop, "flood-1-running").await?;
    let ended = stage.steering.order(&json!({ "do": "end" })).await?;
    every_row_is_right(&stage.app, &ended["load"]["expected"]).await?;
    stage.app.picture(&stage.desktop, "flood-2-ended").await?;
    say(&notes, &ended);
    let frames = &ended["frames"];
    assert_eq!(ended["load"]["refused"], 0, "every update was taken");
    assert_eq!(ended["load"]["wrong"], 0, "every operation ended as it should");
    let [sent, seconds] = ["frames", "seconds"].map(|key| frames[key].as_f64().unwrap_or_default());
    assert!(sent > 0.0 && sent <= FRAMES_A_SECOND * seconds + 1.0, "{frames}");
    assert!(
        frames["most_in_a_second"].as_f64() <= Some(FRAMES_A_SECOND + LATE_FRAMES),
        "{frames}"
    );
    assert!(
        frames["most_messages"].as_u64() <= Some(MESSAGES_A_FRAME),
        "{frames}"
    );
    Ok(())
}

/// Looks at some rows, scrolls, and types into the search of the library.
async fn round(stage: &mut Stage, heard: &mut Notes) -> Outcome {
    let Stage { app, steering, .. } = stage;
    app.press("nav-downloads").await?;
    let visible = "all(\"[data-testid='job-row'][data-code]\").slice(0, 8).map((row) => row.dataset.code)";
    let chosen = app
        .wait(&format!("({visible}).length === 8 && {visible}"))
        .await?;
    let from = app.now("window.__load.states.length").await?;
    steering.order(&json!({ "do": "probe", "codes": chosen })).await?;
    let until = from.as_u64().unwrap_or_default() + PROBES;
    app.wait(&format!("window.__load.states.length >= {until}"))
        .await?;
    let answer = steering.order(&json!({ "do": "probe", "codes": [] })).await?;
    let probes = answer["noted"].as_array().ok_or("the load notes nothing")?;
    if let Some(last) = probes.last() {
        let (code, shown) = (&last["code"], &last["state"]);
        app.wait(&format!(
            "one(`[data-testid='job-row'][data-code={code}][data-state={shown}]`)"
        ))
        .await?;
    }
    heard.take(app, probes).await?;
    Notes::begin(app).await?;
    scroll(app).await?;
    type_and_search(app).await
}

async fn scroll(app: &App) -> Outcome {
    let list = app
        .client()
        .find(fantoccini::Locator::Css("[role='grid']"))
        .await?;
    for key in [Key::PageDown, Key::PageDown, Key::End, Key::PageUp, Key::Home] {
        list.send_keys(&char::from(key).to_string()).await?;
    }
    Ok(())
}

async fn type_and_search(app: &App) -> Outcome {
    app.press("nav-library").await?;
    for text in ["long", "nothing like it"] {
        app.fill("library-search", text).await?;
    }
    app.wait("all(\"[data-testid='series-row']\").length === 0")
        .await?;
    app.fill("library-search", "road").await?;
    page::series_shows(app, "Long Road", 0, u32::try_from(DOWNLOADS)?).await
}

/// The page is gone with all it knew, in the middle of it all.
async fn reload(stage: &Stage) -> Outcome {
    stage.app.client().refresh().await?;
    stage.app.press("nav-downloads").await?;
    Notes::begin(&stage.app).await
}

/// Looks at every row of the list, one view after the other.
async fn every_row_is_right(app: &App, expected: &Value) -> Outcome {
    assert_eq!(expected.as_object().map(|it| it.len() as u64), Some(DOWNLOADS));
    app.press("nav-downloads").await?;
    app.client()
        .execute("window.__expected = arguments[0];", vec![expected.clone()])
        .await?;
    let rows = "all(\"[data-testid='job-row'][data-index]\")";
    let mut first = 0;
    while first < DOWNLOADS {
        let seen = app
            .wait(&format!(
                "(() => {{
                   const grid = one(\"[role='grid']\");
                   grid.scrollTop = {first} * 64;
                   const rows = {rows};
                   const seen = Math.min(Math.floor(grid.clientHeight / 64), {DOWNLOADS} - {first});
                   const at = (index) => rows.find((row) => Number(row.dataset.index) === index);
                   for (let index = {first}; index < {first} + seen; index += 1) {{
                     const row = at(index);
                     if (row?.dataset.code === undefined) return null;
                     if (row.dataset.state !== window.__expected[row.dataset.code]) return null;
                   }}
                   return seen;
                 }})()"
            ))
            .await?;
        first += seen
            .as_u64()
            .filter(|seen| *seen > 0)
            .ok_or("no row is in view")?;
    }
    Ok(())
}

/// A line for the benchmark.
#[expect(clippy::print_stdout, reason = "the benchmark reads it")]
fn say(notes: &Notes, ended: &Value) {
    let load = &ended["load"];
    println!(
        "{}",
        json!({
            "case": "window",
            "operations": DOWNLOADS,
            "updates": load["updates"],
            "changes": load["changes"],
            "refused": load["refused"],
            "frames": ended["frames"],
            "milliseconds": notes.report(),
        })
    );
}
