//! Streams as an encoder makes them, and what is in them.

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

const ENCODING: &str = "-nostdin -loglevel error -f lavfi -i testsrc2=size=160x90:rate=25:duration=9 \
    -f lavfi -i sine=frequency=440:duration=9 -f lavfi -i sine=frequency=880:duration=9 \
    -c:v libx264 -preset ultrafast -bf 2 -g 50 -keyint_min 50 -sc_threshold 0 -c:a aac";

impl Encoded {
    /// Runs ffmpeg in an empty folder: `arguments` say what becomes of a picture and two tones.
    pub(crate) fn new(arguments: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        ffmpeg(folder.path(), &format!("{ENCODING} {arguments}"));
        let server = Nginx::start(folder.path(), NginxOptions::json()).unwrap();
        Self { folder, server }
    }

    /// A manifest `film.mpd` of pieces of two seconds.
    pub(crate) fn dash(arguments: &str) -> Self {
        Self::new(&format!(
            "-map 0 -map 1 -f dash -seg_duration 2 {arguments} film.mpd"
        ))
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of its manifest.
    pub(crate) fn url(&self) -> String {
        format!("{}film.mpd", self.server.url())
    }

    /// Changes the manifest; something must change.
    pub(crate) fn change(&self, from: &str, to: &str) {
        let path = self.folder().join("film.mpd");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from:?} is not in {text}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Replaces the manifest by one of our own.
    pub(crate) fn manifest(&self, text: &str) {
        fs::write(self.folder().join("film.mpd"), text).unwrap();
    }
}

/// Runs ffmpeg in a folder.
fn ffmpeg(folder: &Path, arguments: &str) {
    run(Command::new("ffmpeg")
        .current_dir(folder)
        .args(arguments.split_whitespace()));
}

/// Runs a program that must succeed; what it printed.
fn run(command: &mut Command) -> String {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("this test needs the Debian package ffmpeg: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The time and the MD5 of each decoded frame of one stream, such as `0:v:0`. Seconds from the first.
fn frames(input: &str, map: &str) -> Vec<(f64, String)> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-i", input, "-map", map]);
    ffmpeg.args(["-f", "framemd5", "-"]);
    let text = run(&mut ffmpeg);
    let (_, base) = text.split_once("#tb 0: 1/").unwrap();
    let base: f64 = base.lines().next().unwrap().parse().unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let time: f64 = fields[2].parse().unwrap();
            (time / base, fields[5].to_owned())
        })
        .collect()
}

/// Both decode to the same frames at the same distances, and to the end.
#[track_caller]
pub(crate) fn assert_same_frames(found: (&str, &str), wanted: (&str, &str)) {
    let (found, wanted) = (frames(found.0, found.1), frames(wanted.0, wanted.1));
    assert!(wanted.len() > 200, "{} frames", wanted.len());
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(&wanted) {
        assert_eq!(found.1, wanted.1, "at {} s", wanted.0);
    }
}

/// How far the sound is behind the picture, in seconds.
pub(crate) fn distance(input: &str) -> f64 {
    let starts: Vec<f64> = probe(input, "stream=start_time")
        .iter()
        .map(|line| line.parse().unwrap())
        .collect();
    starts[1] - starts[0]
}

/// What ffprobe shows of a file or stream.
pub(crate) fn probe(input: &str, entries: &str) -> Vec<String> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-of", "csv=p=0", "-show_entries", entries, input]);
    let mut lines: Vec<String> = run(&mut ffprobe)
        .lines()
        .map(|line| line.trim_end_matches(',').to_owned())
        .collect();
    lines.retain(|line| !line.is_empty());
    lines
}
