//! The real app in its real webview, driven over `WebDriver`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use serde_json::{Value, json};
use tokio::process::Child;

use crate::Outcome;
use crate::desktop::Desktop;
use crate::programs;

/// How long a step of a test may take before it counts as failed.
const STEP: Duration = Duration::from_mins(1);

/// A running app.
#[derive(Debug)]
pub struct App {
    client: Client,
    data_dir: PathBuf,
    _driver: Child,
}

impl App {
    /// Starts the app on a data folder and waits for its window.
    pub async fn start(desktop: &Desktop, data_dir: &Path, arguments: &[&str]) -> Outcome<Self> {
        Self::start_by(&programs::app(), desktop, data_dir, arguments).await
    }

    /// The same by a program that prepares something and then becomes the app.
    pub async fn start_by(
        program: &Path,
        desktop: &Desktop,
        data_dir: &Path,
        arguments: &[&str],
    ) -> Outcome<Self> {
        let (driver, port) = start_driver(desktop).await?;
        let mut binary_arguments = vec!["--data-dir".to_owned(), data_dir.display().to_string()];
        binary_arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let options = json!({ "binary": program, "args": binary_arguments });
        let capabilities = Capabilities::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let client = Client::with_capabilities_and_connector(
            &format!("http://127.0.0.1:{port}"),
            &capabilities,
            HttpConnector::new(),
        )
        .await?;
        let timeouts = TimeoutConfiguration::new(Some(STEP), Some(STEP), Some(Duration::ZERO));
        client.update_timeouts(timeouts).await?;
        let app = Self {
            client,
            data_dir: data_dir.to_path_buf(),
            _driver: driver,
        };
        // nobody presses anything in a window that is not shown yet
        app.wait("document.visibilityState === 'visible' && innerWidth > 1 && document.body.innerText")
            .await?;
        Ok(app)
    }

    /// The `WebDriver` client, for what the steps below do not cover.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The process number of the app, as its lock file names it.
    pub fn pid(&self) -> Outcome<u32> {
        let lock: Value = serde_json::from_slice(&std::fs::read(self.data_dir.join("lock"))?)?;
        let pid = lock["pid"].as_u64().ok_or("the lock names no process")?;
        Ok(u32::try_from(pid)?)
    }

    /// Ends the app as a power cut would.
    pub fn kill(&self) -> Outcome {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid()?)?).ok_or("no process")?;
        Ok(rustix::process::kill_process(pid, rustix::process::Signal::KILL)?)
    }

    /// Waits until the process of the app has ended.
    pub async fn ended(&self, pid: u32) -> Outcome {
        let pid = rustix::process::Pid::from_raw(i32::try_from(pid)?).ok_or("no process")?;
        let Ok(handle) = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()) else {
            return Ok(()); // gone already
        };
        let ended = tokio::task::spawn_blocking(move || {
            // a process handle becomes readable at the moment the process ends
            let mut handles = [PollFd::new(&handle, PollFlags::IN)];
            rustix::event::poll(&mut handles, Some(&STEP.try_into().map_err(|_| Errno::INVAL)?))
        });
        if ended.await?? == 0 {
            return Err("the app did not end".into());
        }
        Ok(())
    }

    /// Waits until a JavaScript expression over the page is truthy, and returns its value.
    /// It is asked again after every change of the page or its window, never on a timer.
    pub async fn wait(&self, expression: &str) -> Outcome<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const all = (selector) => [...document.querySelectorAll(selector)];
             const one = (selector) => document.querySelector(selector);
             const ask = () => {{ try {{ return ({expression}); }} catch (error) {{ return null; }} }};
             const first = ask();
             if (first) {{ done(first); return; }}
             const again = () => {{
               const value = ask();
               if (!value) return;
               observer.disconnect();
               for (const name of ['visibilitychange', 'resize']) window.removeEventListener(name, again, true);
               done(value);
             }};
             const observer = new MutationObserver(again);
             observer.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
             for (const name of ['visibilitychange', 'resize']) window.addEventListener(name, again, true);"
        );
        // the driver does not always keep its own time limit, and answers nothing else before this
        let asked = tokio::time::timeout(STEP + STEP / 2, self.client.execute_async(&script, Vec::new()));
        match asked.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.story(expression, &error).await.into()),
            Err(_) => Err(format!("waited in vain for {expression}, and the driver went silent").into()),
        }
    }

    /// The value of an expression right now.
    pub async fn now(&self, expression: &str) -> Outcome<Value> {
        Ok(self
            .client
            .execute(&format!("return ({expression});"), Vec::new())
            .await?)
    }

    /// Waits for an element by its `data-testid` and presses it with the pointer.
    pub async fn press(&self, test_id: &str) -> Outcome {
        self.press_css(&by_id(test_id)).await
    }

    /// The same by a CSS selector.
    pub async fn press_css(&self, selector: &str) -> Outcome {
        self.wait(&format!("one({selector:?}) && !one({selector:?}).disabled"))
            .await?;
        let mut last = None;
        // a list that just moved may have replaced the element: look it up again
        for _ in 0..5 {
            match self.element(selector).await?.click().await {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
        }
        Err(format!("{selector} cannot be pressed: {last:?}").into())
    }

    /// Waits for a field by its `data-testid`, empties it and types into it.
    pub async fn fill(&self, test_id: &str, text: &str) -> Outcome {
        let selector = by_id(test_id);
        self.wait(&format!("one({selector:?})")).await?;
        let field = self.element(&selector).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Waits for an element by its `data-testid` and returns its visible text.
    pub async fn text(&self, test_id: &str) -> Outcome<String> {
        let selector = by_id(test_id);
        let value = self
            .wait(&format!(
                "one({selector:?}) && one({selector:?}).innerText.trim()"
            ))
            .await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Takes a picture of the desktop once the window shows what its page holds.
    pub async fn picture(&self, desktop: &Desktop, name: &str) -> Outcome {
        let painted = "const done = arguments[arguments.length - 1];
             requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.client.execute_async(painted, Vec::new()).await?;
        desktop.picture(name).await
    }

    /// Commands that the page has sent so far, by name.
    pub async fn invokes(&self) -> Outcome<Value> {
        self.now("window.__aniworldBridge.invokes").await
    }

    async fn element(&self, selector: &str) -> Result<Element, CmdError> {
        self.client.find(Locator::Css(selector)).await
    }

    async fn story(&self, expression: &str, error: &CmdError) -> String {
        let text = self.now("document.body.innerText").await.unwrap_or_default();
        let picture = programs::artifacts().join("failed-step.png");
        if let Ok(bytes) = self.client.screenshot().await {
            // the picture is a help, its absence no failure of its own
            let _written = std::fs::write(&picture, bytes);
        }
        format!(
            "waited in vain for {expression}\n{error}\nthe page says:\n{}",
            text.as_str().unwrap_or("nothing")
        )
    }
}

/// The selector of a `data-testid`.
pub fn by_id(test_id: &str) -> String {
    format!("[data-testid='{test_id}']")
}

async fn start_driver(desktop: &Desktop) -> Outcome<(Child, u16)> {
    // a port that was free a moment ago; the driver itself cannot choose one and say which
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let log = std::fs::File::create(programs::artifacts().join(format!("app-{port}.log")))?;
    let driver = desktop
        .command("WebKitWebDriver")
        .args(["--host=127.0.0.1", &format!("--port={port}")])
        // without these the session never starts: the webview allows automation only when asked
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("TAURI_AUTOMATION", "true")
        .stderr(log)
        .spawn()
        .map_err(|error| format!("WebKitWebDriver does not start ({error}): install webkit2gtk-driver"))?;
    let listening = async {
        // it says nowhere that it listens, so it is asked
        let mut again = tokio::time::interval(Duration::from_millis(20));
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            again.tick().await;
        }
    };
    tokio::time::timeout(STEP, listening)
        .await
        .map_err(|_| "WebKitWebDriver does not listen")?;
    Ok((driver, port))
}
