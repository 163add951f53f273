//! The built-in demo: an ordinary data folder that is temporary, with a library and a source to go with it.

use std::io;
use std::path::PathBuf;

use aniworld_core::app::RetryPolicy;
use aniworld_core::source::SourceKind;
use aniworld_core::source::demo::{DemoPace, DemoServer, seed_library};
use tempfile::TempDir;

use super::{Aniworld, OpenError, OpenOptions};

/// What exists only as long as the demo does.
#[derive(Debug)]
pub(super) struct Demo {
    server: DemoServer,
    folder: TempDir,
}

impl Aniworld {
    /// Opens the built-in demo: a temporary library and database, three invented series, a loopback server.
    /// Scanning is left to the caller.
    pub async fn open_demo(run_queue: bool) -> Result<Self, OpenError> {
        Self::open_demo_at(DemoPace::Watch, run_queue).await
    }

    /// The same at a chosen pace of the server.
    pub async fn open_demo_at(pace: DemoPace, run_queue: bool) -> Result<Self, OpenError> {
        let prepared = tokio::task::spawn_blocking(move || prepare(pace)).await;
        let (demo, library) = prepared.map_err(failed)?.map_err(failed)?;
        let data_dir = demo.folder.path().join("data");
        let mut aniworld = Self::open(OpenOptions {
            config_dir: data_dir.clone(),
            data_dir,
            holder: "the demo of Aniworld".to_owned(),
            retry: RetryPolicy::default(),
            run_queue,
        })
        .await?;
        aniworld.set_library(library).await.map_err(failed)?;
        let name = Some("Demo".to_owned());
        aniworld
            .add_source(demo.server.url().as_str(), Some(SourceKind::Directory), name)
            .await
            .map_err(failed)?;
        aniworld.demo = Some(demo);
        Ok(aniworld)
    }
}

fn prepare(pace: DemoPace) -> io::Result<(Demo, PathBuf)> {
    let folder = tempfile::Builder::new().prefix("aniworld-demo-").tempdir()?;
    let library = folder.path().join("library");
    std::fs::create_dir(&library)?;
    seed_library(&library)?;
    let server = DemoServer::start(pace)?;
    Ok((Demo { server, folder }, library))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` takes")]
fn failed(error: impl ToString) -> OpenError {
    OpenError::Demo(error.to_string())
}
