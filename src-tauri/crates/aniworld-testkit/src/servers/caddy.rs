//! Caddy (Debian package `caddy`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::log::{self, LoggedRequest};
use super::process::{Program, Running, quoted};

/// A running Caddy that serves one folder with listings, in JSON for clients that ask for it.
#[derive(Debug)]
pub struct Caddy {
    running: Running,
}

impl Caddy {
    /// Serves `root` on a free port of loopback; returns when it accepts connections.
    pub fn start(root: &Path) -> io::Result<Self> {
        let program = Program {
            package: "caddy",
            paths: &["/usr/bin/caddy"],
        };
        let running = program.start(|command, folder, port| configure(command, folder, port, root))?;
        Ok(Self { running })
    }

    /// The address of the root folder, with a slash at the end.
    pub fn url(&self) -> &str {
        self.running.url()
    }

    /// The file with one JSON object per answered request.
    pub fn access_log(&self) -> PathBuf {
        self.running.folder().join("access.log")
    }

    /// The requests answered so far, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        log::read_lines(&self.access_log(), parse)
    }
}

fn configure(command: &mut Command, folder: &Path, port: u16, root: &Path) -> io::Result<()> {
    let text = format!(
        "{{\n admin off\n auto_https off\n storage file_system {store}\n}}\n\
         http://127.0.0.1:{port} {{\n root * {root}\n file_server browse\n\
         log {{\n  output file {access}\n  format json\n }}\n}}\n",
        store = quoted(&folder.join("store")),
        root = quoted(root),
        access = quoted(&folder.join("access.log")),
    );
    let config = folder.join("Caddyfile");
    fs::write(&config, text)?;
    // Caddy keeps a copy of its configuration below these folders.
    command
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_DATA_HOME", folder);
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(config);
    Ok(())
}

fn parse(line: &str) -> Option<LoggedRequest> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let request = entry.get("request")?;
    let text = |name: &str| request.get(name)?.as_str().map(str::to_owned);
    let header = |name: &str| {
        request
            .get("headers")?
            .get(name)?
            .get(0)?
            .as_str()
            .map(str::to_owned)
    };
    Some(LoggedRequest {
        method: text("method")?,
        uri: text("uri")?,
        status: u16::try_from(entry.get("status")?.as_u64()?).ok()?,
        range: header("Range"),
        if_range: header("If-Range"),
    })
}
