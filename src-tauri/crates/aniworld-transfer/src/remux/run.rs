//! One run of ffmpeg: its progress, its words, and how it is stopped.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::time::timeout;

use super::{find, words};
use crate::{Control, Signal, TransferError};

/// How long it may say nothing. While it moves the index of a large MP4 to the front it is silent: 100 GB
/// on a disk of 200 MB/s.
const SILENT_AT_MOST: Duration = Duration::from_mins(20);
/// How much of its last words is kept.
const KEPT_WORDS_BYTES: usize = 8 << 10;
/// The longest line of progress; real ones have 40 bytes.
const MAX_LINE_BYTES: u64 = 4 << 10;

/// What came out, as ffmpeg counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// How much plays.
    pub(super) played: Duration,
    /// Pictures.
    pub(super) frames: u64,
}

/// One run.
#[derive(Debug)]
pub(super) struct Run<'a> {
    /// ffmpeg.
    pub(super) program: &'a Path,
    /// Everything behind its name.
    pub(super) arguments: Vec<OsString>,
    /// The final file, for errors.
    pub(super) target: &'a Path,
}

impl Run<'_> {
    /// Runs it to its end. Stopped by `control`, it is killed and waited for.
    pub(super) async fn finish(
        self,
        duration: Option<Duration>,
        control: &Control,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Done, TransferError> {
        let mut child = find::command(self.program)
            .args(&self.arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| TransferError::Remux {
                detail: format!("ffmpeg does not start: {error}"),
            })?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let ended = tokio::select! {
            ended = watch(&mut child, stdout, stderr, duration, progress) => ended,
            signal = control.stopped() => Err(stopped(signal)),
        };
        if ended.is_err() {
            // it may have ended by itself in between
            let _killed = child.kill().await;
        }
        let (status, last_words, done) = ended?;
        if status.success() && !words::tell_of_loss(&last_words) {
            progress(1.0);
            return Ok(done);
        }
        Err(words::error(&last_words, status, self.target))
    }
}

/// The error of a remux that its owner stopped.
pub(super) fn stopped(signal: Signal) -> TransferError {
    match signal {
        Signal::Cancel => TransferError::Cancelled,
        Signal::Pause => TransferError::Paused,
        Signal::Run | Signal::Interrupt => TransferError::Interrupted,
    }
}

async fn watch(
    child: &mut Child,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    duration: Option<Duration>,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<(ExitStatus, String, Done), TransferError> {
    let told = async {
        match stdout {
            Some(stdout) => follow(stdout, duration, progress).await,
            None => Ok(Done::default()),
        }
    };
    let said = async {
        match stderr {
            Some(stderr) => Ok(last_words(stderr).await),
            None => Ok(String::new()),
        }
    };
    // silence ends the wait for its words too
    let (done, last_words) = tokio::try_join!(told, said)?;
    let status = child.wait().await.map_err(|error| TransferError::Remux {
        detail: format!("ffmpeg was lost: {error}"),
    })?;
    Ok((status, last_words, done))
}

/// Reads lines such as `out_time_us=1599989` to the end.
async fn follow(
    stdout: ChildStdout,
    duration: Option<Duration>,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Done, TransferError> {
    let mut lines = BufReader::new(stdout);
    let (mut done, mut told) = (Done::default(), 0.0);
    loop {
        let mut line = Vec::new();
        let mut bounded = (&mut lines).take(MAX_LINE_BYTES);
        let read = timeout(SILENT_AT_MOST, bounded.read_until(b'\n', &mut line)).await;
        match read {
            Ok(Ok(1..)) => {}
            // the end, or a pipe that broke: the exit status says which
            Ok(Ok(0) | Err(_)) => return Ok(done),
            Err(_) => {
                return Err(TransferError::Remux {
                    detail: format!("ffmpeg was silent for {} minutes", SILENT_AT_MOST.as_secs() / 60),
                });
            }
        }
        let line = String::from_utf8_lossy(&line);
        if let Some(frames) = line.trim_end().strip_prefix("frame=") {
            done.frames = frames.trim().parse().unwrap_or(done.frames);
        }
        let Some(time) = out_time(&line) else {
            continue;
        };
        done.played = done.played.max(time);
        if let Some(duration) = duration.filter(|duration| !duration.is_zero()) {
            let fraction = (done.played.as_secs_f64() / duration.as_secs_f64()).min(1.0);
            if fraction > told {
                told = fraction;
                progress(fraction);
            }
        }
    }
}

/// The time of a line of progress; the first ones may be negative or `N/A`.
fn out_time(line: &str) -> Option<Duration> {
    let micros = line.trim_end().strip_prefix("out_time_us=")?.parse().ok()?;
    Some(Duration::from_micros(micros))
}

/// Reads words to their end and keeps the last of them.
async fn last_words(mut stderr: ChildStderr) -> String {
    let mut kept = VecDeque::new();
    let mut buffer = [0; 2 << 10];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        kept.extend(&buffer[..read]);
        kept.drain(..kept.len().saturating_sub(KEPT_WORDS_BYTES));
    }
    String::from_utf8_lossy(kept.make_contiguous()).into_owned()
}
