//! What servers do wrong with single pieces: tried again, or refused; never written.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aniworld_transfer::TransferError;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};

use crate::stage::{Stage, segment, stream};
use crate::web::{Answer, Web, file};

fn raw(head: &str, body: &[u8]) -> Answer {
    Answer::Raw([head.as_bytes(), b"\r\n\r\n", body].concat())
}

/// Wrong answers to a piece of 100 packets.
fn wrong() -> Vec<(&'static str, Answer)> {
    let good = segment(0, 100);
    let half = &good[..9_400];
    vec![
        ("an error", Answer::Status(503)),
        (
            "too few bytes",
            raw("HTTP/1.1 200 OK\r\nContent-Length: 18800", half),
        ),
        (
            "chunks without their end",
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", b"178\r\nab"),
        ),
        (
            "an end that only the connection tells",
            raw("HTTP/1.1 200 OK", half),
        ),
        ("cut packets", Answer::File(good[..9_401].to_vec())),
        ("no packets", Answer::File(vec![7; 18_800])),
        ("nothing", Answer::File(Vec::new())),
        (
            "a coded body",
            raw(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 188",
                &good[..188],
            ),
        ),
        (
            "a part",
            raw(
                "HTTP/1.1 206 X\r\nContent-Range: bytes 0-187/18800\r\nContent-Length: 188",
                &good[..188],
            ),
        ),
        ("no content", Answer::Status(204)),
        ("no HTTP", Answer::Raw(b"hello".to_vec())),
    ]
}

#[tokio::test]
async fn a_wrong_answer_is_tried_again() {
    for (what, answer) in wrong() {
        let (files, whole) = stream(4);
        let mut first = true;
        let web = Web::new(move |asked| match asked.path.as_str() {
            "2.ts" if std::mem::take(&mut first) => answer.clone(),
            _ => file(&files, asked),
        });
        let stage = Stage::new("film.ts");
        let outcome = stage.fetch(&web.url("list.m3u8")).await;
        assert!(outcome.is_ok(), "{what}: {outcome:?}");
        assert!(stage.published() == whole, "{what}");
    }
}

#[tokio::test]
async fn a_wrong_answer_that_stays_ends_it_after_its_tries() {
    for (what, answer) in wrong() {
        let (files, whole) = stream(4);
        let asked_for = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked_for);
        let good = files.clone();
        let web = Web::new(move |asked| match asked.path.as_str() {
            "2.ts" => {
                counted.fetch_add(1, Ordering::SeqCst);
                answer.clone()
            }
            _ => file(&files, asked),
        });
        let stage = Stage::new("film.ts");
        let outcome = stage.fetch(&web.url("list.m3u8")).await;
        assert!(outcome.is_err(), "{what}");
        // the client itself asks again on a line that was closed while it lay idle
        let asked = asked_for.load(Ordering::SeqCst);
        assert!((3..=6).contains(&asked), "{what}: asked {asked} times");
        assert!(!stage.target().exists(), "{what}");
        // nothing wrong was kept
        web.now(move |asked| file(&good, asked));
        stage.fetch(&web.url("list.m3u8")).await.unwrap();
        assert!(stage.published() == whole, "{what}");
    }
}

/// One file of three segments, and the list of its ranges.
fn ranges() -> (Vec<u8>, Vec<u8>) {
    let parts = [segment(1, 100), segment(2, 50), segment(3, 70)];
    let list = "#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:18800@0\nall.ts\n#EXTINF:4,\n#EXT-X-BYTERANGE:9400\nall.ts\n\
                #EXTINF:4,\n#EXT-X-BYTERANGE:13160\nall.ts\n#EXT-X-ENDLIST\n";
    (list.as_bytes().to_vec(), parts.concat())
}

#[tokio::test]
async fn ranges_come_as_ranges_in_several_answers_or_cut_out_of_the_whole() {
    let kinds: [fn(Vec<u8>) -> Answer; 3] =
        [Answer::File, |bytes| Answer::Short(bytes, 5_000), Answer::Whole];
    for kind in kinds {
        let (list, whole) = ranges();
        let bytes = whole.clone();
        let web = Web::new(move |asked| match asked.path.as_str() {
            "list.m3u8" => Answer::Whole(list.clone()),
            _ => kind(bytes.clone()),
        });
        let stage = Stage::new("film.ts");
        stage.fetch(&web.url("list.m3u8")).await.unwrap();
        assert!(stage.published() == whole);
    }
}

#[tokio::test]
async fn another_range_than_the_one_asked_for_and_a_file_that_changes_are_refused() {
    let shifted = raw(
        "HTTP/1.1 206 X\r\nContent-Range: bytes 188-18987/41360\r\nContent-Length: 18800",
        &segment(1, 100),
    );
    let longer = raw(
        "HTTP/1.1 206 X\r\nContent-Range: bytes 0-41359/41360\r\nContent-Length: 41360",
        &ranges().1,
    );
    for answer in [shifted, longer] {
        let (list, _) = ranges();
        let web = Web::new(move |asked| match asked.path.as_str() {
            "list.m3u8" => Answer::Whole(list.clone()),
            _ => answer.clone(),
        });
        let stage = Stage::new("film.ts");
        let outcome = stage.fetch(&web.url("list.m3u8")).await;
        assert!(
            matches!(outcome, Err(TransferError::BadAnswer { .. })),
            "{outcome:?}"
        );
    }
    // every answer is of a file with another length
    let (list, whole) = ranges();
    let mut longer = whole;
    let web = Web::new(move |asked| {
        if asked.path == "list.m3u8" {
            return Answer::Whole(list.clone());
        }
        longer.push(0x47);
        Answer::File(longer.clone())
    });
    let stage = Stage::new("film.ts");
    assert_eq!(
        stage.fetch(&web.url("list.m3u8")).await,
        Err(TransferError::FileChanged)
    );
}

#[tokio::test]
async fn an_encrypted_piece_that_does_not_fit_its_key_is_not_written() {
    let list = "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n";
    for key in [vec![0; 16], vec![0; 15], b"<html>".to_vec()] {
        let web = Web::new(move |asked| match asked.path.as_str() {
            "list.m3u8" => Answer::Whole(list.into()),
            "k" => Answer::Whole(key.clone()),
            _ => Answer::Whole(segment(0, 100)[..18_784].to_vec()),
        });
        let stage = Stage::new("film.ts");
        let outcome = stage.fetch(&web.url("list.m3u8")).await;
        assert!(
            matches!(outcome, Err(TransferError::BadAnswer { .. })),
            "{outcome:?}"
        );
        assert!(stage.names().is_empty());
    }
}

#[tokio::test]
async fn a_key_that_fits_nothing_is_asked_for_again() {
    let list = "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x00000000000000000000000000000005\n\
                #EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n";
    let key = *b"0123456789abcdef";
    let plain = segment(0, 100);
    let cipher = cbc::Encryptor::<aes::Aes128>::new(&key.into(), &5_u128.to_be_bytes().into());
    let encrypted = cipher.encrypt_padded_vec::<Pkcs7>(&plain);
    let mut first = true;
    let web = Web::new(move |asked| match asked.path.as_str() {
        "list.m3u8" => Answer::Whole(list.into()),
        "k" if std::mem::take(&mut first) => Answer::Whole(vec![0; 16]),
        "k" => Answer::Whole(key.into()),
        _ => Answer::Whole(encrypted.clone()),
    });
    let stage = Stage::new("film.ts");
    stage.fetch(&web.url("list.m3u8")).await.unwrap();
    assert!(stage.published() == plain);
}
