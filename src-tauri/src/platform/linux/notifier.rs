//! Linux: notifications over D-Bus, on the connection that asks for the tray. Nothing waits for an answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aniworld_wire::notification::Words;
use gtk::gio::prelude::{DBusProxyExt, DBusProxyExtManual};
use gtk::gio::{Cancellable, DBusCallFlags, DBusProxy, DBusProxyFlags};
use gtk::glib::{Error, MainContext, ToVariant, Variant};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The bus may have to start the program that shows them.
const ANSWER_MS: i32 = 10_000;

/// Shows notifications, each in place of the last.
pub(crate) struct Notifier {
    /// None without a session bus.
    service: Option<DBusProxy>,
    /// The number of the last notification; 0 is none.
    last: Arc<AtomicU32>,
}

impl Notifier {
    /// `on_press` is called when somebody presses a notification. Must be called on the main thread.
    pub(crate) fn start(on_press: impl Fn() + Send + Sync + 'static) -> Self {
        let last = Arc::<AtomicU32>::default();
        let flags =
            DBusProxyFlags::DO_NOT_LOAD_PROPERTIES | DBusProxyFlags::DO_NOT_AUTO_START_AT_CONSTRUCTION;
        let service = super::session_bus().and_then(|bus| {
            DBusProxy::new_sync(&bus, flags, None, Some(NAME), PATH, NAME, Cancellable::NONE).ok()
        });
        if let Some(service) = &service {
            let shown = Arc::clone(&last);
            service.connect_g_signal(move |_, _, signal, about| {
                let is_ours = || about.child_value(0).get() == Some(shown.load(Ordering::Relaxed));
                if signal == "ActionInvoked" && is_ours() {
                    on_press();
                }
            });
        }
        Self { service, last }
    }

    /// Shows one. Where nobody shows notifications, nothing happens.
    pub(crate) fn show(&self, words: Words) {
        let (service, last) = (self.service.clone(), Arc::clone(&self.last));
        MainContext::default().invoke(move || {
            let (title, body, actions) = (words.title, words.body, vec!["default", words.action]);
            let hints = HashMap::from([("desktop-entry", "Aniworld".to_variant())]);
            let replaced = last.load(Ordering::Relaxed);
            let all = (
                "Aniworld", replaced, "aniworld", title, body, actions, hints, -1_i32,
            )
                .to_variant();
            let answered = move |answer: Result<Variant, Error>| match answer {
                Ok(answer) => last.store(answer.child_value(0).get().unwrap_or(0), Ordering::Relaxed),
                Err(error) => tracing::debug!(%error, "nobody shows notifications here"),
            };
            let (none, flags) = (Cancellable::NONE, DBusCallFlags::NONE);
            if let Some(service) = service {
                service.call("Notify", Some(&all), flags, ANSWER_MS, none, answered);
            }
        });
    }
}
