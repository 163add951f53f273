//! The tray: makes the icon and its menu, applies what the model says, and turns presses into calls.
//!
//! A press calls services or the window, never the page. A tray that cannot be made is a warning.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use aniworld_services::Aniworld;
use aniworld_services::settings::{SettingsPatch, TransferPatch};
use aniworld_wire::tray::{Facts, Item, Menu};
use tauri::menu::{IsMenuItem, Menu as NativeMenu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Runtime};

use crate::app::App;
use crate::{lifecycle, window};

const ID: &str = "main";

/// The tray of a running program.
pub(crate) struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    items: Vec<(Item, MenuItem<R>)>,
}

/// Makes the tray. `icon_dir` is for the picture that some trays read from a file. Must be called on the
/// main thread.
pub(crate) fn build<R: Runtime>(
    app: &AppHandle<R>,
    menu: &Menu,
    icon_dir: PathBuf,
) -> Result<Tray<R>, String> {
    // where the tray library of the system is missing, its binding panics instead of returning an error
    let built = std::panic::catch_unwind(AssertUnwindSafe(|| build_now(app, menu, icon_dir)));
    match built {
        Ok(tray) => tray.map_err(|error| error.to_string()),
        Err(_) => Err("the system's tray library (libayatana-appindicator3) is missing".to_owned()),
    }
}

fn build_now<R: Runtime>(app: &AppHandle<R>, menu: &Menu, icon_dir: PathBuf) -> tauri::Result<Tray<R>> {
    let make = |item: Item| {
        MenuItem::with_id(
            app,
            item.id(),
            menu.text(item),
            menu.is_enabled(item),
            None::<&str>,
        )
        .map(|native| (item, native))
    };
    let items = Item::ALL
        .into_iter()
        .map(make)
        .collect::<tauri::Result<Vec<_>>>()?;
    let separators = [
        PredefinedMenuItem::separator(app)?,
        PredefinedMenuItem::separator(app)?,
    ];
    let mut lines: Vec<&dyn IsMenuItem<R>> = Vec::new();
    for (item, native) in &items {
        match item {
            Item::PauseOrResume => lines.push(&separators[0]),
            Item::Quit => lines.push(&separators[1]),
            Item::Status | Item::Show | Item::Check | Item::Limit => {}
        }
        lines.push(native);
    }
    let icon = TrayIconBuilder::with_id(ID)
        .icon(tauri::include_image!("src-tauri/icons/tray.png"))
        .temp_dir_path(icon_dir)
        .tooltip(&menu.status)
        .menu(&NativeMenu::with_items(app, &lines)?)
        // where clicks are delivered, a left click opens the window
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| {
            if let Some(item) = Item::from_id(event.id().as_ref()) {
                press(app, item);
            }
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        })
        .build(app)?;
    Ok(Tray { icon, items })
}

impl<R: Runtime> Tray<R> {
    /// Writes what differs from what is shown. Texts change in place: on Linux a menu cannot be replaced.
    pub(crate) fn apply(&self, app: &AppHandle<R>, shown: &Menu, wanted: &Menu) {
        let state = |menu: &Menu, item| (menu.text(item).to_owned(), menu.is_enabled(item));
        let changes: Vec<_> = self
            .items
            .iter()
            .filter(|(item, _)| state(shown, *item) != state(wanted, *item))
            .map(|(item, native)| (native.clone(), state(wanted, *item)))
            .collect();
        let icon = self.icon.clone();
        let tooltip = wanted.status.clone();
        let written = app.run_on_main_thread(move || {
            for (native, (text, enabled)) in changes {
                let written = native.set_text(text).and_then(|()| native.set_enabled(enabled));
                if let Err(error) = written {
                    tracing::warn!(%error, "an entry of the tray's menu cannot be changed");
                }
            }
            if let Err(error) = icon.set_tooltip(Some(tooltip)) {
                tracing::debug!(%error, "the tray has no tooltip");
            }
        });
        if let Err(error) = written {
            tracing::debug!(%error, "the tray is gone: the program ends");
        }
    }
}

fn press<R: Runtime>(app: &AppHandle<R>, item: Item) {
    match item {
        Item::Status => {}
        Item::Show => window::show(app),
        Item::Check => spawn(app, |services| async move { services.rescan().await.map(drop) }),
        Item::PauseOrResume => pause_or_resume(app),
        Item::Limit => lift_or_limit(app),
        Item::Quit => lifecycle::quit(app),
    }
}

/// Lifts the speed limit, or puts it into force again.
fn lift_or_limit<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        let transfers = TransferPatch {
            limit_speed: Some(!state.settings().transfers.limit_speed),
            ..TransferPatch::default()
        };
        let patch = SettingsPatch {
            transfers,
            ..SettingsPatch::default()
        };
        if let Err(error) = state.change_settings(patch).await {
            tracing::warn!(%error, "the speed limit cannot be changed");
        }
    });
}

fn pause_or_resume<R: Runtime>(app: &AppHandle<R>) {
    spawn(app, |services| async move {
        if Facts::of(&services.progress).paused {
            services.downloads.resume_all().await
        } else {
            services.downloads.pause_all().await
        }
    });
}

/// Does what a press asks for. Its progress and its failure are seen where all progress is.
fn spawn<R, F, E>(app: &AppHandle<R>, work: impl FnOnce(Arc<Aniworld>) -> F)
where
    R: Runtime,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send,
{
    let work = work(app.state::<App>().services());
    tauri::async_runtime::spawn(async move {
        if let Err(error) = work.await {
            tracing::warn!(%error, "what the tray's menu asked for failed");
        }
    });
}
