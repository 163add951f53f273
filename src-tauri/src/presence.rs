//! Presence: tray, window title and taskbar, all fed by one reading of progress.
//!
//! One task listens and writes, at most once a second while only figures change. With nothing to say it sleeps.

use std::time::{Duration, Instant};

use aniworld_wire::tray::{Facts, Listener, Menu, whole};
use tauri::window::{ProgressBarState, ProgressBarStatus};
use tauri::{AppHandle, Manager, Runtime};

use crate::app::App;
use crate::tray::Tray;
use crate::window;

/// The least time between two writings of figures.
const PACE: Duration = Duration::from_secs(1);
/// The least time between two looks at them, however many changes come.
const LOOK_GAP: Duration = Duration::from_millis(50);

/// Keeps tray, title and taskbar up to date, for as long as the program runs. `shown` is what the tray began with.
pub(crate) async fn keep<R: Runtime>(app: AppHandle<R>, tray: Option<Tray<R>>, mut shown: Menu) {
    let state = app.state::<App>();
    let mut current = state.watch();
    let mut written_at = Instant::now();
    loop {
        let listener = Listener::start(&current.borrow_and_update().progress);
        loop {
            let facts = listener.facts();
            let wanted = Menu::of(&facts, state.language());
            let wait = if wanted == shown {
                None
            } else if shown.differs_in_figures_only(&wanted) {
                Some(PACE.saturating_sub(written_at.elapsed()))
            } else {
                Some(Duration::ZERO)
            };
            if wait == Some(Duration::ZERO) {
                if let Some(tray) = &tray {
                    tray.apply(&app, &shown, &wanted);
                }
                write_on_window(&app, &facts);
                shown = wanted;
                written_at = Instant::now();
                continue;
            }
            tokio::select! {
                // the services or the language changed
                changed = current.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return,
                },
                () = listener.changed() => tokio::time::sleep(LOOK_GAP).await,
                () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => {}
            }
        }
    }
}

fn write_on_window<R: Runtime>(app: &AppHandle<R>, facts: &Facts) {
    let Some(window) = app.get_webview_window(window::MAIN) else {
        return;
    };
    let percent = facts.percent.filter(|_| facts.is_downloading());
    let title = match percent {
        Some(percent) => format!("{} % – {}", whole(percent), window::TITLE),
        None => window::TITLE.to_owned(),
    };
    let (status, progress) = match percent {
        Some(percent) => (ProgressBarStatus::Normal, whole(percent).parse().ok()),
        None => (ProgressBarStatus::None, None),
    };
    let bar = ProgressBarState {
        status: Some(status),
        progress,
    };
    if let Err(error) = window
        .set_title(&title)
        .and_then(|()| window.set_progress_bar(bar))
    {
        tracing::debug!(%error, "title and taskbar cannot be written");
    }
}
