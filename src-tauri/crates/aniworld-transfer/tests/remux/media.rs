//! Real media by the real ffmpeg, and what is in a file.

use std::path::Path;
use std::process::Command;

/// Runs a program of the package `ffmpeg` in a folder; its output.
pub(crate) fn run(program: &str, folder: &Path, arguments: &str) -> String {
    let output = Command::new(program)
        .args(["-v", "error"])
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("this test needs the Debian package ffmpeg: {error}"));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments}: {words}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Makes `v.mp4`, `a.mp4`, `b.mp4` and `s.vtt`: six seconds of picture, two sounds, two lines of text.
pub(crate) fn tracks(folder: &Path) {
    run(
        "ffmpeg",
        folder,
        "-f lavfi -i testsrc=s=160x90:r=25:d=6 -f lavfi -i sine=440:d=6 -f lavfi -i sine=880:d=6 \
         -map 0 -c:v libx264 -preset ultrafast -bf 2 -g 50 -movflags empty_moov+frag_keyframe v.mp4 \
         -map 1 -c:a aac -movflags empty_moov+frag_keyframe+default_base_moof a.mp4 \
         -map 2 -c:a aac b.mp4",
    );
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:03.500 --> 00:04.000\ntwo\n";
    std::fs::write(folder.join("s.vtt"), text).unwrap();
}

/// The hashes of the frames of one stream, such as `v:0`, without their times.
pub(crate) fn frames(file: &Path, stream: &str) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(["-map", &format!("0:{stream}"), "-f", "framemd5", "-"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let hashes: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit(',').next())
        .map(|hash| hash.trim().to_owned())
        .collect();
    assert!(!hashes.is_empty());
    hashes
}

/// What ffprobe shows of a file as CSV.
pub(crate) fn shown(file: &Path, arguments: &str) -> Vec<String> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "csv=p=0"])
        .args(arguments.split_whitespace())
        .arg(file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}
