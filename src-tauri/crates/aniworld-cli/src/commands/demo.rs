//! `demo`: the whole main job with invented series, a temporary library and a server on loopback.

use std::fs;
use std::io;
use std::path::Path;

use aniworld_services::Aniworld;
use aniworld_services::downloads::Selection;
use aniworld_wire::{CommandError, ErrorCode};
use serde::Serialize;

use super::download::{self, Done};
use super::{missing, or_interrupted, scan};
use crate::arguments::Demo;
use crate::failure::Outcome;
use crate::output::Output;
use crate::session::Session;

/// The first line for scripts: where the demo lives, so that `watch --data-dir` finds it.
#[derive(Debug, Serialize)]
struct Place<'a> {
    data_dir: &'a Path,
    library: &'a Path,
}

pub(super) async fn run(command: &Demo, output: Output) -> Outcome {
    let aniworld = Aniworld::open_demo(false).await?;
    let data_dir = aniworld.data_dir().to_path_buf();
    let library = library_of(&aniworld)?;
    let place = Place {
        data_dir: &data_dir,
        library: &library,
    };
    output.row("demo", &place, || {
        format!(
            "Three invented series on a server inside this program. Nothing of yours is touched.\n\
             Another terminal can follow: aniworld-cli --data-dir {} watch\n",
            data_dir.display()
        )
    });
    let session = Session::new(aniworld, &data_dir, output);
    let done = or_interrupted(main_job(&session, output)).await;
    let kept = match (&done, &command.keep) {
        (Ok(_), Some(folder)) => keep(&library, folder),
        _ => Ok(()),
    };
    session.close().await;
    done?.report(output)?;
    kept?;
    output.text(&match &command.keep {
        Some(folder) => format!("The library is in {}.", folder.display()),
        None => "The demo's library was temporary and is gone; --keep DIR keeps a copy.".to_owned(),
    });
    Ok(())
}

fn library_of(aniworld: &Aniworld) -> Outcome<std::path::PathBuf> {
    let root = tokio::task::block_in_place(|| aniworld.store.library())?;
    root.map(|(root, _)| root.path)
        .ok_or_else(|| CommandError::internal("the demo has no library").into())
}

async fn main_job(session: &Session, output: Output) -> Outcome<Done> {
    let aniworld = &session.aniworld;
    let begun = std::time::Instant::now();
    let totals = aniworld.rescan().await?;
    aniworld.progress.settled().await;
    let summary = scan::Summary::new(&totals, begun.elapsed().as_secs_f64());
    output.text(&summary.text());
    if !output.is_json() {
        missing::print(&missing::list(&aniworld.store, Selection::All).await?, output);
    }
    download::work(aniworld, Selection::All).await
}

/// Copies the library into a folder that is new or empty.
fn keep(library: &Path, folder: &Path) -> Outcome {
    let failed = |error: io::Error| {
        let params = [
            ("path", folder.display().to_string()),
            ("detail", error.to_string()),
        ];
        CommandError::new(ErrorCode::Disk, params)
    };
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(failed(io::Error::from(io::ErrorKind::DirectoryNotEmpty)).into());
    }
    Ok(copy(library, folder).map_err(failed)?)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
