//! The tray as the panel sees it: the `StatusNotifier` item of the app and its menu, over D-Bus.

use std::collections::HashMap;

use futures_util::StreamExt;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream, Proxy};

use crate::Outcome;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// One entry of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number on the bus.
    pub id: i32,
    /// Its text; empty for a separator.
    pub label: String,
    /// Whether it can be pressed.
    pub enabled: bool,
}

/// The tray item of the app.
#[derive(Debug)]
pub struct Tray {
    bus: Connection,
    service: String,
    menu: String,
}

impl Tray {
    /// Waits until an item is registered, and opens its menu.
    pub async fn of_app(bus: &Connection) -> Outcome<Self> {
        let (service, path) = until(bus, || first_item(bus)).await?;
        let item = Proxy::new(bus, service.clone(), path, "org.kde.StatusNotifierItem").await?;
        let menu: zbus::zvariant::OwnedObjectPath = item.get_property("Menu").await?;
        Ok(Self {
            bus: bus.clone(),
            service,
            menu: menu.as_str().to_owned(),
        })
    }

    /// The entries of the menu as they stand.
    pub async fn entries(&self) -> Outcome<Vec<Entry>> {
        type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let menu = self.menu().await?;
        let (_, root): (u32, Layout) = menu
            .call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new()))
            .await?;
        root.2.iter().map(entry).collect()
    }

    /// Waits until the menu has an entry with such a text, and returns it.
    pub async fn entry(&self, matches: impl Fn(&str) -> bool) -> Outcome<Entry> {
        until(&self.bus, || async {
            Ok(self
                .entries()
                .await?
                .into_iter()
                .find(|entry| matches(&entry.label)))
        })
        .await
    }

    /// The status line: the first entry.
    pub async fn status_line(&self) -> Outcome<String> {
        Ok(self
            .entries()
            .await?
            .into_iter()
            .next()
            .map(|entry| entry.label)
            .unwrap_or_default())
    }

    /// Waits until the status line is like this.
    pub async fn status_line_is(&self, matches: impl Fn(&str) -> bool) -> Outcome<String> {
        until(&self.bus, || async {
            Ok(Some(self.status_line().await?).filter(|line| matches(line)))
        })
        .await
    }

    /// Presses the entry with this text, as the panel does.
    pub async fn press(&self, label: &str) -> Outcome {
        let entry = self.entry(|text| text == label).await?;
        if !entry.enabled {
            return Err(format!("the tray entry {label:?} is disabled").into());
        }
        let event = (entry.id, "clicked", Value::from(0_i32), 0_u32);
        Ok(self.menu().await?.call::<_, _, ()>("Event", &event).await?)
    }

    /// Presses "Quit Aniworld". The app may be gone before it could answer, so the answer is not asked for.
    pub async fn press_quit(&self) -> Outcome {
        let entry = self.entry(|text| text.starts_with("Quit")).await?;
        let event = (entry.id, "clicked", Value::from(0_i32), 0_u32);
        Ok(self.menu().await?.call_noreply("Event", &event).await?)
    }

    async fn menu(&self) -> Outcome<Proxy<'_>> {
        Ok(Proxy::new(
            &self.bus,
            self.service.as_str(),
            self.menu.as_str(),
            "com.canonical.dbusmenu",
        )
        .await?)
    }
}

/// Waits until a tray host is (or is no longer) on the bus.
pub async fn host_is(bus: &Connection, present: bool) -> Outcome {
    until(bus, || async {
        let registered = match Proxy::new(bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await {
            Ok(watcher) => watcher
                .get_property("IsStatusNotifierHostRegistered")
                .await
                .unwrap_or(false),
            Err(_) => false,
        };
        Ok((registered == present).then_some(()))
    })
    .await
}

async fn first_item(bus: &Connection) -> Outcome<Option<(String, String)>> {
    let watcher = Proxy::new(bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
    let items: Vec<String> = watcher
        .get_property("RegisteredStatusNotifierItems")
        .await
        .unwrap_or_default();
    Ok(items.first().map(|item| match item.find('/') {
        Some(slash) => (item[..slash].to_owned(), item[slash..].to_owned()),
        None => (item.clone(), "/StatusNotifierItem".to_owned()),
    }))
}

/// Asks again after every signal on the bus (menus, names and items all signal their changes).
async fn until<T, F, Fut>(bus: &Connection, ask: F) -> Outcome<T>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Outcome<Option<T>>>,
{
    let rule = MatchRule::builder().msg_type(zbus::message::Type::Signal).build();
    let mut signals = MessageStream::for_match_rule(rule, bus, Some(4096)).await?;
    let wait = async {
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            // some changes come without a signal of their own: ask again after a while as well
            let _signal = tokio::time::timeout(std::time::Duration::from_millis(250), signals.next()).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), wait)
        .await
        .map_err(|_| "the tray did not change as expected within 30 s")?
}

fn entry(value: &OwnedValue) -> Outcome<Entry> {
    let Value::Structure(fields) = &**value else {
        return Err("a menu entry is no structure".into());
    };
    let [Value::I32(id), Value::Dict(properties), _] = fields.fields() else {
        return Err("a menu entry has other fields".into());
    };
    let label = properties
        .get::<_, String>(&"label")?
        .unwrap_or_default()
        .replace("__", "_");
    let enabled = properties.get::<_, bool>(&"enabled")?.unwrap_or(true);
    Ok(Entry {
        id: *id,
        label,
        enabled,
    })
}
