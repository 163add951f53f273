//! How each downloader is called: its plain way to resume, 7 tries, 3 s time-outs, and nothing tuned.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::yt_dlp;
use super::server::Task;
use crate::process::{self, Outcome};
use crate::project;

/// curl's own retries begin anew; the loop is how people resume with it.
const CURL_LOOP: &str =
    r#"for try in 1 2 3 4 5 6 7; do curl "$@" && exit 0; code=$?; sleep 0.2; done; exit $code"#;

/// A program that fetches one file.
#[derive(Debug)]
pub(super) struct Downloader {
    pub(super) name: String,
    pub(super) is_ours: bool,
    /// Its first line of `--version`, once per program.
    pub(super) version: Option<String>,
    program: PathBuf,
    arguments: Vec<&'static str>,
    /// How it is told where to write.
    output: Output,
    /// How it is told whom to trust.
    authority: Option<&'static str>,
}

#[derive(Debug, Clone, Copy)]
enum Output {
    /// `-o FILE`, or another letter.
    Flag(&'static str),
    /// aria2 knows folders and names.
    FolderAndName,
}

/// Our own, with one and with four connections.
pub(super) fn ours(profile: &str) -> Vec<Downloader> {
    ["1", "4"]
        .into_iter()
        .map(|connections| Downloader {
            name: format!("aniworld-cli get, {connections} conn."),
            is_ours: true,
            version: None,
            program: project::built(profile, "aniworld-cli"),
            arguments: vec![
                "get",
                "--tries",
                "7",
                "--stall-timeout",
                "3",
                "--retry-wait",
                "1",
                "--connections",
                connections,
            ],
            output: Output::Flag("-o"),
            authority: Some("--cacert"),
        })
        .collect()
}

/// The others; yt-dlp is fetched where it is missing.
pub(super) fn others() -> Outcome<Vec<Downloader>> {
    let curl = [
        "-sS",
        "-L",
        "--fail",
        "--connect-timeout",
        "3",
        "--speed-limit",
        "1024",
        "--speed-time",
        "3",
    ];
    let curl_retry = ["--retry", "6", "--retry-delay", "1", "--retry-all-errors"];
    let wget = ["-q", "-c", "--tries=7", "--timeout=3", "--waitretry=1"];
    let aria2 = [
        "-q",
        "-c",
        "-k1M",
        "--max-tries=7",
        "--retry-wait=1",
        "--timeout=3",
        "--connect-timeout=3",
        "--lowest-speed-limit=1K",
        "--auto-file-renaming=false",
    ];
    let mut in_loop = vec!["-c", CURL_LOOP, "curl"];
    in_loop.extend(curl);
    in_loop.extend(["-C", "-"]);
    Ok(vec![
        other(
            "curl --retry",
            "curl",
            [&curl[..], &curl_retry].concat(),
            "-o",
            "--cacert",
        )
        .with_version(),
        other("curl -C - loop", "bash", in_loop, "-o", "--cacert"),
        other("wget -c", "wget", wget.to_vec(), "-O", "--ca-certificate").with_version(),
        other("wget2 -c", "wget2", wget.to_vec(), "-O", "--ca-certificate").with_version(),
        aria2c("aria2c -x1", [&aria2[..], &["-x1", "-s1"]].concat()).with_version(),
        aria2c("aria2c -x4", [&aria2[..], &["-x4", "-s4"]].concat()),
        Downloader {
            authority: None,
            ..other("axel -n4", "axel", vec!["-q", "-n4", "-T3"], "-o", "").with_version()
        },
        yt_dlp()?.with_version(),
    ])
}

fn other(
    name: &str,
    program: impl Into<PathBuf>,
    arguments: Vec<&'static str>,
    output: &'static str,
    authority: &'static str,
) -> Downloader {
    Downloader {
        name: name.to_owned(),
        is_ours: false,
        version: None,
        program: program.into(),
        arguments,
        output: Output::Flag(output),
        authority: Some(authority),
    }
}

fn aria2c(name: &str, arguments: Vec<&'static str>) -> Downloader {
    Downloader {
        output: Output::FolderAndName,
        ..other(name, "aria2c", arguments, "", "--ca-certificate")
    }
}

fn yt_dlp() -> Outcome<Downloader> {
    let program = yt_dlp::ensure()?;
    let arguments = vec![
        "-q",
        "--no-warnings",
        "--ignore-config",
        "--retries",
        "6",
        "--socket-timeout",
        "3",
    ];
    Ok(Downloader {
        authority: None,
        ..other("yt-dlp", program, arguments, "-o", "")
    })
}

impl Downloader {
    fn with_version(mut self) -> Self {
        let text = process::read(Command::new(&self.program).arg("--version")).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let number = line
            .split_whitespace()
            .find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        let name = self.program.file_name().unwrap_or_default().to_string_lossy();
        self.version = Some(format!("{name} {}", number.unwrap_or("?")));
        self
    }

    /// The command that fetches a file into an empty folder.
    pub(super) fn command(&self, task: &Task, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        if let Some(pem) = &task.authority {
            // those without a flag ask the environment
            command.env("SSL_CERT_FILE", pem);
            if let Some(flag) = self.authority {
                // curl and ours take two words, the others one with `=`
                if flag == "--cacert" {
                    command.arg(flag).arg(pem);
                } else {
                    command.arg(format!("{flag}={}", pem.display()));
                }
            }
        }
        match self.output {
            Output::Flag(flag) => command.arg(flag).arg(folder.join(task.file_name())),
            Output::FolderAndName => command.arg("-d").arg(folder).arg("-o").arg(task.file_name()),
        };
        command.arg(&task.url);
        command
    }
}
