//! What ffmpeg finds in the tracks: several have to keep their distance, and a picture must not get lost.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::{Ffmpeg, RemuxInput, arguments, find};
use crate::stream::TrackKind;
use crate::{Control, TransferError};

/// How long it may look at a file.
const ANSWERS_WITHIN: Duration = Duration::from_mins(2);
/// How much of its words is read; the line that matters is one of the first.
const MAX_WORDS_BYTES: u64 = 64 << 10;

/// What ffmpeg finds in an input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// When it begins in microseconds; zero where ffmpeg does not say, and then it moves nothing either.
    pub(super) start_us: i64,
    /// Whether it has a picture.
    pub(super) picture: bool,
}

/// Looks into every input. What cannot be read is told by the remux itself.
pub(super) async fn look(
    ffmpeg: &Ffmpeg,
    inputs: &[RemuxInput],
    control: &Control,
) -> Result<Vec<Look>, TransferError> {
    let failed = |detail: String| TransferError::Remux { detail };
    let mut looks = Vec::with_capacity(inputs.len());
    for input in inputs {
        let words = tokio::select! {
            words = timeout(ANSWERS_WITHIN, words(ffmpeg, input)) => words,
            signal = control.stopped() => return Err(super::run::stopped(signal)),
        };
        match words {
            Ok(Ok(words)) => looks.push(read(&words)),
            Ok(Err(error)) => return Err(failed(format!("ffmpeg does not run: {error}"))),
            Err(_) => return Err(failed("ffmpeg does not answer".to_owned())),
        }
    }
    Ok(looks)
}

/// What has to be added to the times of each input, in microseconds, so that all keep their distance and the
/// earliest begins at zero: ffmpeg moves every input to zero by itself, and players cut off what begins before.
/// Times of subtitles count from the first picture.
pub(super) fn shifts(inputs: &[RemuxInput], looks: &[Look]) -> Vec<i64> {
    if inputs.len() < 2 {
        return vec![0; inputs.len()];
    }
    let starts: Vec<(i64, bool)> = inputs
        .iter()
        .zip(looks)
        .map(|(input, look)| {
            let start = look.start_us.saturating_add(input.offset_us);
            (start, input.kind != TrackKind::Subtitles)
        })
        .collect();
    let timed = || starts.iter().filter(|(_, timed)| *timed).map(|(start, _)| *start);
    let (first, earliest) = (timed().next().unwrap_or(0), timed().min().unwrap_or(0));
    let shift = |(start, timed): &(i64, bool)| {
        let zero = if *timed { 0 } else { first };
        start.saturating_add(zero).saturating_sub(earliest)
    };
    starts.iter().map(shift).collect()
}

fn read(words: &str) -> Look {
    Look {
        start_us: start(words).unwrap_or(0),
        picture: words.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with("Stream #") && line.contains(": Video:") && !line.contains("(attached pic)")
        }),
    }
}

/// What ffmpeg says about a file. Without an output it describes the input and ends with an error.
async fn words(ffmpeg: &Ffmpeg, input: &RemuxInput) -> std::io::Result<String> {
    let mut child = find::command(ffmpeg.path())
        .args(["-hide_banner", "-nostdin"])
        .args(arguments::input(&input.path))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut words = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        stderr.take(MAX_WORDS_BYTES).read_to_end(&mut words).await?;
    }
    child.wait().await?;
    Ok(String::from_utf8_lossy(&words).into_owned())
}

/// Reads `  Duration: 00:00:08.00, start: 14.280000, bitrate: 184 kb/s`.
fn start(words: &str) -> Option<i64> {
    let line = words
        .lines()
        .find(|line| line.trim_start().starts_with("Duration:"))?;
    let text = line.split_once("start: ")?.1.split(',').next()?.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let seconds: i64 = seconds.parse().ok()?;
    Some(sign * seconds.checked_mul(1_000_000)?.checked_add(micros)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keep_their_distance_and_the_earliest_begins_at_zero() {
        let input = |kind, offset_us| RemuxInput {
            path: "a".into(),
            kind,
            language: None,
            name: None,
            offset_us,
        };
        let inputs = [
            input(TrackKind::Video, 0),
            input(TrackKind::Audio, 0),
            input(TrackKind::Audio, 9_000_000),
            input(TrackKind::Subtitles, 5),
        ];
        let look = |start_us| Look {
            start_us,
            picture: false,
        };
        let looks = [look(10_000_000), look(9_900_000), look(0), look(0)];
        assert_eq!(shifts(&inputs, &looks), [1_000_000, 900_000, 0, 1_000_005]);
        assert_eq!(shifts(&inputs[..1], &looks[..1]), [0]);
    }

    #[test]
    fn a_picture_is_seen() {
        assert!(read("  Stream #0:0[0x100](und): Video: h264 (High), yuv420p\n").picture);
        assert!(!read("  Stream #0:1: Audio: aac\n  Stream #0:0: Video: mjpeg (attached pic)\n").picture);
    }

    #[test]
    fn the_start_is_read_to_the_microsecond() {
        for (line, wanted) in [
            (
                "Input #0\n  Duration: 00:00:08.00, start: 14.280000, bitrate: 1 kb/s\n",
                Some(14_280_000),
            ),
            (
                "  Duration: 00:00:08.00, start: -0.023220, bitrate: 1 kb/s",
                Some(-23_220),
            ),
            ("  Duration: N/A, start: 1.5, bitrate: N/A", Some(1_500_000)),
            ("  Duration: N/A, bitrate: N/A", None),
            ("  Duration: N/A, start: 99999999999999999.0, b", None),
            ("", None),
        ] {
            assert_eq!(start(line), wanted, "{line}");
        }
    }
}
