//! Notifications of the system, received over a real session bus: one when the queue is done, none where the user
//! wants none, and no harm where nobody shows any.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use aniworld_core::app::RetryPolicy;
use aniworld_services::downloads::Selection;
use aniworld_services::{Aniworld, OpenOptions};
use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::desktop::Desktop;
use aniworld_tests::notifications::Notifications;
use aniworld_tests::tray::Tray;
use aniworld_tests::watch::Watch;
use aniworld_tests::{Outcome, database, programs};
use serde_json::Value;
use tokio::process::Child;

/// A data folder with a queue of three episodes, of which the server no longer has one.
struct Prepared {
    data: PathBuf,
    _server: Nginx,
    _folder: tempfile::TempDir,
}

async fn prepare() -> Outcome<Prepared> {
    let folder = tempfile::tempdir()?;
    let (offered, library) = (folder.path().join("offered"), folder.path().join("library"));
    let season = offered.join("Night Trains/Season 01");
    std::fs::create_dir_all(&season)?;
    std::fs::create_dir(&library)?;
    for number in 1..=3 {
        let name = format!("Night Trains - S01E0{number}.mkv");
        std::fs::write(season.join(name), vec![7_u8; 300 << 10])?;
    }
    // three seconds, in which the app comes up
    let options = NginxOptions {
        rate_per_connection: Some("100k".to_owned()),
        ..NginxOptions::json()
    };
    let server = Nginx::start(&offered, options)?;
    let data = folder.path().join("data");
    fill_queue(&data, library, server.url()).await?;
    std::fs::remove_file(season.join("Night Trains - S01E02.mkv"))?;
    Ok(Prepared {
        data,
        _server: server,
        _folder: folder,
    })
}

/// As an earlier run would have left it: everything that is missing waits in the queue.
async fn fill_queue(data: &Path, library: PathBuf, source: &str) -> Outcome {
    let aniworld = Aniworld::open(OpenOptions {
        data_dir: data.to_owned(),
        config_dir: data.to_owned(),
        holder: "the test".to_owned(),
        retry: RetryPolicy::default(),
        run_queue: false,
    })
    .await?;
    aniworld.set_library(library).await?;
    aniworld.add_source(source, None, None).await?;
    aniworld.rescan().await?;
    let added = aniworld.downloads.add(Selection::All).await?;
    assert_eq!(added.added, 3);
    aniworld.shutdown().await;
    Ok(())
}

/// Starts the app out of sight, without a driver: nobody looks at it.
fn start_hidden(desktop: &Desktop, data: &Path, log: &Path) -> Outcome<Child> {
    Ok(desktop
        .command(programs::app())
        .arg("--data-dir")
        .arg(data)
        .arg("--hidden")
        .env("RUST_LOG", "warn,aniworld_shell=debug,aniworld::progress=off")
        .stderr(std::fs::File::create(log)?)
        .stdout(Stdio::null())
        .spawn()?)
}

fn is_done(message: &Value) -> bool {
    let counts = &message["data"]["metadata"]["queue_status"];
    message["data"]["id"] == "download_queue" && counts["completed"] == 2 && counts["failed"] == 1
}

/// Waits until the program serves, and its queue is done.
async fn queue_is_done(app: &mut Child, data: &Path) -> Outcome {
    let done = async {
        loop {
            if let Some(status) = app.try_wait()? {
                return Outcome::Err(format!("the app ended: {status}").into());
            }
            // refused for as long as the program does not serve yet
            if Watch::start(data)?.until(is_done).await.is_ok() {
                return Ok(());
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), done)
        .await
        .map_err(|_| "the queue was not done in time")?
}

/// Ends it as the system would, once it is up.
async fn quit(desktop: &Desktop, mut app: Child) -> Outcome {
    Tray::of_app(&desktop.bus().await?).await?;
    let pid = app.id().ok_or("it has ended")?;
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid)?).ok_or("no process")?;
    rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
    assert!(app.wait().await?.success(), "it ends as it should");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_app_says_once_what_its_queue_did_and_a_press_shows_the_window() -> Outcome {
    let prepared = prepare().await?;
    let desktop = Desktop::with_panel().await?;
    let notifications = Notifications::on(&desktop).await?;
    let mut app = start_hidden(
        &desktop,
        &prepared.data,
        &programs::artifacts().join("notifications-1.log"),
    )?;
    let shown = notifications.first().await?;
    assert_eq!(
        (shown.title.as_str(), shown.body.as_str()),
        ("Night Trains", "2 episodes downloaded, 1 failed.")
    );
    assert_eq!(shown.actions, ["default", "Show Aniworld"]);
    assert_eq!(shown.replaces, 0);
    queue_is_done(&mut app, &prepared.data).await?;

    crate::presence::window_becomes(&desktop, crate::presence::Window::Hidden).await?;
    notifications.press(&shown).await?;
    crate::presence::window_becomes(&desktop, crate::presence::Window::Shown).await?;
    quit(&desktop, app).await?;
    assert_eq!(notifications.so_far(), [shown], "exactly one");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_wants_none_gets_none() -> Outcome {
    let prepared = prepare().await?;
    std::fs::write(prepared.data.join("settings.toml"), "notifications = false\n")?;
    let desktop = Desktop::with_panel().await?;
    let notifications = Notifications::on(&desktop).await?;
    let mut app = start_hidden(
        &desktop,
        &prepared.data,
        &programs::artifacts().join("notifications-2.log"),
    )?;
    queue_is_done(&mut app, &prepared.data).await?;
    quit(&desktop, app).await?;
    assert_eq!(notifications.so_far(), []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_shows_notifications_the_app_works_all_the_same() -> Outcome {
    let prepared = prepare().await?;
    let desktop = Desktop::with_panel().await?;
    let log = programs::artifacts().join("notifications-3.log");
    let mut app = start_hidden(&desktop, &prepared.data, &log)?;
    queue_is_done(&mut app, &prepared.data).await?;
    assert_eq!(
        database::job_states(&prepared.data)?,
        ["completed", "failed", "completed"]
    );
    // it can still be asked to show its window, and to end
    let second = desktop
        .command(programs::app())
        .arg("--data-dir")
        .arg(&prepared.data)
        .status()
        .await?;
    assert!(second.success());
    crate::presence::window_becomes(&desktop, crate::presence::Window::Shown).await?;
    quit(&desktop, app).await?;
    let log = std::fs::read_to_string(log)?;
    assert!(
        log.contains("nobody shows notifications here"),
        "it was tried: {log}"
    );
    assert!(!log.contains("panicked"), "{log}");
    Ok(())
}
