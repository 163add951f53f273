//! Streams as an encoder makes them: a few seconds of a test picture and a tone.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use aniworld_testkit::servers::{Nginx, NginxOptions};
use tempfile::TempDir;

/// A folder that nginx serves.
pub(crate) struct Encoded {
    folder: TempDir,
    server: Nginx,
}

impl Encoded {
    /// Runs ffmpeg in an empty folder: `arguments` say what becomes of the picture and the tones.
    pub(crate) fn new(arguments: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.current_dir(folder.path());
        ffmpeg.args(["-nostdin", "-loglevel", "error"]);
        ffmpeg.args(["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=8"]);
        ffmpeg.args(["-f", "lavfi", "-i", "sine=frequency=440:duration=8"]);
        ffmpeg.args(["-f", "lavfi", "-i", "sine=frequency=880:duration=8"]);
        ffmpeg.args(arguments);
        run(&mut ffmpeg);
        let server = Nginx::start(folder.path(), NginxOptions::json()).unwrap();
        Self { folder, server }
    }

    /// Picture and one sound, cut into pieces of two seconds.
    pub(crate) fn hls(arguments: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let mut all = vec!["-map", "0:v", "-map", "1:a"];
        all.extend(ENCODING);
        all.extend(arguments);
        all.push("list.m3u8");
        Self::new(&all, prepare)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("{}{name}", self.server.url())
    }

    /// Files one behind the other.
    pub(crate) fn joined(&self, names: &[&str]) -> Vec<u8> {
        let bytes = names
            .iter()
            .map(|name| fs::read(self.folder().join(name)).unwrap());
        bytes.collect::<Vec<_>>().concat()
    }
}

/// How picture and sound are encoded, and that a list is complete.
pub(crate) const ENCODING: [&str; 18] = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-g",
    "50",
    "-keyint_min",
    "50",
    "-sc_threshold",
    "0",
    "-c:a",
    "aac",
    "-f",
    "hls",
    "-hls_time",
    "2",
    "-hls_playlist_type",
    "vod",
];

/// Runs a program that must succeed; what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
