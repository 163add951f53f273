//! The program as a test has it: services on a folder of its own, the shell around them, and a window.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use aniworld_services::OpenError;
use aniworld_services::data_dir::Folders;
use aniworld_shell::{MAIN, builder, context, open, wire};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Emitter, Listener, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

/// How long a test waits for what must come. Only a failure takes that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An event that only says: everything before it was delivered.
const MARK: &str = "mark";

/// A running program with its main window.
pub(crate) struct Program {
    app: App<MockRuntime>,
    pub(crate) main: WebviewWindow<MockRuntime>,
    folder: TempDir,
}

impl Program {
    /// Starts on a fresh folder.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = builder(mock_builder()).build(context()).unwrap();
        let folders = Folders::at(&folder.path().join("data"));
        let opened = tauri::async_runtime::block_on(open(&folders, false)).unwrap();
        let runtime = tauri::async_runtime::handle();
        let _inside = runtime.inner().enter();
        wire(app.handle(), opened, false);
        let main = window(&app, MAIN);
        Self { app, main, folder }
    }

    /// One more window, for which there is no capability.
    pub(crate) fn other_window(&self) -> WebviewWindow<MockRuntime> {
        window(&self.app, "other")
    }

    /// A path beside the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new folder beside the data folder.
    pub(crate) fn make_folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// What a second program finds that opens the same data folder.
    pub(crate) fn opened_again(&self) -> Option<OpenError> {
        tauri::async_runtime::block_on(open(&Folders::at(&self.data_dir()), false)).err()
    }

    /// Gives a command as the page of the main window does, and returns its answer.
    #[track_caller]
    pub(crate) fn ask(&self, command: &str, arguments: &Value) -> Value {
        invoke(&self.main, command, arguments)
            .unwrap_or_else(|error| panic!("{command} {arguments} failed: {error}"))
    }

    /// The same for a command that has to fail; returns its error, which has words and a next step.
    #[track_caller]
    pub(crate) fn ask_in_vain(&self, command: &str, arguments: &Value) -> Value {
        let answer = invoke(&self.main, command, arguments);
        let error = answer.expect_err("the command has to fail");
        for words in ["code", "message", "hint"] {
            let text = error[words].as_str();
            assert!(text.is_some_and(|text| !text.is_empty()), "{words} of {error}");
        }
        assert!(error["params"].is_object(), "{error}");
        error
    }

    /// The state of the program.
    #[track_caller]
    pub(crate) fn state(&self) -> Value {
        self.ask("app_state", &json!({}))
    }

    /// Takes a fresh folder as the library.
    #[track_caller]
    pub(crate) fn take_library(&self) -> PathBuf {
        let library = self.make_folder("library");
        self.ask("library_set", &json!({ "path": library }));
        library
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // a demo leaves a folder behind if it is not stopped
        let _ = invoke(&self.main, "demo_stop", &json!({}));
    }
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::default())
        .build()
        .unwrap()
}

/// Gives a command as the page of a window does.
pub(crate) fn invoke(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: &Value,
) -> Result<Value, Value> {
    invoke_from(window, window.url().unwrap(), command, arguments)
}

/// The same from a page at another address.
pub(crate) fn invoke_from(
    window: &WebviewWindow<MockRuntime>,
    url: Url,
    command: &str,
    arguments: &Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url,
        body: InvokeBody::Json(arguments.clone()),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

/// What a window hears of one event.
pub(crate) struct Ears {
    window: WebviewWindow<MockRuntime>,
    heard: Receiver<Value>,
}

impl Ears {
    /// Begins to listen.
    pub(crate) fn of(window: &WebviewWindow<MockRuntime>, event: &str) -> Self {
        let (tell, heard) = mpsc::channel();
        let tell_mark = tell.clone();
        window.listen(event, move |event| {
            // nobody listens any more at the end of a test
            let _ = tell.send(serde_json::from_str(event.payload()).unwrap());
        });
        window.listen(MARK, move |_| drop(tell_mark.send(Value::Null)));
        Self {
            window: window.clone(),
            heard,
        }
    }

    /// The next payload.
    #[track_caller]
    pub(crate) fn next(&self) -> Value {
        self.heard.recv_timeout(PATIENCE).unwrap()
    }

    /// Everything that was delivered up to now.
    pub(crate) fn so_far(&self) -> Vec<Value> {
        self.window.emit_to(self.window.label(), MARK, ()).unwrap();
        std::iter::from_fn(|| Some(self.next()).filter(|payload| !payload.is_null())).collect()
    }
}

/// Fails unless an error has this code; returns its parameters.
#[track_caller]
pub(crate) fn params_of<'a>(error: &'a Value, code: &str) -> &'a Value {
    assert_eq!(error["code"], code, "{error}");
    &error["params"]
}
