//! What the window says when the trouble is on the disk or comes in the middle: a folder that is read-only, a
//! disk that is full, a server that closes, a library that is unplugged.
//!
//! The app runs in a mount namespace of its own, with a medium of one mebibyte and a read-only one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::{Outcome, database, programs};

use crate::page;

const SMALL: &str = "Show/Season 01/Show - S01E01.mkv";
const LARGE: &str = "Show/Season 01/Show - S01E02.mkv";

/// A program that mounts both media and becomes the app. It fails where a denial would not really happen.
fn program(folder: &Path) -> Outcome<PathBuf> {
    let script = folder.join("app.sh");
    let text = format!(
        "#!/bin/sh\nexec unshare --user --map-root-user --mount sh -c '\n\
         mount -t tmpfs -o size=1m tmpfs \"{0}/medium\" && mkdir \"{0}/medium/library\" || exit 77\n\
         mount -t tmpfs -o ro tmpfs \"{0}/locked\" || exit 77\n\
         touch \"{0}/locked/probe\" 2>/dev/null && exit 78\n\
         exec \"$0\" \"$@\"' \"{1}\" \"$@\"\n",
        folder.display(),
        programs::app().display()
    );
    std::fs::write(&script, text)?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    Ok(script)
}

fn lay_out(folder: &Path) -> Outcome {
    for name in ["medium", "locked"] {
        std::fs::create_dir(folder.join(name))?;
    }
    let served = folder.join("served");
    std::fs::create_dir_all(served.join("Show/Season 01"))?;
    std::fs::write(served.join(SMALL), vec![7_u8; 100 << 10])?;
    std::fs::write(served.join(LARGE), vec![7_u8; 3 << 20])?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_explains_trouble_on_the_disk_and_in_the_middle() -> Outcome {
    let folders = tempfile::tempdir()?;
    let folder = folders.path();
    lay_out(folder)?;
    let data = folder.join("data");
    let nginx = Nginx::start(&folder.join("served"), NginxOptions::json())?;
    let desktop = Desktop::with_panel().await?;
    let app = App::start_by(&program(folder)?, &desktop, &data, &[]).await?;

    page::choose_library(&app, &folder.join("locked")).await?;
    page::says(&app, "read_only", "may not write").await?;
    page::choose_library(&app, &folder.join("medium/library")).await?;
    page::add_first_source(&app, nginx.url()).await?;
    page::series_shows(&app, "Show", 0, 2).await?;
    page::download_all(&app).await?;
    app.press("nav-downloads").await?;
    page::job_is(&app, "S01E01", "completed").await?;
    page::job_is(&app, "S01E02", "failed").await?;
    page::says(&app, "not_enough_space", "not enough space").await?;
    app.picture(&desktop, "trouble-1-disk-full").await?;

    drop(nginx);
    page::act_on_job(&app, "S01E02", "retry").await?;
    page::says(&app, "connect", "nobody answers").await?;
    app.picture(&desktop, "trouble-2-server-closed").await?;
    assert_eq!(database::job_states(&data)?, ["completed", "failed"]);

    // unplugged, as seen from inside the namespace of the app
    let inside = PathBuf::from(format!(
        "/proc/{}/root{}",
        app.pid()?,
        folder.join("medium").display()
    ));
    std::fs::rename(inside.join("library"), inside.join("elsewhere"))?;
    app.press("nav-library").await?;
    app.press("rescan").await?;
    page::says(&app, "library_unreachable", "held episodes before").await?;
    // what is known stays known: nothing is missing that was there
    page::series_shows(&app, "Show", 1, 1).await?;
    app.picture(&desktop, "trouble-3-unplugged").await
}
