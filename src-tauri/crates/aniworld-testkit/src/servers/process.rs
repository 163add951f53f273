//! One foreground server process on a free port of loopback, with a temporary folder of its own.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A free port can be taken by somebody else before the server binds it; then another one is tried.
const PORTS_TRIED: usize = 5;
/// How long a server may take to answer on its port.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// How long one look at the port may take.
const CONNECT_WITHIN: Duration = Duration::from_millis(500);

/// A running server. Dropping it kills the process and removes the folder.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    folder: TempDir,
    url: String,
}

/// What starts a server: the program, and the Debian package that brings it.
pub(super) struct Program {
    /// The Debian package.
    pub(super) package: &'static str,
    /// Where the program may be.
    pub(super) paths: &'static [&'static str],
}

impl Program {
    fn find(&self) -> io::Result<PathBuf> {
        self.paths
            .iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
            .ok_or_else(|| {
                let package = self.package;
                io::Error::new(
                    io::ErrorKind::NotFound,
                    format!("this test needs a real server: install {package}"),
                )
            })
    }

    /// Starts the program with the command that `configure` makes for a folder and a port, and
    /// returns when it accepts connections.
    pub(super) fn start(
        &self,
        configure: impl Fn(&mut Command, &Path, u16) -> io::Result<()>,
    ) -> io::Result<Running> {
        let program = self.find()?;
        let mut last = io::Error::other("no port was tried");
        for _ in 0..PORTS_TRIED {
            let folder = tempfile::tempdir()?;
            let port = free_port()?;
            let mut command = Command::new(&program);
            configure(&mut command, folder.path(), port)?;
            let output = fs::File::create(folder.path().join("output.log"))?;
            command
                .stdin(Stdio::null())
                .stdout(output.try_clone()?)
                .stderr(output);
            let running = Running {
                child: command.spawn()?,
                folder,
                url: format!("http://127.0.0.1:{port}/"),
            };
            match running.ready(port) {
                Ok(running) => return Ok(running),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

impl Running {
    /// The address of the root folder, with a slash at the end.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The folder of this server.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn ready(mut self, port: u16) -> io::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let answers = TcpStream::connect_timeout(&address, CONNECT_WITHIN).is_ok();
            // A dead child means that whoever answered on this port is somebody else.
            if let Some(status) = self.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the server ended with {status}: {}",
                    self.said()
                )));
            }
            if answers {
                return Ok(self);
            }
            if Instant::now() > deadline {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    format!("nobody listens: {}", self.said()),
                ));
            }
            // Between two looks only; what ends the wait is the open port.
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    fn said(&self) -> String {
        ["output.log", "error.log"]
            .iter()
            .filter_map(|name| fs::read_to_string(self.folder.path().join(name)).ok())
            .collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when the process is already gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A path as a quoted word of a server's configuration.
pub(super) fn quoted(path: &Path) -> String {
    format!(
        "\"{}\"",
        path.display()
            .to_string()
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
    )
}
