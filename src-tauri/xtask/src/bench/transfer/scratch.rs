//! Where the transfers happen: a folder in memory, and the data that the server offers from it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::scratch::ScratchFolder;
use crate::process::{self, Outcome};

const KIB: u64 = 1024;

/// What a row fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data {
    /// One file of so many KiB, named [`FILE`].
    One { kib: u64 },
    /// So many files of so many KiB each.
    Many { files: usize, kib: u64 },
    /// A playlist, [`PLAYLIST`], with so many segments.
    Stream { segments: usize },
}

/// The name of the one file.
pub(super) const FILE: &str = "file.bin";
/// The name of the playlist.
pub(super) const PLAYLIST: &str = "stream.m3u8";

/// The folder of a run.
#[derive(Debug)]
pub(super) struct Scratch(ScratchFolder);

impl Scratch {
    pub(super) fn new() -> Outcome<Self> {
        let scratch = Self(ScratchFolder::new()?);
        scratch.clear()?;
        Ok(scratch)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0.0
    }

    /// What the server offers.
    fn files(&self) -> PathBuf {
        self.path().join("files")
    }

    /// Where a run writes: a file or a folder, in a folder of its own for what lies beside it. The name
    /// says what is inside, for programs that look at it.
    pub(super) fn out(&self, stream: bool) -> PathBuf {
        let name = if stream { "out.ts" } else { "out.bin" };
        self.path().join("out").join(name)
    }

    /// Removes what a run left.
    pub(super) fn clear_out(&self) -> Outcome {
        empty(&self.path().join("out"))
    }

    fn clear(&self) -> Outcome {
        self.clear_out()?;
        empty(&self.files())
    }

    /// Makes the data of a row in place of what was there; its fingerprint.
    pub(super) fn make(&self, data: Data) -> Outcome<Fingerprint> {
        self.clear()?;
        let files = self.files();
        match data {
            Data::One { kib } => fill(&files.join(FILE), kib)?,
            Data::Many { files: number, kib } => {
                for index in 0..number {
                    fill(&files.join(name_of(index)), kib)?;
                }
            }
            Data::Stream { segments } => return self.make_stream(segments),
        }
        Ok(match data {
            Data::One { .. } => Fingerprint::Bytes(files.join(FILE)),
            _ => Fingerprint::Content {
                sha256: sha256(&files)?,
                packets: None,
            },
        })
    }

    /// Two seconds of moving noise, again and again, with time stamps that go on: 0.7 MiB a segment.
    fn make_stream(&self, segments: usize) -> Outcome<Fingerprint> {
        let files = self.files();
        let seed = self.path().join("seed.ts");
        let encoder = "-f lavfi -i testsrc2=s=1280x720:r=25,noise=alls=60:allf=t -t 2 -c:v libx264 -preset \
                       ultrafast -b:v 2800k -maxrate 2800k -bufsize 1400k -g 50 -f mpegts";
        ffmpeg(&files, encoder.split_whitespace().map(Into::into), &seed)?;
        let cutter = format!(
            "-stream_loop {} -i {} -c copy -f hls -hls_time 2 -hls_list_size 0 -hls_playlist_type vod \
             -hls_segment_filename %05d.ts",
            segments - 1,
            seed.display()
        );
        ffmpeg(
            &files,
            cutter.split_whitespace().map(Into::into),
            Path::new(PLAYLIST),
        )?;
        let whole = self.path().join("out").join("whole.ts");
        let text =
            fs::read_to_string(files.join(PLAYLIST)).map_err(|error| format!("{PLAYLIST}: {error}"))?;
        let mut file = File::create(&whole).map_err(|error| format!("{}: {error}", whole.display()))?;
        for name in text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            File::open(files.join(name))
                .and_then(|mut segment| io::copy(&mut segment, &mut file))
                .map_err(|error| format!("{name}: {error}"))?;
        }
        let fingerprint = Fingerprint::Content {
            sha256: sha256(&whole)?,
            packets: Some(packets(&whole)?),
        };
        self.clear_out()?;
        Ok(fingerprint)
    }
}

/// What every result must be equal to.
#[derive(Debug)]
pub(super) enum Fingerprint {
    /// This file, byte for byte.
    Bytes(PathBuf),
    /// Hashes: of all bytes, and of the video inside for programs that write the container anew.
    Content { sha256: String, packets: Option<String> },
}

impl Fingerprint {
    /// Whether a file or folder is what was offered.
    pub(super) fn fits(&self, out: &Path, remuxed: bool) -> Outcome<bool> {
        Ok(match self {
            Self::Bytes(offered) => process::read(Command::new("cmp").arg(offered).arg(out)).is_ok(),
            Self::Content {
                packets: Some(expected),
                ..
            } if remuxed => packets(out)? == *expected,
            Self::Content { sha256: expected, .. } => sha256(out)? == *expected,
        })
    }
}

/// The name of the nth of many files.
pub(super) fn name_of(index: usize) -> String {
    format!("{index:05}.bin")
}

fn empty(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn fill(path: &Path, kib: u64) -> Outcome {
    let fill = || -> io::Result<()> {
        let mut random = File::open("/dev/urandom")?.take(kib * KIB);
        let mut file = File::create(path)?;
        io::copy(&mut random, &mut file)?;
        file.flush()
    };
    fill().map_err(|error| format!("{}: {error}", path.display()))
}

/// Of a file's bytes; of a folder's file names and their bytes, in order. Hidden files are a program's own.
fn sha256(path: &Path) -> Outcome<String> {
    let script = "if [ -d \"$0\" ]; then cd \"$0\"; find . -type f ! -name '.*' | LC_ALL=C sort | xargs sha256sum | sha256sum; \
                  else sha256sum -- \"$0\"; fi";
    let line = process::read(Command::new("bash").args(["-c", script]).arg(path))?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}

/// The SHA-256 of all packets of a video, whatever container they are in.
fn packets(path: &Path) -> Outcome<String> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-i"]).arg(path);
    command.args([
        "-map",
        "0:v",
        "-c",
        "copy",
        "-f",
        "streamhash",
        "-hash",
        "sha256",
        "-",
    ]);
    process::read(&mut command)
}

fn ffmpeg(folder: &Path, arguments: impl Iterator<Item = String>, out: &Path) -> Outcome {
    let mut command = Command::new("ffmpeg");
    command.current_dir(folder).args(["-v", "error", "-y"]);
    process::read(command.args(arguments).arg(out)).map(|_| ())
}
