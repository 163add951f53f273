//! The receiving end of notifications: `org.freedesktop.Notifications` on the session bus of a test's desktop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

use crate::Outcome;
use crate::desktop::Desktop;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// One notification as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its number.
    pub id: u32,
    /// The number of the one it takes the place of; 0 is none.
    pub replaces: u32,
    /// The first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Keys and words of what a press does, in turn.
    pub actions: Vec<String>,
}

/// Shows notifications to a test.
#[derive(Debug)]
pub struct Notifications {
    bus: Connection,
    got: Arc<Got>,
}

#[derive(Debug, Default)]
struct Got {
    shown: Mutex<Vec<Shown>>,
    came: Notify,
}

struct Service(Arc<Got>);

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the interface has so many")]
    fn notify(
        &self,
        app_name: String,
        replaces_id: u32,
        app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
    ) -> u32 {
        // a test has no use for these
        let _ = (app_name, app_icon, hints, expire_timeout);
        let mut shown = self.0.shown.lock().unwrap_or_else(PoisonError::into_inner);
        // the place is kept by one that takes the place of another
        let next = u32::try_from(shown.len()).unwrap_or(u32::MAX) + 7;
        let id = if replaces_id == 0 { next } else { replaces_id };
        shown.push(Shown {
            id,
            replaces: replaces_id,
            title: summary,
            body,
            actions,
        });
        drop(shown);
        self.0.came.notify_one();
        id
    }
}

impl Notifications {
    /// Shows notifications on this desktop from now on.
    pub async fn on(desktop: &Desktop) -> Outcome<Self> {
        let got = Arc::new(Got::default());
        let bus = desktop.bus().await?;
        bus.object_server().at(PATH, Service(Arc::clone(&got))).await?;
        bus.request_name(NAME).await?;
        Ok(Self { bus, got })
    }

    /// All that came so far.
    pub fn so_far(&self) -> Vec<Shown> {
        let shown = self.got.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }

    /// Waits for the first.
    pub async fn first(&self) -> Outcome<Shown> {
        let came = async {
            loop {
                if let Some(first) = self.so_far().into_iter().next() {
                    return first;
                }
                self.got.came.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), came)
            .await
            .map_err(|_| "no notification within 60 s".into())
    }

    /// Presses one.
    pub async fn press(&self, shown: &Shown) -> Outcome {
        let about = (shown.id, "default");
        Ok(self
            .bus
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &about)
            .await?)
    }
}
