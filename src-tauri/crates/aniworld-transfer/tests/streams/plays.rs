//! What an encoder makes decodes to the same frames as when ffmpeg reads the stream itself.

use std::fs;
use std::path::Path;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};

use crate::encoded::Encoded;
use crate::frames::assert_same_frames;
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
