//! An X server with a session bus, openbox and, if wanted, xfce4-panel with its tray.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::Outcome;
use crate::programs::{artifacts, quiet};

/// A running desktop. Everything it started ends with it.
#[derive(Debug)]
pub struct Desktop {
    home: TempDir,
    display: String,
    bus_address: String,
    panel: Option<Child>,
    processes: Vec<Child>,
}

impl Desktop {
    /// A desktop whose panel shows a tray.
    pub async fn with_panel() -> Outcome<Self> {
        let mut desktop = Self::without_panel().await?;
        desktop.start_panel().await?;
        Ok(desktop)
    }

    /// A desktop without any tray.
    pub async fn without_panel() -> Outcome<Self> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir_all(home.path().join("run"))?;
        write_panel_settings(home.path())?;
        let (x_server, display) = start_x_server().await?;
        let (bus, bus_address) = start_bus(home.path(), &display).await?;
        let mut desktop = Self {
            home,
            display,
            bus_address,
            panel: None,
            processes: vec![x_server, bus],
        };
        let window_manager = desktop.command("openbox").spawn()?;
        desktop.processes.push(window_manager);
        Ok(desktop)
    }

    /// A command that runs inside this desktop, with a home of its own.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = quiet(program);
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command
    }

    /// The variables of a process inside this desktop.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.home.path();
        let below = |part: &str| home.join(part).display().to_string();
        vec![
            ("HOME", home.display().to_string()),
            ("XDG_CONFIG_HOME", below(".config")),
            ("XDG_DATA_HOME", below(".local/share")),
            ("XDG_CACHE_HOME", below(".cache")),
            ("XDG_RUNTIME_DIR", below("run")),
            ("DISPLAY", self.display.clone()),
            ("DBUS_SESSION_BUS_ADDRESS", self.bus_address.clone()),
            ("GDK_BACKEND", "x11".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            // no GPU here: the software path must not try DMA-BUF
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".to_owned()),
        ]
    }

    /// A folder of this desktop's own.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// A connection to the session bus.
    pub async fn bus(&self) -> Outcome<zbus::Connection> {
        Ok(zbus::connection::Builder::address(self.bus_address.as_str())?
            .build()
            .await?)
    }

    /// Starts the panel and returns once its tray takes icons.
    pub async fn start_panel(&mut self) -> Outcome {
        let bus = self.bus().await?;
        self.panel = Some(self.command("xfce4-panel").arg("--disable-wm-check").spawn()?);
        crate::tray::host_is(&bus, true).await
    }

    /// Ends the panel as a crash would, and returns once its tray is gone from the bus.
    pub async fn kill_panel(&mut self) -> Outcome {
        let bus = self.bus().await?;
        if let Some(mut panel) = self.panel.take() {
            panel.kill().await?;
            panel.wait().await?;
        }
        crate::tray::host_is(&bus, false).await
    }

    /// Takes a picture of the whole screen into `target/e2e/<name>.png`.
    pub async fn picture(&self, name: &str) -> Outcome {
        let file = artifacts().join(format!("{name}.png"));
        let status = self
            .command("import")
            .args(["-window", "root"])
            .arg(&file)
            .status()
            .await?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("no picture {}", file.display()).into())
        }
    }
}

async fn start_x_server() -> Outcome<(Child, String)> {
    let mut child = quiet("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1440x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("Xvfb does not start ({error}): install xvfb"))?;
    let number = first_line(child.stdout.take(), "Xvfb").await?;
    Ok((child, format!(":{number}")))
}

async fn start_bus(home: &Path, display: &str) -> Outcome<(Child, String)> {
    let mut child = quiet("dbus-daemon")
        .args(["--session", "--nofork", "--print-address=1"])
        // services that the bus starts (xfconfd) inherit these
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("DISPLAY", display)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("dbus-daemon does not start ({error}): install dbus"))?;
    let address = first_line(child.stdout.take(), "dbus-daemon").await?;
    Ok((child, address))
}

async fn first_line(output: Option<impl AsyncRead + Unpin>, program: &str) -> Outcome<String> {
    let output = output.ok_or("no pipe")?;
    let line = BufReader::new(output).lines().next_line().await?;
    Ok(line
        .ok_or_else(|| format!("{program} ended at once"))?
        .trim()
        .to_owned())
}

/// A panel at the bottom with a task list and a tray; without this file it would ask which to start with.
fn write_panel_settings(home: &Path) -> std::io::Result<()> {
    let folder = home.join(".config/xfce4/xfconf/xfce-perchannel-xml");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("xfce4-panel.xml"), include_str!("xfce4-panel.xml"))
}
