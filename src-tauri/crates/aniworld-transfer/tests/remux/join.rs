//! What comes out: every frame, every language, at its time.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use aniworld_transfer::Control;
use aniworld_transfer::remux::{Remux, RemuxInput, remux, remux_path};
use aniworld_transfer::stream::TrackKind;

use super::media::{self, frames, shown};
use super::{ffmpeg, input, remuxed};

/// Picture, two sounds, subtitles.
fn four(folder: &Path) -> Vec<RemuxInput> {
    media::tracks(folder);
    let mut inputs = vec![
        input(TrackKind::Video, folder.join("v.mp4")),
        input(TrackKind::Audio, folder.join("a.mp4")),
        input(TrackKind::Audio, folder.join("b.mp4")),
        input(TrackKind::Subtitles, folder.join("s.vtt")),
    ];
    for (input, language) in inputs.iter_mut().zip(["", "ja", "de-AT", "en"]) {
        input.language = Some(language.to_owned());
    }
    inputs
}

#[tokio::test]
async fn four_tracks_become_one_file_with_every_frame_and_language() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = four(folder.path());
    for (name, text) in [("out.mp4", "mov_text,1"), ("out.mkv", "subrip,0")] {
        let target = folder.path().join(name);
        let done = remuxed(&inputs, &target).await.unwrap();
        assert_eq!(done.path, remux_path(&target));
        assert_eq!(done.bytes, std::fs::metadata(&done.path).unwrap().len());
        assert!(done.played > Duration::from_millis(5_900), "{:?}", done.played);
        assert!(!target.exists(), "publishing is the caller's");
        for (file, stream) in [(0, "v:0"), (1, "a:0"), (2, "a:1")] {
            let own = if stream == "v:0" { "v:0" } else { "a:0" };
            let (found, wanted) = (frames(&done.path, stream), frames(&inputs[file].path, own));
            // Matroska cannot say that a player shall skip the silence with which AAC begins
            let most = wanted.len() + usize::from(name == "out.mkv");
            assert!(found.ends_with(&wanted) && found.len() <= most, "{name} {stream}");
        }
        let tracks = shown(
            &done.path,
            "-show_entries stream=codec_name:stream_disposition=default:stream_tags=language",
        );
        // ffmpeg enables the first track of every kind in an MP4, whatever it is told
        let text = format!("{text},eng");
        assert_eq!(tracks[1..], ["aac,1,jpn", "aac,0,deu", text.as_str()], "{name}");
        let times = shown(&done.path, "-select_streams s -show_entries packet=pts_time,size");
        // they count from the first picture
        let first: f64 = shown(&done.path, "-select_streams v -show_entries stream=start_time")[0]
            .parse()
            .unwrap();
        let times: Vec<f64> = times
            .iter()
            .map(|line| line.split(',').next().unwrap().parse().unwrap())
            .collect();
        assert!(
            times.iter().any(|time| (time - first - 3.5).abs() < 0.002),
            "{name}: {times:?} after {first}"
        );
    }
}

#[tokio::test]
async fn an_mp4_has_its_index_in_front() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = four(folder.path());
    let done = remuxed(&inputs, &folder.path().join("out.mp4")).await.unwrap();
    let bytes = std::fs::read(done.path).unwrap();
    let place = |name: &[u8]| bytes.windows(4).position(|four| four == name).unwrap();
    assert!(place(b"moov") < place(b"mdat"));
}

#[tokio::test]
async fn sound_that_begins_later_still_does() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    media::run(
        "ffmpeg",
        folder.path(),
        "-i v.mp4 -map 0 -c copy -copyts -output_ts_offset 100 v.ts",
    );
    media::run(
        "ffmpeg",
        folder.path(),
        "-i a.mp4 -map 0 -c copy -copyts -output_ts_offset 100.5 a.ts",
    );
    let inputs = [
        input(TrackKind::Video, folder.path().join("v.ts")),
        input(TrackKind::Audio, folder.path().join("a.ts")),
    ];
    for name in ["out.mp4", "out.mkv"] {
        let done = remuxed(&inputs, &folder.path().join(name)).await.unwrap();
        let starts: Vec<f64> = shown(&done.path, "-show_entries stream=start_time")
            .iter()
            .map(|line| line.parse().unwrap())
            .collect();
        let wanted: Vec<f64> = inputs
            .iter()
            .map(|input| {
                shown(&input.path, "-show_entries format=start_time")[0]
                    .parse()
                    .unwrap()
            })
            .collect();
        let (found, wanted) = (starts[1] - starts[0], wanted[1] - wanted[0]);
        assert!(
            (found - wanted).abs() < 0.002,
            "{name}: {found} s instead of {wanted} s"
        );
        assert!(
            starts.iter().any(|start| *start < 0.1),
            "{name} begins at {starts:?} s"
        );
    }
}

#[tokio::test]
async fn sound_without_a_clock_is_put_where_it_belongs() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    media::run(
        "ffmpeg",
        folder.path(),
        "-i v.mp4 -c copy -output_ts_offset 100 v.ts",
    );
    media::run("ffmpeg", folder.path(), "-i a.mp4 -c copy -f adts a.aac");
    let picture = input(TrackKind::Video, folder.path().join("v.ts"));
    let start: f64 = shown(&picture.path, "-show_entries format=start_time")[0]
        .parse()
        .unwrap();
    let mut sound = input(TrackKind::Audio, folder.path().join("a.aac"));
    sound.offset_us = format!("{:.0}", (start + 0.25) * 1e6).parse().unwrap();
    let done = remuxed(&[picture, sound], &folder.path().join("out.mkv"))
        .await
        .unwrap();
    let starts: Vec<f64> = shown(&done.path, "-show_entries stream=start_time")
        .iter()
        .map(|line| line.parse().unwrap())
        .collect();
    assert!(starts[0] < 0.002, "{starts:?}");
    assert!((starts[1] - starts[0] - 0.25).abs() < 0.03, "{starts:?}");
}

#[tokio::test]
async fn sound_of_a_transport_stream_fits_into_an_mp4() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    media::run(
        "ffmpeg",
        folder.path(),
        "-i v.mp4 -i a.mp4 -i b.mp4 -map 0 -map 1 -map 2 -c copy -f mpegts av.ts",
    );
    let inputs = [input(TrackKind::Video, folder.path().join("av.ts"))];
    let done = remuxed(&inputs, &folder.path().join("out.mp4")).await.unwrap();
    for stream in ["v:0", "a:0", "a:1"] {
        assert_eq!(
            frames(&done.path, stream),
            frames(&inputs[0].path, stream),
            "{stream}"
        );
    }
}

#[tokio::test]
async fn progress_goes_to_one_and_never_back() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = four(folder.path());
    let told = Mutex::new(Vec::new());
    let job = Remux {
        inputs: &inputs,
        target: &folder.path().join("out.mp4"),
        duration: Some(Duration::from_secs(6)),
        rounding: Duration::ZERO,
    };
    let hear = |fraction| told.lock().unwrap().push(fraction);
    remux(&ffmpeg().await, &job, &Control::new(), &hear)
        .await
        .unwrap();
    let told = told.into_inner().unwrap();
    assert!(
        told.is_sorted() && told.iter().all(|fraction| (0.0..=1.0).contains(fraction)),
        "{told:?}"
    );
    assert_eq!(told.last(), Some(&1.0));
}
