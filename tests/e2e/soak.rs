//! Many frames to one window: every one arrives, and nothing grows with their number.
//!
//! A few thousand here; `cargo xtask soak` sends 200,000, reads the lines that this prints, and judges.

use aniworld_tests::Outcome;
use aniworld_tests::app::App;
use aniworld_tests::memory::{self, Memory};
use serde_json::json;

use crate::under_load::Stage;

/// How many frames.
const FRAMES: &str = "ANIWORLD_SOAK_FRAMES";
/// Frames between two looks at the memory.
const LOOKS: u64 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_of_thousands_reaches_the_page() -> Outcome {
    let frames: u64 = std::env::var(FRAMES).map_or(Ok(2_000), |text| text.parse())?;
    let mut stage = Stage::new().await?;
    stage.begin().await?;
    // two thousand starts at once are more than a mailbox holds: the page joined anew, and now it is there
    stage
        .steering
        .order(&json!({ "do": "soak", "frames": 100 }))
        .await?;
    let pid = stage.app.pid()?;
    let web = memory::web_process(pid)?;
    let joins = joins(&stage.app).await?;
    for look in 0..=LOOKS {
        // the first look is after a tenth: what is made once is there by then
        let soaked = stage
            .steering
            .order(&json!({ "do": "soak", "frames": frames / LOOKS }))
            .await?;
        // what was sent last is still on its way
        stage.app.now("1").await?;
        say(look, &soaked["frames"], Memory::of(pid)?, Memory::of(web)?);
    }
    assert_eq!(
        self::joins(&stage.app).await?,
        joins,
        "no frame was lost: the page never had to join again"
    );
    let heard = stage.app.now("window.__aniworldBridge.frames").await?;
    assert!(
        heard.as_u64() >= Some(frames),
        "{heard} of {frames} frames and more"
    );
    Ok(())
}

/// How often the page has joined so far.
async fn joins(app: &App) -> Outcome<serde_json::Value> {
    Ok(app.invokes().await?["progress_join"].clone())
}

/// A line for `cargo xtask soak`.
#[expect(clippy::print_stdout, reason = "the command reads it")]
fn say(look: u64, frames: &serde_json::Value, core: Memory, web: Memory) {
    println!(
        "{}",
        json!({
            "case": "soak",
            "look": look,
            "frames": frames["frames"],
            "messages": frames["messages"],
            "seconds": frames["seconds"],
            "core_bytes": core.unique_bytes,
            "web_bytes": web.unique_bytes,
        })
    );
}
