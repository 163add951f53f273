//! What goes wrong: in words, and without a trace.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use aniworld_transfer::remux::{Ffmpeg, Remux, remux, remux_path};
use aniworld_transfer::stream::TrackKind;
use aniworld_transfer::{Control, Signal, TransferError};

use super::{assert_clean_failure, assert_only, ffmpeg, input, media, remuxed};

/// A program made of shell lines that is called like ffmpeg.
fn script(folder: &Path, lines: &str) -> PathBuf {
    let path = folder.join("ffmpeg");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn input_that_is_no_media_is_an_error_in_words() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("page"), "<html>no such film</html>").unwrap();
    let target = folder.path().join("out.mp4");
    let inputs = [input(TrackKind::Video, folder.path().join("page"))];
    let result = remuxed(&inputs, &target).await;
    assert_clean_failure(result, &target, "ffmpeg says: ");
    assert_only(folder.path(), &["page"]);
}

#[tokio::test]
async fn a_playlist_in_disguise_opens_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    let path = folder.path().join("v.mp4");
    let target = folder.path().join("out.mp4");
    for text in [
        format!("ffconcat version 1.0\nfile '{}'\n", path.display()),
        format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n{}\n#EXT-X-ENDLIST\n",
            path.display()
        ),
    ] {
        let disguised = folder.path().join("segment.ts");
        fs::write(&disguised, text).unwrap();
        let result = remuxed(&[input(TrackKind::Video, disguised)], &target).await;
        assert_clean_failure(result, &target, "ffmpeg says: ");
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_is_an_error_although_ffmpeg_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    let (whole, cut) = (folder.path().join("v.mp4"), folder.path().join("cut.mp4"));
    let bytes = fs::read(whole).unwrap();
    fs::write(&cut, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let target = folder.path().join("out.mp4");
    let result = remuxed(&[input(TrackKind::Video, cut)], &target).await;
    assert_clean_failure(result, &target, "of 6 seconds play");
}

/// Its structure is whole, its pictures are noise.
fn spoiled(file: &Path) -> Vec<u8> {
    let mut bytes = fs::read(file).unwrap();
    let mut at = 0;
    while let Some(header) = bytes.get(at..at + 8) {
        let size = u32::from_be_bytes(*header.first_chunk().unwrap()) as usize;
        if &header[4..] == b"mdat" {
            bytes[at + 8..at + size].fill(0xAA);
        }
        at += size;
    }
    bytes
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_is_not_left_out_silently() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    let noise = folder.path().join("noise.mp4");
    fs::write(&noise, spoiled(&folder.path().join("v.mp4"))).unwrap();
    let inputs = [
        input(TrackKind::Video, noise),
        input(TrackKind::Audio, folder.path().join("a.mp4")),
    ];
    for name in ["out.mp4", "out.mkv"] {
        let target = folder.path().join(name);
        let result = remuxed(&inputs, &target).await;
        assert_clean_failure(result, &target, "");
    }
}

#[tokio::test]
async fn a_track_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    let target = folder.path().join("out.mkv");
    let inputs = [
        input(TrackKind::Video, folder.path().join("v.mp4")),
        input(TrackKind::Audio, folder.path().join("v.mp4")),
    ];
    assert_clean_failure(remuxed(&inputs, &target).await, &target, "ffmpeg says: ");
}

/// Waits for a file to be there. The clock of the test is not asked.
async fn appeared(path: &Path) {
    while !path.exists() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stopped_in_the_middle_it_leaves_nothing() {
    let ffmpeg = ffmpeg().await;
    for (signal, wanted) in [
        (Signal::Cancel, TransferError::Cancelled),
        (Signal::Pause, TransferError::Paused),
        (Signal::Interrupt, TransferError::Interrupted),
    ] {
        let folder = tempfile::tempdir().unwrap();
        media::tracks(folder.path());
        media::run("ffmpeg", folder.path(), "-stream_loop 20 -i v.mp4 -c copy av.ts");
        let pipe = folder.path().join("pipe.ts");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // a stream whose end never comes: the writer stays open
        let bytes = fs::read(folder.path().join("av.ts")).unwrap();
        let (keep, held) = std::sync::mpsc::channel::<()>();
        let writer = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                use std::io::Write;
                let send = || {
                    let mut end = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
                    // the reader may be gone before it has read all
                    let _written = end.write_all(&bytes);
                    end
                };
                // to the one that looks what it is, and to the one that copies
                drop(send());
                let _open = send();
                let _released = held.recv();
            }
        });
        let target = folder.path().join("out.mkv");
        let (control, hidden) = (Control::new(), remux_path(&target));
        let inputs = [input(TrackKind::Video, pipe)];
        let job = Remux {
            inputs: &inputs,
            target: &target,
            duration: None,
            rounding: Duration::ZERO,
        };
        let stop = async {
            appeared(&hidden).await;
            control.set(signal);
        };
        let (result, ()) = tokio::join!(remux(&ffmpeg, &job, &control, &|_| {}), stop);
        drop(keep);
        writer.join().unwrap();
        assert_eq!(result.unwrap_err(), wanted);
        assert!(!hidden.exists() && !target.exists());
    }
}

#[tokio::test]
async fn a_dropped_remux_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lines = r#"for last; do :; done
        case "$*" in
            -version) echo "ffmpeg version 9.0" ;;
            *-progress*) : > "${last#file:}"; exec sleep 1000 ;;
        esac"#;
    let slow = Ffmpeg::at(&script(folder.path(), lines)).await.unwrap();
    let target = folder.path().join("out.mkv");
    let inputs = [input(TrackKind::Video, "v".into())];
    let job = Remux {
        inputs: &inputs,
        target: &target,
        duration: None,
        rounding: Duration::ZERO,
    };
    let (control, hidden) = (Control::new(), remux_path(&target));
    tokio::select! {
        _ = remux(&slow, &job, &control, &|_| {}) => panic!("it sleeps"),
        () = appeared(&hidden) => {}
    }
    assert_only(folder.path(), &["ffmpeg"]);
}

#[tokio::test]
async fn one_that_falls_silent_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let lines = r#"case "$*" in
            -version) echo "ffmpeg version 9.0" ;;
            *-progress*) : > "$0.runs"; exec sleep 100000 ;;
        esac"#;
    let silent = Ffmpeg::at(&script(folder.path(), lines)).await.unwrap();
    let target = folder.path().join("out.mkv");
    let inputs = [input(TrackKind::Video, "v".into())];
    let job = Remux {
        inputs: &inputs,
        target: &target,
        duration: None,
        rounding: Duration::ZERO,
    };
    let runs = folder.path().join("ffmpeg.runs");
    let leap = async {
        appeared(&runs).await;
        // from here on the clock leaps whenever nothing else happens
        tokio::time::pause();
    };
    let control = Control::new();
    let (result, ()) = tokio::join!(remux(&silent, &job, &control, &|_| {}), leap);
    assert_clean_failure(result, &target, "silent");
}

#[tokio::test]
async fn a_full_disk_is_an_error_although_ffmpeg_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    // no file may grow beyond 16 KiB: writes fail, or the program is killed
    for trap in ["trap '' XFSZ", ":"] {
        let lines = format!(
            "{trap}\nulimit -f 32\nexec {} \"$@\"",
            ffmpeg().await.path().display()
        );
        let small = Ffmpeg::at(&script(folder.path(), &lines)).await.unwrap();
        let target = folder.path().join("out.mp4");
        let inputs = [input(TrackKind::Video, folder.path().join("v.mp4"))];
        let job = Remux {
            inputs: &inputs,
            target: &target,
            duration: Some(Duration::from_secs(6)),
            rounding: Duration::ZERO,
        };
        let result = remux(&small, &job, &Control::new(), &|_| {}).await;
        let words = if trap == ":" {
            "signal: 25"
        } else {
            "file too large"
        };
        assert_clean_failure(result, &target, words);
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    let target = folder.path().join("gone/out.mkv");
    let inputs = [input(TrackKind::Video, folder.path().join("v.mp4"))];
    let error = remuxed(&inputs, &target).await.unwrap_err();
    assert!(matches!(error, TransferError::FolderMissing { .. }), "{error:?}");
}

#[tokio::test]
async fn an_absent_ffmpeg_is_told_from_a_wrong_one() {
    let folder = tempfile::tempdir().unwrap();
    for folders in ["", ".", "relative/folder", folder.path().to_str().unwrap()] {
        let error = Ffmpeg::find(Some(folders.as_ref())).await.unwrap_err();
        assert!(error.to_string().contains("not installed"), "{error}");
    }
    assert!(Ffmpeg::find(None).await.is_err());
    for (lines, words) in [
        ("echo something else", "is something else"),
        ("exit 1", "is something else"),
        ("echo ffmpeg version 3.4.8 Copyright", "too old"),
        ("yes", "is something else"),
    ] {
        script(folder.path(), lines);
        let error = Ffmpeg::find(Some(folder.path().as_os_str())).await.unwrap_err();
        assert!(matches!(error, TransferError::FfmpegMissing { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
    fs::set_permissions(folder.path().join("ffmpeg"), fs::Permissions::from_mode(0o644)).unwrap();
    let error = Ffmpeg::find(Some(folder.path().as_os_str())).await.unwrap_err();
    assert!(error.to_string().contains("does not run"), "{error}");
}
