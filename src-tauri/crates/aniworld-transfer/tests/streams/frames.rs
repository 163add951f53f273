//! The decoded frames of a file or a stream: what must be the same, however the bytes came.

use std::process::Command;

use crate::encoded::run;

/// The MD5 of each decoded frame of one stream, such as `0:v:0`, without its times.
pub(crate) fn frames(input: &str, map: &str) -> Vec<String> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-i", input, "-map", map]);
    ffmpeg.args(["-f", "framemd5", "-"]);
    let text = run(&mut ffmpeg);
    let frames = text.lines().filter(|line| !line.starts_with('#'));
    let hashes = frames.map(|line| line.rsplit(',').next().unwrap_or_default().trim().to_owned());
    hashes.collect()
}

/// Both decode to the same frames, of which there are some.
#[track_caller]
pub(crate) fn assert_same_frames(one: (&str, &str), other: (&str, &str)) {
    compare(one, other, 0);
}

/// The same but for the first frame: AAC begins with one that is not to be heard, and MP4 can say so.
#[track_caller]
pub(crate) fn assert_same_sound(one: (&str, &str), other: (&str, &str)) {
    compare(one, other, 1);
}

#[track_caller]
fn compare(one: (&str, &str), other: (&str, &str), skip: usize) {
    let (found, expected) = (frames(one.0, one.1), frames(other.0, other.1));
    assert!(expected.len() > 20, "{} frames", expected.len());
    assert_eq!(found.len(), expected.len());
    let pairs = found.iter().zip(&expected).skip(skip);
    let differ = pairs.filter(|(found, expected)| found != expected).count();
    assert_eq!(differ, 0, "of {} frames of {} {}", expected.len(), one.0, one.1);
}
