//! Closing the window with a tray, without one, and with one that dies while the window is closed.

use std::time::Duration;

use aniworld_tests::Outcome;
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::tray::Tray;
use tokio::io::{AsyncBufReadExt, BufReader};

/// What the window manager knows of the app's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    Shown,
    Minimised,
    Hidden,
}

async fn window(desktop: &Desktop) -> Outcome<Window> {
    let listed = desktop
        .command("wmctrl")
        .arg("-l")
        .stdout(std::process::Stdio::piped())
        .output()
        .await?;
    let list = String::from_utf8_lossy(&listed.stdout).into_owned();
    let Some(id) = list
        .lines()
        .find(|line| line.contains("Aniworld"))
        .and_then(|line| line.split(' ').next())
    else {
        return Ok(Window::Hidden);
    };
    let state = desktop
        .command("xprop")
        .args(["-id", id, "WM_STATE"])
        .stdout(std::process::Stdio::piped())
        .output()
        .await?;
    let iconic = String::from_utf8_lossy(&state.stdout).contains("Iconic");
    Ok(if iconic { Window::Minimised } else { Window::Shown })
}

pub(crate) async fn window_becomes(desktop: &Desktop, wanted: Window) -> Outcome {
    let wait = async {
        // every map, unmap and move of a top-level window is a line of this program
        let mut events = desktop
            .command("xev")
            .args(["-root", "-event", "substructure"])
            .stdout(std::process::Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(events.stdout.take().ok_or("no pipe")?).lines();
        while window(desktop).await? != wanted {
            // the first change may come before the program listens: ask again after a while as well
            let _event = tokio::time::timeout(Duration::from_millis(500), lines.next_line()).await;
        }
        Outcome::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .map_err(|_| format!("the window did not become {wanted:?}"))?
}

/// Presses the close button, as far as the app can tell.
async fn close_window(desktop: &Desktop) -> Outcome {
    let status = desktop
        .command("wmctrl")
        .args(["-c", "Aniworld"])
        .status()
        .await?;
    if status.success() {
        Ok(())
    } else {
        Err("no window to close".into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_hides_into_the_tray_and_a_dying_tray_brings_the_window_back() -> Outcome {
    let folders = tempfile::tempdir()?;
    let data = folders.path().join("data");
    let mut desktop = Desktop::with_panel().await?;
    let app = App::start(&desktop, &data, &["--demo"]).await?;
    app.wait("one(\"[data-testid='series-row']\")").await?;
    let pid = app.pid()?;
    let bus = desktop.bus().await?;
    let tray = Tray::of_app(&bus).await?;

    window_becomes(&desktop, Window::Shown).await?;
    close_window(&desktop).await?;
    window_becomes(&desktop, Window::Hidden).await?;
    desktop.picture("presence-1-in-tray").await?;
    tray.press("Show Aniworld").await?;
    window_becomes(&desktop, Window::Shown).await?;

    close_window(&desktop).await?;
    window_becomes(&desktop, Window::Hidden).await?;
    desktop.kill_panel().await?;
    window_becomes(&desktop, Window::Shown).await?;
    desktop.picture("presence-2-tray-died").await?;

    // without a tray, closing minimises and never locks the user out
    close_window(&desktop).await?;
    window_becomes(&desktop, Window::Minimised).await?;
    assert!(
        std::path::Path::new(&format!("/proc/{pid}")).exists(),
        "the app goes on"
    );

    // a panel that comes back gives the tray back
    desktop.start_panel().await?;
    let tray = Tray::of_app(&bus).await?;
    tray.press("Show Aniworld").await?;
    window_becomes(&desktop, Window::Shown).await?;
    tray.press_quit().await?;
    app.ended(pid).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_the_app_starts_says_so_once_and_minimises() -> Outcome {
    let folders = tempfile::tempdir()?;
    let data = folders.path().join("data");
    let desktop = Desktop::without_panel().await?;
    let app = App::start(&desktop, &data, &["--demo"]).await?;
    app.wait("one(\"[data-testid='series-row']\")").await?;
    let notice = app.text("toast").await?;
    assert!(
        notice.to_lowercase().contains("tray"),
        "the notice names the reason: {notice}"
    );
    desktop.picture("presence-3-no-tray").await?;
    close_window(&desktop).await?;
    window_becomes(&desktop, Window::Minimised).await?;
    assert!(
        std::path::Path::new(&format!("/proc/{}", app.pid()?)).exists(),
        "the app goes on"
    );
    Ok(())
}
