//! Apache (Debian package `apache2-bin`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::log::{self, LoggedRequest};
use super::process::{Program, Running, quoted};

/// Modules of the configuration below, in the order in which they load.
/// (Debian builds the logging ones into the program.)
const MODULES: [&str; 5] = ["mpm_event", "authz_core", "autoindex", "dir", "mime"];

/// A running Apache that serves one folder with listings.
#[derive(Debug)]
pub struct Apache {
    running: Running,
}

impl Apache {
    /// Serves `root` with tables of names, dates and rounded sizes.
    ///
    /// Started by root, Apache serves as `nobody`: `root` is made readable for everybody.
    pub fn fancy(root: &Path) -> io::Result<Self> {
        Self::start(root, "FancyIndexing HTMLTable NameWidth=* VersionSort")
    }

    /// Serves `root` with bare lists of names. Makes `root` readable for everybody.
    pub fn plain(root: &Path) -> io::Result<Self> {
        Self::start(root, "None")
    }

    fn start(root: &Path, index_options: &str) -> io::Result<Self> {
        let status = Command::new("chmod").arg("-R").arg("a+rX").arg(root).status()?;
        if !status.success() {
            return Err(io::Error::other(format!(
                "{} could not be made readable",
                root.display()
            )));
        }
        let program = Program {
            package: "apache2-bin",
            paths: &["/usr/sbin/apache2", "/usr/sbin/httpd"],
        };
        let running =
            program.start(|command, folder, port| configure(command, folder, port, root, index_options))?;
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

    /// The requests answered so far, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        log::read_tabbed(&self.access_log())
    }
}

fn configure(
    command: &mut Command,
    folder: &Path,
    port: u16,
    root: &Path,
    index_options: &str,
) -> io::Result<()> {
    let modules: String = MODULES
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .concat();
    fs::write(
        folder.join("mime.types"),
        "video/mp4 mp4\nvideo/webm webm\nvideo/x-matroska mkv\ntext/html html\n",
    )?;
    let text = format!(
        "ServerRoot {home}\nPidFile {pid}\nListen 127.0.0.1:{port}\nServerName localhost\n\
         ErrorLog {error}\nMutex file:{mutex} default\nUser nobody\nGroup nogroup\n{modules}\
         TypesConfig {types}\n\
         LogFormat \"%r\\t%>s\\t%{{Range}}i\\t%{{If-Range}}i\" requests\nCustomLog {access} requests\n\
         DocumentRoot {root}\n\
         <Directory {root}>\n Options Indexes FollowSymLinks\n Require all granted\n \
         IndexOptions {index_options}\n</Directory>\n",
        home = quoted(folder),
        pid = quoted(&folder.join("pid")),
        error = quoted(&folder.join("error.log")),
        mutex = folder.display(),
        types = quoted(&folder.join("mime.types")),
        access = quoted(&folder.join("access.log")),
        root = quoted(root),
    );
    let config = folder.join("apache.conf");
    fs::write(&config, text)?;
    // One process in the foreground: killing it leaves no child behind.
    command.arg("-X").arg("-d").arg(folder).arg("-f").arg(config);
    Ok(())
}
