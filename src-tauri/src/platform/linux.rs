//! Linux: whether a tray exists, and notifications, over D-Bus through GIO; minimised windows and folders through GTK.
//!
//! The tray library cannot tell whether anybody shows our icon, so the watcher of the session bus is asked.

mod notifier;

use std::io;
use std::path::Path;

use gtk::gio::{self, BusType, Cancellable, DBusCallFlags, DBusConnection, DBusSignalFlags};
use gtk::glib::{self, ToVariant};
use gtk::prelude::WidgetExt;
use tauri::{Runtime, WebviewWindow};

pub(crate) use self::notifier::Notifier;

const BUS: &str = "org.freedesktop.DBus";
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";
/// A panel that does not answer at once counts as absent: a window that cannot be closed would be worse.
const ANSWER_MS: i32 = 500;

/// Whether somebody shows our icon.
#[derive(Debug)]
pub(crate) struct TrayHost {
    /// None without a session bus.
    bus: Option<DBusConnection>,
}

impl TrayHost {
    /// Watches from now on; `on_change` is called on the main thread with each answer that may be new.
    /// Must be called on the main thread.
    pub(crate) fn watch(on_change: impl Fn(bool) + Send + Sync + 'static) -> Self {
        let bus = session_bus();
        if let Some(bus) = &bus {
            subscribe(bus, on_change);
        }
        Self { bus }
    }

    /// Asks now. Blocks for at most half a second.
    pub(crate) fn is_present(&self) -> bool {
        self.bus.as_ref().is_some_and(has_host)
    }
}

/// The session bus, which everything here shares.
fn session_bus() -> Option<DBusConnection> {
    let bus = gio::bus_get_sync(BusType::Session, Cancellable::NONE)
        .map_err(|error| tracing::warn!(%error, "no session bus, so neither tray nor notifications"))
        .ok()?;
    // a session that ends takes its bus along: that must not end the program before its downloads are put down
    bus.set_exit_on_close(false);
    Some(bus)
}

fn subscribe(bus: &DBusConnection, on_change: impl Fn(bool) + Send + Sync + 'static) {
    let on_change = std::sync::Arc::new(on_change);
    for signal in ["StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"] {
        let on_change = std::sync::Arc::clone(&on_change);
        // lasts as long as the program
        bus.signal_subscribe(
            None,
            Some(WATCHER),
            Some(signal),
            Some(WATCHER_PATH),
            None,
            DBusSignalFlags::NONE,
            move |bus, _, _, _, _, _| on_change(has_host(bus)),
        );
    }
    let on_owner = std::sync::Arc::clone(&on_change);
    // the watcher itself comes or goes. (GIO's own watch of a name panics in its binding when the bus closes.)
    bus.signal_subscribe(
        Some(BUS),
        Some(BUS),
        Some("NameOwnerChanged"),
        Some("/org/freedesktop/DBus"),
        Some(WATCHER),
        DBusSignalFlags::NONE,
        move |bus, _, _, _, _, _| on_owner(has_host(bus)),
    );
    bus.connect_closed(move |_, _, _| on_change(false));
}

fn has_host(bus: &DBusConnection) -> bool {
    let question = (WATCHER, "IsStatusNotifierHostRegistered").to_variant();
    let answer = bus.call_sync(
        Some(WATCHER),
        WATCHER_PATH,
        "org.freedesktop.DBus.Properties",
        "Get",
        Some(&question),
        None,
        DBusCallFlags::NO_AUTO_START,
        ANSWER_MS,
        Cancellable::NONE,
    );
    match answer {
        Ok(answer) => answer
            .child_value(0)
            .as_variant()
            .and_then(|value| value.get())
            .unwrap_or(false),
        Err(error) => {
            tracing::debug!(%error, "no watcher of tray icons");
            false
        }
    }
}

/// Whether there is a display. Must be called on the main thread.
pub(crate) fn can_open_windows() -> Result<(), String> {
    gtk::init().map_err(|error| error.to_string())
}

/// Calls back after every change of a window's state, such as minimising, which Tauri does not tell of here.
/// Must be called on the main thread.
pub(crate) fn on_window_state<R: Runtime>(
    window: &WebviewWindow<R>,
    changed: impl Fn() + 'static,
) -> tauri::Result<()> {
    window.gtk_window()?.connect_window_state_event(move |_, _| {
        changed();
        glib::Propagation::Proceed
    });
    Ok(())
}

/// Shows a folder in the user's file manager.
pub(crate) fn open_folder(folder: &Path) -> io::Result<()> {
    let uri = glib::filename_to_uri(folder, None).map_err(io::Error::other)?;
    gio::AppInfo::launch_default_for_uri(&uri, gio::AppLaunchContext::NONE).map_err(io::Error::other)
}
