//! Presence: tray, window title and taskbar, all fed by one reading of progress.
//!
//! One task listens and writes: the tray at most once a second while only figures change, the window with every
//! whole percent. With nothing to say it sleeps.

use std::time::{Duration, Instant};

use aniworld_wire::tray::{Heading, Listener, Menu};
use tauri::window::{ProgressBarState, ProgressBarStatus};
use tauri::{AppHandle, Manager, Runtime};

use crate::app::App;
use crate::tray::Tray;
use crate::window;

/// The least time between two looks at them, however many changes come.
const LOOK_GAP: Duration = Duration::from_millis(50);

/// Keeps tray, title and taskbar up to date, for as long as the program runs. `shown` is what the tray began with.
pub(crate) async fn keep<R: Runtime>(app: AppHandle<R>, tray: Option<Tray<R>>, mut shown: Menu) {
    let state = app.state::<App>();
    let mut current = state.watch();
    let mut written_at = Instant::now();
    let mut headed = None;
    loop {
        let listener = Listener::start(&current.borrow_and_update().progress);
        loop {
            let facts = listener.facts();
            let wanted = Menu::of(&facts, state.speed_limit(), state.language());
            let heading = facts.heading(window::TITLE, state.language());
            let wait = shown.due_in(&wanted, written_at.elapsed());
            if wait == Some(Duration::ZERO) || headed.as_ref() != Some(&heading) {
                write_on_window(&app, &heading);
                headed = Some(heading);
            }
            if wait == Some(Duration::ZERO) {
                if let Some(tray) = &tray {
                    tray.apply(&app, &shown, &wanted);
                }
                shown = wanted;
                written_at = Instant::now();
                continue;
            }
            tokio::select! {
                // the services, the language or the speed limit changed
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

fn write_on_window<R: Runtime>(app: &AppHandle<R>, heading: &Heading) {
    let Some(window) = app.get_webview_window(window::MAIN) else {
        return;
    };
    let status = match heading.percent {
        Some(_) => ProgressBarStatus::Normal,
        None => ProgressBarStatus::None,
    };
    let bar = ProgressBarState {
        status: Some(status),
        progress: heading.percent,
    };
    if let Err(error) = window
        .set_title(&heading.title)
        .and_then(|()| window.set_progress_bar(bar))
    {
        tracing::debug!(%error, "title and taskbar cannot be written");
    }
}
