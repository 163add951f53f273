//! When tracks begin, as ffmpeg reads them: several have to keep their distance.

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

/// What has to be added to the times of each input, in microseconds, so that all keep their distance and the
/// earliest begins at zero: ffmpeg moves every input to zero by itself, and players cut off what begins before.
/// Times of subtitles count from the first picture.
pub(super) async fn shifts(
    ffmpeg: &Ffmpeg,
    inputs: &[RemuxInput],
    control: &Control,
) -> Result<Vec<i64>, TransferError> {
    if inputs.len() < 2 {
        return Ok(vec![0; inputs.len()]);
    }
    let mut starts = Vec::with_capacity(inputs.len());
    for input in inputs {
        let start = tokio::select! {
            start = start_of(ffmpeg, input) => start?,
            signal = control.stopped() => return Err(super::run::stopped(signal)),
        };
        starts.push(start.saturating_add(input.offset_us));
    }
    let is_timed = |input: &RemuxInput| input.kind != TrackKind::Subtitles;
    let timed = || starts.iter().zip(inputs).filter(|(_, input)| is_timed(input));
    let first = timed().map(|(start, _)| *start).next().unwrap_or(0);
    let earliest = timed().map(|(start, _)| *start).min().unwrap_or(0);
    let shift = |(start, input): (&i64, &RemuxInput)| {
        let zero = if is_timed(input) { 0 } else { first };
        start.saturating_add(zero).saturating_sub(earliest)
    };
    Ok(starts.iter().zip(inputs).map(shift).collect())
}

/// When an input begins; zero where ffmpeg does not say, and then it moves nothing either.
async fn start_of(ffmpeg: &Ffmpeg, input: &RemuxInput) -> Result<i64, TransferError> {
    let failed = |detail: String| TransferError::Remux { detail };
    match timeout(ANSWERS_WITHIN, words(ffmpeg, input)).await {
        // what cannot be read is told by the remux itself
        Ok(Ok(words)) => Ok(start(&words).unwrap_or(0)),
        Ok(Err(error)) => Err(failed(format!("ffmpeg does not run: {error}"))),
        Err(_) => Err(failed("ffmpeg does not answer".to_owned())),
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
