//! The desktop shell: windows, tray and commands around the services. The only Rust that knows Tauri.
//!
//! *Architecture invariant:* nothing is decided here. A command is one call of a service and the translation of
//! its answer; windows hear of progress from [`EventRelay`] only.

mod app;
mod bootstrap;
mod commands;
mod event_relay;
mod lifecycle;
mod notice;
mod platform;
mod presence;
mod refusal;
mod tray;
mod window;

use std::process::ExitCode;

use aniworld_services::data_dir::Folders;
use aniworld_wire::CommandError;
use aniworld_wire::app::{Arguments, USAGE};
use tauri::AppHandle;
use tracing_subscriber::EnvFilter;

pub use app::App;
pub use bootstrap::{Opened, open, wire};
pub use event_relay::{EventRelay, FRAME_EVENT};
pub use window::MAIN;

/// Runs the app until it is quit. 0: quit, or another one was shown; 1: it cannot start; 2: wrong usage.
pub fn run() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            refusal::say(&format!("{error}\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    log_to_stderr();
    if let Err(error) = platform::can_open_windows() {
        refusal::say(&format!(
            "Aniworld needs a display to open its window, and there is none ({error}).\n\
             Use aniworld-cli in a terminal."
        ));
        return ExitCode::FAILURE;
    }
    let given = arguments.data_dir.as_deref().map(Folders::at);
    let Some(folders) = given.or_else(Folders::of_user) else {
        let hint = "the system does not say where your data belongs; give a folder with --data-dir";
        return refusal::refuse(&CommandError::internal(hint));
    };
    match tauri::async_runtime::block_on(open(&folders, arguments.demo)) {
        Ok(opened) => start(opened, arguments.hidden, |_| ()),
        Err(error) => refusal::not_opened(&folders.data, &error),
    }
}

/// What Tauri made of `tauri.conf.json`, the page and the capabilities at build time.
pub fn context<R: tauri::Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Everything that does not depend on the runtime: plugins, commands, events of windows.
pub fn builder<R: tauri::Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    builder
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands::handler())
        .on_window_event(window::on_event)
}

/// Runs the app on opened services until it is quit; `wired` is called before there is a window.
pub fn start(opened: Opened, hidden: bool, wired: impl FnOnce(&AppHandle) + Send + 'static) -> ExitCode {
    let built = builder(tauri::Builder::default())
        .setup(move |app| {
            // tasks are spawned from here on, and this thread is not one of the runtime's
            let _runtime = tauri::async_runtime::handle().inner().enter();
            wire(app.handle(), opened, hidden);
            wired(app.handle());
            Ok(bootstrap::present(app.handle())?)
        })
        .build(context());
    match built {
        Ok(app) => {
            let code = app.run_return(lifecycle::on_event);
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => refusal::refuse(&CommandError::internal(error)),
    }
}

/// Warnings and errors, or what `RUST_LOG` asks for. Addresses are logged without credentials by whoever logs them.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
