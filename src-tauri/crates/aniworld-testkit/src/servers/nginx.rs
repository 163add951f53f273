//! nginx (Debian package `nginx`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::log::{self, LoggedRequest};
use super::process::{Program, Running, quoted};

/// In which form nginx lists folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoIndex {
    /// A JSON array.
    Json,
    /// A page with exact sizes.
    Html,
    /// A page with sizes such as `2M`.
    HtmlRounded,
    /// Not at all: a folder answers 403, or with its `index.html`.
    Off,
}

/// How a started nginx behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NginxOptions {
    /// The form of listings.
    pub autoindex: AutoIndex,
    /// Whether text answers are compressed for clients that accept it.
    pub gzip: bool,
    /// Bytes per second of each connection, such as `200k`; `None` is unlimited.
    pub rate_per_connection: Option<String>,
    /// Whether answers carry an `ETag`.
    pub etag: bool,
}

const GZIP: &str = "gzip on; gzip_min_length 0; gzip_types application/json text/xml application/xml;";

impl NginxOptions {
    /// JSON listings, no compression, no limit, `ETag` on.
    pub fn json() -> Self {
        Self {
            autoindex: AutoIndex::Json,
            gzip: false,
            rate_per_connection: None,
            etag: true,
        }
    }

    /// The same with HTML listings of exact sizes.
    pub fn html() -> Self {
        Self {
            autoindex: AutoIndex::Html,
            ..Self::json()
        }
    }

    fn directives(&self) -> String {
        let listing = match self.autoindex {
            AutoIndex::Json => "autoindex on; autoindex_format json;",
            AutoIndex::Html => "autoindex on;",
            AutoIndex::HtmlRounded => "autoindex on; autoindex_exact_size off;",
            AutoIndex::Off => "autoindex off;",
        };
        let gzip = if self.gzip { GZIP } else { "" };
        let rate = self
            .rate_per_connection
            .as_ref()
            .map(|rate| format!("limit_rate {rate};"))
            .unwrap_or_default();
        let etag = if self.etag { "" } else { "etag off;" };
        format!("{listing} {gzip} {rate} {etag}")
    }
}

/// A running nginx that serves one folder.
#[derive(Debug)]
pub struct Nginx {
    running: Running,
}

impl Nginx {
    /// Serves `root` on a free port of loopback; returns when it accepts connections.
    pub fn start(root: &Path, options: NginxOptions) -> io::Result<Self> {
        let program = Program {
            package: "nginx",
            paths: &["/usr/sbin/nginx", "/usr/bin/nginx"],
        };
        let running =
            program.start(move |command, folder, port| configure(command, folder, port, root, &options))?;
        Ok(Self { running })
    }

    /// The address of the root folder, with a slash at the end.
    pub fn url(&self) -> &str {
        self.running.url()
    }

    /// The file with one line per answered request.
    pub fn access_log(&self) -> PathBuf {
        self.running.folder().join("access.log")
    }

    /// The requests answered so far, oldest first. A body still on its way is not among them.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        log::read_tabbed(&self.access_log())
    }
}

fn configure(
    command: &mut Command,
    folder: &Path,
    port: u16,
    root: &Path,
    options: &NginxOptions,
) -> io::Result<()> {
    let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {};\n", quoted(&folder.join(kind))))
        .concat();
    // One process without a master: killing it leaves no worker behind.
    let directives = options.directives();
    let text = format!(
        "daemon off; master_process off; worker_processes 1;\n\
         pid {pid}; error_log {error};\n\
         events {{ worker_connections 512; }}\n\
         http {{\n{temp}\
         log_format requests '$request\\t$status\\t$http_range\\t$http_if_range';\n\
         access_log {access} requests;\n\
         default_type application/octet-stream;\n\
         types {{ video/mp4 mp4; video/webm webm; video/x-matroska mkv; text/html html; text/xml xml rss; application/json json; }}\n\
         server {{ listen 127.0.0.1:{port}; root {root}; {directives} }}\n}}\n",
        pid = quoted(&folder.join("pid")),
        error = quoted(&folder.join("error.log")),
        access = quoted(&folder.join("access.log")),
        root = quoted(root),
    );
    let config = folder.join("nginx.conf");
    fs::write(&config, text)?;
    command
        .arg("-p")
        .arg(folder)
        .arg("-e")
        .arg(folder.join("error.log"))
        .arg("-c")
        .arg(config);
    Ok(())
}
