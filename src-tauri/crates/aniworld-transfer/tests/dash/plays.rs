//! Every way to address segments, as encoders write them.

use std::fs;

use crate::Stage;
use crate::encoded::{Encoded, assert_same_frames, distance, probe};

/// Fetches and compares picture and sound with what ffmpeg reads from the manifest.
async fn assert_same(stream: &Encoded, name: &str) -> Stage {
    let stage = Stage::new(name);
    stage.fetch(&stream.url()).await.unwrap();
    let file = stage.published().to_str().unwrap();
    for map in ["0:v:0", "0:a:0"] {
        assert_same_frames((file, map), (&stream.url(), map));
    }
    let (found, wanted) = (distance(file), distance(&stream.url()));
    assert!((found - wanted).abs() < 0.005, "{found} s instead of {wanted} s");
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline() {
    let stream = Encoded::dash("-use_template 1 -use_timeline 1");
    assert_same(&stream, "film.mp4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_a_duration() {
    let stream = Encoded::dash("-use_template 1 -use_timeline 0");
    assert_same(&stream, "film.mp4").await;
}

/// ffmpeg 5.1 reads 175 of the 225 pictures of a `SegmentList`, so its pieces, one behind the other, are what
/// is compared with.
async fn assert_same_as(stream: &Encoded, pieces: [&[&str]; 2]) {
    let stage = Stage::new("film.mp4");
    stage.fetch(&stream.url()).await.unwrap();
    let file = stage.published().to_str().unwrap();
    for (map, pieces) in ["0:v:0", "0:a:0"].into_iter().zip(pieces) {
        let joined = stream.folder().join("joined.mp4");
        let bytes: Vec<Vec<u8>> = pieces
            .iter()
            .map(|name| fs::read(stream.folder().join(name)).unwrap())
            .collect();
        fs::write(&joined, bytes.concat()).unwrap();
        assert_same_frames((file, map), (joined.to_str().unwrap(), "0:0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_of_single_files() {
    let stream = Encoded::dash("-single_file 1");
    assert_same_as(&stream, [&["film-stream0.mp4"], &["film-stream1.mp4"]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_addresses() {
    let stream = Encoded::dash("-use_template 0 -use_timeline 0");
    let names = |track: usize| {
        let chunks = (1..=5).map(move |number| format!("chunk-stream{track}-{number:05}.m4s"));
        let all: Vec<String> = std::iter::once(format!("init-stream{track}.m4s"))
            .chain(chunks)
            .collect();
        all
    };
    let (picture, sound) = (names(0), names(1));
    let picture: Vec<&str> = picture.iter().map(String::as_str).collect();
    let sound: Vec<&str> = sound.iter().map(String::as_str).collect();
    assert_same_as(&stream, [&picture, &sound]).await;
}

/// A manifest of whole files with an index in front.
fn whole_files(more: &str) -> String {
    let set = |kind: &str, file: &str| {
        format!(
            r#"<AdaptationSet mimeType="{kind}/mp4"><Representation id="{file}" bandwidth="1">
               <BaseURL>{file}</BaseURL>{more}</Representation></AdaptationSet>"#
        )
    };
    format!(
        r#"<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S"><Period>{}{}</Period></MPD>"#,
        set("video", "v.mp4"),
        set("audio", "a.mp4")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_files_with_an_index() {
    let stream = Encoded::new(
        "-movflags frag_keyframe+empty_moov+global_sidx+default_base_moof -c:v libx264 -map 0 v.mp4 \
         -movflags frag_keyframe+empty_moov+global_sidx+default_base_moof -map 1 a.mp4",
    );
    stream.manifest(&whole_files(""));
    let stage = Stage::new("film.mp4");
    stage.fetch(&stream.url()).await.unwrap();
    let file = stage.published().to_str().unwrap();
    for (map, own) in [("0:v:0", "v.mp4"), ("0:a:0", "a.mp4")] {
        let own = stream.folder().join(own);
        assert_same_frames((file, map), (own.to_str().unwrap(), "0:0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_languages_and_subtitles_into_a_matroska_file() {
    let stream = Encoded::new(
        "-map 0 -map 1 -map 2 -metadata:s:1 language=eng -metadata:s:2 language=deu \
         -f dash -seg_duration 2 film.mpd",
    );
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:08.500 --> 00:09.000\ntwo\n";
    fs::write(stream.folder().join("s.vtt"), text).unwrap();
    stream.change(
        "</Period>",
        r#"<AdaptationSet mimeType="text/vtt" lang="fr"><Representation id="s" bandwidth="1">
           <BaseURL>s.vtt</BaseURL></Representation></AdaptationSet></Period>"#,
    );
    let stage = Stage::new("film.mkv");
    stage.fetch(&stream.url()).await.unwrap();
    let file = stage.published().to_str().unwrap();
    // English plays by itself, German was not asked for
    assert_eq!(
        probe(file, "stream=codec_name:stream_tags=language"),
        ["h264", "aac,eng", "subrip,fra"]
    );
    let texts = probe(file, "packet=codec_type,pts_time,size");
    assert_eq!(
        texts.iter().filter(|line| line.starts_with("subtitle")).count(),
        2,
        "{texts:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_alone_is_the_bytes_of_its_pieces() {
    let stream = Encoded::new("-map 0 -f dash -seg_duration 2 film.mpd");
    let stage = Stage::new("film.mp4");
    stage.fetch(&stream.url()).await.unwrap();
    let mut names: Vec<String> = fs::read_dir(stream.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("chunk"))
        .collect();
    names.sort();
    names.insert(0, "init-stream0.m4s".into());
    let bytes: Vec<Vec<u8>> = names
        .iter()
        .map(|name| fs::read(stream.folder().join(name)).unwrap())
        .collect();
    assert!(fs::read(stage.published()).unwrap() == bytes.concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_periods_with_one_clock() {
    let stream = Encoded::dash("-use_template 1 -use_timeline 0");
    let path = stream.folder().join("film.mpd");
    let text = fs::read_to_string(&path).unwrap();
    let whole = Stage::new("whole.mp4");
    whole.fetch(&stream.url()).await.unwrap();
    // the same pieces, cut after the second
    let (head, rest) = text.split_at(text.find("<Period").unwrap());
    let (period, tail) = rest.split_at(rest.find("</MPD>").unwrap());
    let start = period.find('>').unwrap() + 1;
    let inner = &period[start..];
    let first = format!("<Period start=\"PT0S\" duration=\"PT4S\">{inner}");
    let second = inner.replace(
        "startNumber=\"1\"",
        "startNumber=\"3\" presentationTimeOffset=\"4000000\"",
    );
    stream.manifest(&format!("{head}{first}<Period start=\"PT4S\">{second}{tail}"));
    let stage = Stage::new("film.mp4");
    stage.fetch(&stream.url()).await.unwrap();
    assert!(fs::read(stage.published()).unwrap() == fs::read(whole.published()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_starts_late_is_kept_in_step() {
    // the clock of the sound is five seconds ahead
    let stream = Encoded::new(
        "-map 0 -movflags frag_keyframe+empty_moov+default_base_moof v.mp4 \
         -map 1 -output_ts_offset 5 -movflags frag_keyframe+delay_moov+default_base_moof late.mp4",
    );
    let start = |file: &str| -> f64 {
        let file = stream.folder().join(file);
        probe(file.to_str().unwrap(), "format=start_time")[0]
            .parse()
            .unwrap()
    };
    let wanted = start("late.mp4") - 5.0 - start("v.mp4");
    assert!(wanted.abs() < 0.2, "{wanted}");
    let offset = |file: &str, units: &str| {
        let indexed = format!("<BaseURL>{file}</BaseURL>");
        (
            indexed.clone(),
            format!("{indexed}<SegmentBase timescale=\"1000\" presentationTimeOffset=\"{units}\"/>"),
        )
    };
    let text = whole_files("").replace("a.mp4", "late.mp4");
    let (from, to) = offset("late.mp4", "5000");
    stream.manifest(&text.replace(&from, &to));
    let stage = Stage::new("film.mp4");
    stage.fetch(&stream.url()).await.unwrap();
    let found = distance(stage.published().to_str().unwrap());
    assert!((found - wanted).abs() < 0.005, "{found} s instead of {wanted} s");
}
