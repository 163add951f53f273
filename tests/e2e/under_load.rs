//! The app under load, with two thousand downloads in its queue that nobody really runs.

use std::path::Path;

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::load::{self, Steering};
use aniworld_tests::{Outcome, terminal};
use serde_json::json;
use tempfile::TempDir;

use crate::page;

const SEASONS: u32 = 20;
const EPISODES: u32 = 100;
/// All of them.
pub(crate) const DOWNLOADS: u64 = (SEASONS * EPISODES) as u64;
const UPDATES_A_SECOND: u64 = 10_000;

/// A library of one series without a single episode, and all of them in the queue.
pub(crate) struct Stage {
    pub(crate) desktop: Desktop,
    pub(crate) app: App,
    pub(crate) steering: Steering,
    _nginx: Nginx,
    _folders: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Outcome<Self> {
        let folders = tempfile::tempdir()?;
        let [served, library, data] = ["served", "library", "data"].map(|name| folders.path().join(name));
        std::fs::create_dir_all(&library)?;
        serve_many(&served)?;
        let nginx = Nginx::start(&served, NginxOptions::json())?;
        let library = library.display().to_string();
        for arguments in [
            ["scan", library.as_str()].as_slice(),
            &["source", "add", nginx.url()],
        ] {
            let ran = terminal::run(&data, arguments).await?;
            assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.errors);
        }
        let desktop = Desktop::with_panel().await?;
        let app = App::start_by(&load::program(), &desktop, &data, &[]).await?;
        let steering = Steering::connect(&data).await?;
        page::download_all(&app).await?;
        app.press("nav-downloads").await?;
        app.wait("all(\"[data-testid='job-row'][data-code]\").length > 5")
            .await?;
        Ok(Self {
            desktop,
            app,
            steering,
            _nginx: nginx,
            _folders: folders,
        })
    }

    /// Begins with ten thousand updates a second.
    pub(crate) async fn begin(&mut self) -> Outcome {
        let order = json!({ "do": "begin", "rate": UPDATES_A_SECOND });
        let begun = self.steering.order(&order).await?;
        assert_eq!(begun["operations"], DOWNLOADS);
        Ok(())
    }
}

/// Two thousand files, a byte each: nobody downloads them.
fn serve_many(served: &Path) -> Outcome {
    for season in 1..=SEASONS {
        let folder = served.join(format!("Long Road/Season {season:02}"));
        std::fs::create_dir_all(&folder)?;
        for episode in 1..=EPISODES {
            std::fs::write(
                folder.join(format!("Long Road - S{season:02}E{episode:03}.mp4")),
                "x",
            )?;
        }
    }
    Ok(())
}
