//! `App`: what the shell holds while it runs. The user's own data folder, the demo beside it, and what follows them.
//!
//! Everything here is one call of a service; what a request means is decided below.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use aniworld_services::settings::{Settings, SettingsError, SettingsPatch};
use aniworld_services::{Aniworld, OpenError, ProgressService};
use aniworld_wire::app::{Language, Theme, TrayState};
use aniworld_wire::socket::SocketServer;
use aniworld_wire::tray::SpeedLimit;
use tauri::async_runtime::JoinHandle;
use tokio::sync::{Mutex, watch};

use crate::bootstrap::Opened;
use crate::event_relay::EventRelay;
use crate::platform::{self, TrayHost};

/// What a second start of the program asks for.
type OnShow = Arc<dyn Fn() + Send + Sync>;

/// The one thing that Tauri manages for us.
pub struct App {
    pub(crate) relay: EventRelay,
    data_dir: PathBuf,
    own: Arc<Aniworld>,
    /// Held while the demo starts or stops, so that neither happens twice.
    demo: Mutex<Option<Demo>>,
    /// What windows, tray and socket follow: the demo while it runs, else the user's own.
    current: watch::Sender<Arc<Aniworld>>,
    socket: Mutex<Option<SocketServer>>,
    on_show: OnShow,
    /// Set once a tray was made. Whether anybody shows it is asked each time.
    tray: OnceLock<TrayHost>,
}

/// The demo while it runs. Its folder is gone with the last who holds its services.
struct Demo {
    services: Arc<Aniworld>,
    scan: JoinHandle<()>,
}

impl App {
    /// Wires what was opened. Must be called inside a tokio runtime.
    pub(crate) fn new(opened: Opened, relay: EventRelay, on_show: OnShow) -> Self {
        let Opened { data_dir, own, demo } = opened;
        let current = demo.as_ref().unwrap_or(&own);
        let socket = serve(&data_dir, &current.progress, &on_show);
        Self {
            relay,
            data_dir,
            current: watch::Sender::new(Arc::clone(current)),
            own,
            demo: Mutex::new(demo.map(Demo::scan)),
            socket: Mutex::new(socket),
            on_show,
            tray: OnceLock::new(),
        }
    }

    /// What windows hear of progress from.
    pub fn relay(&self) -> &EventRelay {
        &self.relay
    }

    /// The services that the window shows.
    pub(crate) fn services(&self) -> Arc<Aniworld> {
        Arc::clone(&self.current.borrow())
    }

    /// Tells when the services were replaced or their settings changed.
    pub(crate) fn watch(&self) -> watch::Receiver<Arc<Aniworld>> {
        self.current.subscribe()
    }

    /// Where the data of the user's own library is.
    pub(crate) fn data_dir(&self) -> &std::path::Path {
        &self.data_dir
    }

    /// Starts the demo, unless it runs.
    pub(crate) async fn start_demo(&self) -> Result<(), OpenError> {
        let mut demo = self.demo.lock().await;
        if demo.is_none() {
            let opened = Arc::new(Aniworld::open_demo(true).await?);
            self.turn_to(&opened).await;
            *demo = Some(Demo::scan(opened));
        }
        Ok(())
    }

    /// Stops the demo, if it runs, and turns to the user's own library.
    pub(crate) async fn stop_demo(&self) {
        let mut demo = self.demo.lock().await;
        if let Some(Demo { services, scan }) = demo.take() {
            self.turn_to(&self.own).await;
            services.shutdown().await;
            // a scan that failed has said so
            let _ = scan.await;
        }
    }

    /// Stops everything so that it can be resumed.
    pub(crate) async fn end(&self) {
        self.stop_demo().await;
        self.own.shutdown().await;
        if let Some(socket) = self.socket.lock().await.take() {
            socket.stop().await;
        }
    }

    async fn turn_to(&self, services: &Arc<Aniworld>) {
        // first the services, then the window: when it hears of the change, its questions are answered anew
        self.current.send_replace(Arc::clone(services));
        self.relay.switch(&services.progress);
        let mut socket = self.socket.lock().await;
        if let Some(before) = socket.take() {
            before.stop().await;
        }
        *socket = serve(&self.data_dir, &services.progress, &self.on_show);
    }

    /// A tray was made: from now on it exists whenever somebody shows it.
    pub(crate) fn tray_was_made(&self, host: TrayHost) {
        // a second tray is never made
        let _ = self.tray.set(host);
    }

    /// Whether there is a tray to close into, asked now.
    pub(crate) fn tray(&self) -> TrayState {
        match self.tray.get() {
            Some(host) if host.is_present() => TrayState::Present,
            _ => TrayState::Absent,
        }
    }

    /// The user's settings, which also hold for the demo.
    pub(crate) fn settings(&self) -> Settings {
        self.own.settings()
    }

    /// Changes the user's settings, for the demo too while it runs, and tells everybody who watches.
    pub(crate) async fn change_settings(&self, patch: SettingsPatch) -> Result<Settings, SettingsError> {
        let settings = self.own.update_settings(patch.clone()).await?;
        if let Some(demo) = &*self.demo.lock().await {
            demo.services.update_settings(patch).await?;
        }
        self.current.send_modify(|_| ());
        Ok(settings)
    }

    /// The language to speak.
    pub(crate) fn language(&self) -> Language {
        match self.settings().language {
            Some(language) => language.into(),
            None => Language::of_locale(&platform::locale().unwrap_or_default()),
        }
    }

    /// The speed limit of all downloads together.
    pub(crate) fn speed_limit(&self) -> SpeedLimit {
        SpeedLimit::of(&self.settings().transfers)
    }

    /// The colours of the window.
    pub(crate) fn theme(&self) -> Theme {
        self.settings().theme.into()
    }
}

impl Demo {
    /// Scans a demo that was just opened: it is shown as found, not as empty.
    fn scan(services: Arc<Aniworld>) -> Self {
        let scanned = Arc::clone(&services);
        let scan = tauri::async_runtime::spawn(async move {
            if let Err(error) = scanned.rescan().await {
                tracing::warn!(%error, "the library of the demo was not scanned");
            }
        });
        Self { services, scan }
    }
}

/// Serves progress to other programs. Without it everything else still works.
fn serve(data_dir: &std::path::Path, progress: &ProgressService, on_show: &OnShow) -> Option<SocketServer> {
    let on_show = Arc::clone(on_show);
    SocketServer::start(data_dir, progress.clone(), move || on_show())
        .map_err(|error| tracing::warn!(%error, "other programs cannot watch this one"))
        .ok()
}
