//! The argument vector of ffmpeg. Pure.

use std::ffi::OsString;
use std::path::Path;

use super::{OutputKind, RemuxInput};
use crate::language;
use crate::stream::TrackKind;

/// The containers that streams are made of. Without this list a "segment" that is a playlist in disguise
/// would make ffmpeg open other files of this machine.
const FORMATS: &str = "mov,mpegts,matroska,webvtt,aac,mp3,ac3,eac3,srt";
/// The longest name of a track in characters.
const MAX_NAME: usize = 100;

/// What every call begins with: no questions, and words with their weight in front.
pub(super) fn beginning() -> Vec<OsString> {
    strings(&["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+error"])
}

/// One input: a file by its path and nothing else.
pub(super) fn input(path: &Path) -> Vec<OsString> {
    let mut arguments = strings(&["-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-i"]);
    arguments.push(as_file(path));
    arguments
}

/// All of a remux. `shifts` are added to the times of the inputs, in microseconds.
pub(super) fn of(inputs: &[RemuxInput], kind: OutputKind, shifts: &[i64], output: &Path) -> Vec<OsString> {
    let mut all = beginning();
    all.extend(strings(&["-progress", "pipe:1"]));
    for (one, shift) in inputs.iter().zip(shifts) {
        if *shift != 0 {
            all.extend(strings(&["-itsoffset", &format!("{shift}us")]));
        }
        all.extend(input(&one.path));
    }
    all.extend(maps(inputs));
    all.extend(codecs(kind));
    all.extend(descriptions(inputs));
    all.push("-n".into());
    all.push(as_file(output));
    all
}

/// Separate sounds stand before the sound inside of the picture's file: their places are known then.
fn maps(inputs: &[RemuxInput]) -> Vec<OsString> {
    let mut maps = Vec::new();
    for kind in [TrackKind::Video, TrackKind::Audio, TrackKind::Subtitles] {
        for (index, _) in of_kind(inputs, kind) {
            maps.push(match kind {
                TrackKind::Video => format!("{index}:v:0?"),
                TrackKind::Audio => format!("{index}:a:0"),
                TrackKind::Subtitles => format!("{index}:s:0"),
            });
        }
    }
    maps.extend(of_kind(inputs, TrackKind::Video).map(|(index, _)| format!("{index}:a?")));
    maps.iter().flat_map(|map| strings(&["-map", map])).collect()
}

fn codecs(kind: OutputKind) -> Vec<OsString> {
    // FLAC and TrueHD in MP4 were called experimental for long; copying them is not
    let mut all = strings(&["-c", "copy", "-strict", "-2", "-max_muxing_queue_size", "4096"]);
    all.extend(strings(match kind {
        OutputKind::Mp4 => &["-c:s", "mov_text", "-movflags", "+faststart", "-f", "mp4"],
        OutputKind::Matroska => &["-c:s", "srt", "-f", "matroska"],
        OutputKind::WebM => &["-c:s", "webvtt", "-f", "webm"],
        OutputKind::MpegTs => &["-f", "mpegts"],
    }));
    all
}

/// Languages and names, and which sound plays by itself.
fn descriptions(inputs: &[RemuxInput]) -> Vec<OsString> {
    let mut all = Vec::new();
    for (kind, letter) in [
        (TrackKind::Video, 'v'),
        (TrackKind::Audio, 'a'),
        (TrackKind::Subtitles, 's'),
    ] {
        for (place, (_, input)) in of_kind(inputs, kind).enumerate() {
            let stream = format!("{letter}:{place}");
            if let Some(code) = input.language.as_deref().and_then(language::three_letters) {
                all.extend(strings(&[
                    &format!("-metadata:s:{stream}"),
                    &format!("language={code}"),
                ]));
            }
            if let Some(name) = &input.name {
                let name: String = name
                    .chars()
                    .filter(|letter| !letter.is_control())
                    .take(MAX_NAME)
                    .collect();
                let key = format!("-metadata:s:{stream}");
                all.extend(strings(&[
                    &key,
                    &format!("title={name}"),
                    &key,
                    &format!("handler_name={name}"),
                ]));
            }
            if kind != TrackKind::Video {
                let plays = kind == TrackKind::Audio && place == 0;
                all.extend(strings(&[
                    &format!("-disposition:{stream}"),
                    if plays { "default" } else { "0" },
                ]));
            }
        }
    }
    all
}

fn of_kind(inputs: &[RemuxInput], kind: TrackKind) -> impl Iterator<Item = (usize, &RemuxInput)> {
    inputs
        .iter()
        .enumerate()
        .filter(move |(_, input)| input.kind == kind)
}

/// `file:` in front: whatever a path begins with, ffmpeg takes it for nothing else.
fn as_file(path: &Path) -> OsString {
    let mut text = OsString::from("file:");
    text.push(path);
    text
}

fn strings(all: &[&str]) -> Vec<OsString> {
    all.iter().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(kind: TrackKind, path: &str) -> RemuxInput {
        RemuxInput {
            path: path.into(),
            kind,
            language: None,
            name: None,
            offset_us: 0,
        }
    }

    fn line(inputs: &[RemuxInput], kind: OutputKind, shifts: &[i64]) -> String {
        let all = of(inputs, kind, shifts, Path::new("out"));
        let all: Vec<String> = all.iter().map(|one| one.to_string_lossy().into_owned()).collect();
        all.join(" ")
    }

    #[test]
    fn files_stay_files_and_every_track_is_asked_for() {
        let mut inputs = [
            input(TrackKind::Video, "-v.mp4"),
            input(TrackKind::Audio, "http:a"),
            input(TrackKind::Subtitles, "s"),
        ];
        inputs[1].language = Some("de-AT".into());
        inputs[1].name = Some("line\nbreak\0".into());
        let line = line(&inputs, OutputKind::Mp4, &[0, -40_000, 250_000]);
        for wanted in [
            "-itsoffset -40000us -protocol_whitelist file",
            "-i file:-v.mp4 ",
            "-i file:http:a ",
            "-itsoffset 250000us ",
            " -map 0:v:0? -map 1:a:0 -map 2:s:0 -map 0:a? ",
            " -metadata:s:a:0 language=deu ",
            " title=linebreak ",
            " -disposition:a:0 default ",
            " -disposition:s:0 0 ",
            " -c:s mov_text -movflags +faststart -f mp4 ",
        ] {
            assert!(line.contains(wanted), "{wanted:?} is not in {line}");
        }
        assert!(line.ends_with(" -n file:out"));
    }
}
