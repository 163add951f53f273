//! A small web server on loopback with three invented series, to be read by the ordinary source of
//! folder listings. No account, no internet.
//!
//! Only the code that starts it knows the word demo. It serves what it holds in memory and nothing else.

mod films;
mod http;
mod pace;
mod serve;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use url::Url;

pub use pace::DemoPace;

/// The running server. It has a thread of its own, so it can be started from anywhere; dropping it
/// ends all of its connections.
#[derive(Debug)]
pub struct DemoServer {
    url: Url,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl DemoServer {
    /// Starts it on a free port.
    pub fn start(pace: DemoPace) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let url = Url::parse(&format!("http://{}/", listener.local_addr()?)).map_err(io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("demo-server".to_owned())
            .spawn(move || runtime.block_on(serve::run(listener, pace, stopped)))?;
        Ok(Self {
            url,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The address of its root folder, with a slash at the end.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Returns at once: the server waits for nothing but that signal. A panic in it ended it already.
            let _ = thread.join();
        }
    }
}

/// Puts some of the films into an empty library folder, so that the rest is missing.
pub fn seed_library(dir: &Path) -> io::Result<()> {
    for film in films::ALL.iter().filter(|film| film.in_library) {
        let target = film
            .path()
            .split('/')
            .fold(dir.to_owned(), |path, part| path.join(part));
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(target, film.bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
