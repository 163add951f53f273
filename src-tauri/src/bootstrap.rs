//! From arguments to a running program: folders, services, relay, tray, window. The only place that wires.

use std::path::PathBuf;
use std::sync::Arc;

use aniworld_core::app::RetryPolicy;
use aniworld_services::data_dir::Folders;
use aniworld_services::{Aniworld, OpenError, OpenOptions};
use aniworld_wire::app::TrayState;
use aniworld_wire::notification;
use aniworld_wire::tray::{Facts, Menu};
use aniworld_wire::window::MainWindow;
use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::app::App;
use crate::event_relay::{EventRelay, FRAME_EVENT};
use crate::notice::Notices;
use crate::platform::{Notifier, TrayHost};
use crate::presence;
use crate::{lifecycle, tray, window};

/// Who holds the lock of the data folder, for whoever finds it locked.
pub(crate) const HOLDER: &str = "Aniworld";

/// Services that run, before any window.
#[derive(Debug)]
pub struct Opened {
    pub(crate) data_dir: PathBuf,
    pub(crate) own: Arc<Aniworld>,
    pub(crate) demo: Option<Arc<Aniworld>>,
}

/// Opens the data folder, and the demo beside it if wanted.
pub async fn open(folders: &Folders, demo: bool) -> Result<Opened, OpenError> {
    let options = OpenOptions {
        data_dir: folders.data.clone(),
        config_dir: folders.config.clone(),
        holder: HOLDER.to_owned(),
        retry: RetryPolicy::default(),
        run_queue: true,
    };
    let own = Arc::new(Aniworld::open(options).await?);
    let demo = if demo {
        Some(Arc::new(Aniworld::open_demo(true).await?))
    } else {
        None
    };
    let data_dir = folders.data.clone();
    Ok(Opened { data_dir, own, demo })
}

impl From<Arc<Aniworld>> for Opened {
    fn from(own: Arc<Aniworld>) -> Self {
        let data_dir = own.data_dir().to_path_buf();
        Self {
            data_dir,
            own,
            demo: None,
        }
    }
}

/// Puts the services behind the commands and the relay between them and the windows. Must be called inside a
/// tokio runtime.
pub fn wire<R: Runtime>(app: &AppHandle<R>, opened: Opened, hidden: bool) {
    let windows = app.clone();
    let progress = &opened.demo.as_ref().unwrap_or(&opened.own).progress;
    let relay = EventRelay::start(progress, move |label, frame| {
        if let Err(error) = windows.emit_to(label, FRAME_EVENT, frame) {
            tracing::warn!(%error, label, "a frame did not reach its window");
            // nobody will report it; the gap heals with the next one
            if let Some(state) = windows.try_state::<App>() {
                state.relay.heard(label, 1);
            }
        }
    });
    let shown = app.clone();
    app.manage(MainWindow::new(hidden));
    app.manage(Notices::default());
    app.manage(App::new(opened, relay, Arc::new(move || window::show(&shown))));
}

/// Makes the tray and the window. Must be called on the main thread.
pub(crate) fn present<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let state = app.state::<App>();
    let facts = Facts::of(&state.services().progress);
    let menu = Menu::of(&facts, state.speed_limit(), state.language());
    let tray = tray::build(app, &menu, state.data_dir().join("tray"))
        .map_err(|error| tracing::warn!(%error, "there is no tray; closing the window minimises it"))
        .ok();
    if tray.is_some() {
        let changed = app.clone();
        state.tray_was_made(TrayHost::watch(move |present| {
            let tray = if present {
                TrayState::Present
            } else {
                TrayState::Absent
            };
            window::tray_changed(&changed, tray);
        }));
    }
    tauri::async_runtime::spawn(presence::keep(app.clone(), tray, menu));
    let (pressed, asked) = (app.clone(), app.clone());
    let notifier = Notifier::start(move || window::show(&pressed));
    tauri::async_runtime::spawn(notification::keep(
        state.watch(),
        app.state::<MainWindow>().watch(),
        move || asked.state::<App>().language(),
        move |words| notifier.show(words),
    ));
    tauri::async_runtime::spawn(lifecycle::quit_when_asked(app.clone()));
    window::create(app, state.theme())
}
