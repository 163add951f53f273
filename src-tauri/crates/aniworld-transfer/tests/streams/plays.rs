//! What an encoder makes decodes to the same frames as when ffmpeg reads the stream itself.

use std::fs;
use std::path::Path;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};

use crate::encoded::{ENCODING, Encoded, run};
use crate::frames::{assert_same_frames, assert_same_sound};
use crate::stage::Stage;

const KEY: [u8; 16] = *b"0123456789abcdef";

/// Fetches and compares picture and sound.
async fn same(stream: &Encoded, name: &str) -> Vec<u8> {
    let stage = Stage::new(name);
    let list = stream.url("list.m3u8");
    stage.fetch(&list).await.unwrap();
    let bytes = stage.published();
    let file = stage.target().to_str().unwrap().to_owned();
    for map in ["0:v:0", "0:a:0"] {
        assert_same_frames((&file, map), (&list, map));
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn transport_stream() {
    let stream = Encoded::hls(&[], |_| {});
    let bytes = same(&stream, "film.ts").await;
    assert!(bytes == stream.joined(&["list0.ts", "list1.ts", "list2.ts", "list3.ts"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments() {
    let stream = Encoded::hls(&["-hls_segment_type", "fmp4"], |_| {});
    let bytes = same(&stream, "film.mp4").await;
    assert!(bytes == stream.joined(&["init.mp4", "list0.m4s", "list1.m4s", "list2.m4s", "list3.m4s"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_of_one_file() {
    let stream = Encoded::hls(&["-hls_flags", "single_file"], |_| {});
    let bytes = same(&stream, "film.ts").await;
    assert!(bytes == stream.joined(&["list.ts"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_with_a_written_vector() {
    let info = |folder: &Path| {
        fs::write(folder.join("k"), KEY).unwrap();
        fs::write(folder.join("info"), "k\nk\n000102030405060708090a0b0c0d0e0f\n").unwrap();
    };
    let stream = Encoded::hls(&["-hls_key_info_file", "info"], info);
    let list = fs::read_to_string(stream.folder().join("list.m3u8")).unwrap();
    assert!(list.contains(",IV=0x000102030405060708090a0b0c0d0e0f"), "{list}");
    same(&stream, "film.ts").await;
}

/// Encrypts the pieces of a stream as RFC 8216 section 5.2 says where no vector is written: by the sequence
/// number, which begins at 5.
fn encrypt_by_number(stream: &Encoded, ending: &str) {
    for index in 0..4_u128 {
        let path = stream.folder().join(format!("list{index}.{ending}"));
        let plain = fs::read(&path).unwrap();
        let iv = (5 + index).to_be_bytes();
        let cipher = cbc::Encryptor::<aes::Aes128>::new(&KEY.into(), &iv.into());
        fs::write(path, cipher.encrypt_padded_vec::<Pkcs7>(&plain)).unwrap();
    }
    fs::write(stream.folder().join("k"), KEY).unwrap();
    let path = stream.folder().join("list.m3u8");
    let list = fs::read_to_string(&path).unwrap();
    let list = list
        .replace("#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-MEDIA-SEQUENCE:5")
        .replacen("#EXTINF:", "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:", 1)
        .replace(",\nlist", ",A title, with comma\nlist");
    fs::write(path, list).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_by_sequence_number() {
    let stream = Encoded::hls(&[], |_| {});
    let plain = stream.joined(&["list0.ts", "list1.ts", "list2.ts", "list3.ts"]);
    encrypt_by_number(&stream, "ts");
    assert!(same(&stream, "film.ts").await == plain);
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypted_fragments_behind_a_clear_init_piece() {
    let stream = Encoded::hls(&["-hls_segment_type", "fmp4"], |_| {});
    let plain = stream.joined(&["init.mp4", "list0.m4s", "list1.m4s", "list2.m4s", "list3.m4s"]);
    encrypt_by_number(&stream, "m4s");
    assert!(same(&stream, "film.mp4").await == plain);
}

/// Picture with sound in two languages, each in a playlist of its own.
fn two_languages(kind: &str) -> Encoded {
    let mut arguments = vec!["-map", "0:v", "-map", "1:a", "-map", "2:a"];
    arguments.extend(ENCODING);
    arguments.extend([
        "-var_stream_map",
        "v:0,agroup:a a:0,agroup:a,language:eng,default:yes a:1,agroup:a,language:deu",
        "-hls_segment_type",
        kind,
        "-master_pl_name",
        "list.m3u8",
        "v%v.m3u8",
    ]);
    Encoded::new(&arguments, |_| {})
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_of_its_own_is_joined_with_the_picture() {
    for (kind, name) in [
        ("fmp4", "film.mp4"),
        ("mpegts", "film.mkv"),
        ("mpegts", "film.ts"),
    ] {
        let stream = two_languages(kind);
        let stage = Stage::new(name);
        stage.fetch(&stream.url("list.m3u8")).await.unwrap();
        stage.published();
        let file = stage.target().to_str().unwrap();
        let (picture, sound) = (stream.url("v0.m3u8"), stream.url("v1.m3u8"));
        assert_same_frames((file, "0:v:0"), (&picture, "0:v:0"));
        assert_same_sound((file, "0:a:0"), (&sound, "0:a:0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transport_stream_becomes_mp4_and_matroska() {
    let stream = Encoded::hls(&[], |_| {});
    for name in ["film.mp4", "film.mkv"] {
        same(&stream, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subtitles_come_along_each_line_once() {
    let lines = |folder: &Path| {
        let text = "1\n00:00:00,500 --> 00:00:01,500\nHello\n\n2\n00:00:01,800 --> 00:00:02,600\nover the seam\n\n\
                    3\n00:00:05,000 --> 00:00:06,000\nBye\n";
        fs::write(folder.join("s.srt"), text).unwrap();
    };
    let mut arguments = vec!["-i", "s.srt", "-map", "0:v", "-map", "1:a", "-map", "3:s"];
    arguments.extend(ENCODING);
    arguments.extend([
        "-c:s",
        "webvtt",
        "-var_stream_map",
        "v:0,a:0,s:0,sgroup:subs,language:eng",
        "-master_pl_name",
        "list.m3u8",
        "v%v.m3u8",
    ]);
    let stream = Encoded::new(&arguments, lines);
    // ffmpeg leaves the end of this list out
    let path = stream.folder().join("v0_vtt.m3u8");
    let list = fs::read_to_string(&path).unwrap();
    if !list.contains("#EXT-X-ENDLIST") {
        fs::write(&path, format!("{list}#EXT-X-ENDLIST\n")).unwrap();
    }
    for name in ["film.mkv", "film.mp4"] {
        let stage = Stage::new(name);
        stage.fetch(&stream.url("list.m3u8")).await.unwrap();
        stage.published();
        let file = stage.target().to_str().unwrap();
        assert_same_frames((file, "0:v:0"), (&stream.url("v0.m3u8"), "0:v:0"));
        let mut ffmpeg = std::process::Command::new("ffmpeg");
        ffmpeg.args([
            "-nostdin",
            "-loglevel",
            "error",
            "-i",
            file,
            "-map",
            "0:s:0",
            "-f",
            "srt",
            "-",
        ]);
        let text = run(&mut ffmpeg);
        for line in ["Hello", "over the seam", "Bye"] {
            assert_eq!(text.matches(line).count(), 1, "{name}: {text}");
        }
        // they keep their distance to the first picture, which begins a little behind the sound
        let begin = |line: &str| -> u32 {
            let before = text.split(line).next().unwrap();
            let time = before.lines().rev().find(|line| line.contains("-->")).unwrap();
            let (seconds, millis) = time[6..12].split_once(',').unwrap();
            seconds.parse::<u32>().unwrap() * 1_000 + millis.parse::<u32>().unwrap()
        };
        assert!((500..550).contains(&begin("Hello")), "{text}");
        assert_eq!(begin("Bye") - begin("Hello"), 4_500, "{text}");
    }
    // a transport stream has no place for them, and needs nothing else then
    let stage = Stage::new("film.ts");
    stage.fetch(&stream.url("list.m3u8")).await.unwrap();
    stage.published();
}
