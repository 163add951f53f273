//! The main window: made in code, shown when its page is ready, closed into the tray or minimised.
//!
//! Knows when somebody looks at it and tells the relay; knows nothing of what it shows.

use std::time::Duration;

use aniworld_wire::Attention;
use aniworld_wire::app::{Theme, TrayState};
use aniworld_wire::window::{MainWindow, Place};
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::app::App;
use crate::notice::{self, Notice, Notices};
use crate::platform;

/// The label of the main window.
pub const MAIN: &str = "main";

/// The title of the window, before which a percentage may stand.
pub(crate) const TITLE: &str = "Aniworld";
const SIZE: (f64, f64) = (1120.0, 760.0);
const LEAST_SIZE: (f64, f64) = (720.0, 480.0);
/// A page that is not ready by then is shown as it is: a slow page is better than no window.
const READY_AT_LATEST: Duration = Duration::from_millis(1_500);
/// The page's own background, so that the first picture is not a white flash.
const LIGHT: Color = Color(0xf6, 0xf7, 0xf9, 0xff);
const DARK: Color = Color(0x14, 0x16, 0x1b, 0xff);

/// Makes the main window, out of sight until its page is ready. Must be called on the main thread.
pub(crate) fn create<R: Runtime>(app: &AppHandle<R>, theme: Theme) -> tauri::Result<()> {
    app.state::<MainWindow>().made();
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title(TITLE)
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        .prevent_overflow()
        .center()
        .visible(false)
        .theme(choice(theme))
        // the page is ours alone: nothing leads out of it
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, page| page_loads(&window, page.event()))
        .build()?;
    paint(&window);
    let changed = app.clone();
    platform::on_window_state(&window, move || look(&changed))?;
    let late = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(READY_AT_LATEST).await;
        place(&late);
    });
    Ok(())
}

/// The page says that it listens: the window can be shown, and it can be told things.
pub(crate) fn page_ready<R: Runtime>(app: &AppHandle<R>) {
    place(app);
    notice::set_reader(app, !app.state::<MainWindow>().is_closed());
    if app.state::<App>().tray() == TrayState::Absent {
        notice::give(app, Notice::NoTrayCloseMinimises);
    }
}

/// Brings the window to the front, and makes it again if it is gone.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let on_main = app.clone();
    let shown = app.run_on_main_thread(move || {
        if let Err(error) = show_now(&on_main) {
            tracing::error!(%error, "the window cannot be shown");
        }
    });
    if let Err(error) = shown {
        tracing::error!(%error, "the window cannot be shown: the program ends");
    }
}

fn show_now<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    app.state::<MainWindow>().brought_up();
    let Some(window) = app.get_webview_window(MAIN) else {
        return create(app, app.state::<App>().theme());
    };
    window.show()?;
    window.unminimize()?;
    window.set_focus()?;
    app.state::<App>().relay.set_attention(MAIN, Attention::Focused);
    notice::set_reader(app, true);
    Ok(())
}

/// Brings a window that was made to where it belongs.
fn place<R: Runtime>(app: &AppHandle<R>) {
    if let Some(place) = app.state::<MainWindow>().ready(app.state::<App>().tray()) {
        go(app, place);
    }
}

fn go<R: Runtime>(app: &AppHandle<R>, place: Place) {
    let window = app.get_webview_window(MAIN);
    match place {
        Place::Front => show(app),
        Place::Taskbar => log_failure(window.map(|window| window.show().and_then(|()| window.minimize()))),
        Place::Tray => {
            // a page that cannot be seen has no reader
            notice::set_reader(app, false);
            log_failure(window.map(|window| window.hide()));
            look(app);
        }
    }
}

/// The tray came or went. Without one, a window that was closed into it would be out of reach.
pub(crate) fn tray_changed<R: Runtime>(app: &AppHandle<R>, tray: TrayState) {
    if app.state::<MainWindow>().is_out_of_reach(tray) {
        app.state::<Notices>().withdraw(Notice::ClosedToTray);
        show(app);
        notice::give(app, Notice::NoTrayCloseMinimises);
    }
}

/// What happens to the window from outside.
pub(crate) fn on_event<R: Runtime>(window: &tauri::Window<R>, event: &WindowEvent) {
    let app = window.app_handle();
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            close(app);
        }
        WindowEvent::Destroyed => app.state::<App>().relay.forget(window.label()),
        WindowEvent::Focused(_) | WindowEvent::Resized(_) => look(app),
        _ => {}
    }
}

fn close<R: Runtime>(app: &AppHandle<R>) {
    let (place, notice) = app.state::<MainWindow>().close(app.state::<App>().tray());
    go(app, place);
    notice::give(app, notice);
}

/// Looks how much somebody can see of the window, and tells the relay.
fn look<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let minimised = window.is_minimized().unwrap_or(false);
    let focused = window.is_focused().unwrap_or(false);
    let attention = app.state::<MainWindow>().attention(minimised, focused);
    app.state::<App>().relay.set_attention(MAIN, attention);
}

/// Uses the colours that the user chose; `None` follows the system.
pub(crate) fn set_theme<R: Runtime>(app: &AppHandle<R>, theme: Theme) {
    if let Some(window) = app.get_webview_window(MAIN) {
        log_failure(Some(window.set_theme(choice(theme))));
        paint(&window);
    }
}

fn choice(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

fn paint<R: Runtime>(window: &WebviewWindow<R>) {
    let dark = window.theme().is_ok_and(|theme| theme == tauri::Theme::Dark);
    log_failure(Some(window.set_background_color(Some(if dark {
        DARK
    } else {
        LIGHT
    }))));
}

fn is_own_page(url: &Url) -> bool {
    let served_by_us = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    served_by_us || (tauri::is_dev() && url.host_str() == Some("localhost"))
}

fn page_loads<R: Runtime>(window: &WebviewWindow<R>, event: PageLoadEvent) {
    if event == PageLoadEvent::Started {
        let app = window.app_handle();
        // a page that was loaded again knows nothing, and hears nothing before it says so
        app.state::<App>().relay.page_began(window.label());
        notice::set_reader(app, false);
    }
}

fn log_failure(outcome: Option<tauri::Result<()>>) {
    if let Some(Err(error)) = outcome {
        tracing::warn!(%error, "the window did not do as it was told");
    }
}
