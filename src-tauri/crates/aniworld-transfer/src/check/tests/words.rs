//! What is said: about files that are no media, and about what is missing.

use aniworld_testkit::media::{matroska, mp4, mpeg_ts};

use super::super::{CheckError, Verdict, check};
use super::{broken, doubtful, word};

fn instead(bytes: &[u8]) -> &'static str {
    match check(bytes, bytes.len() as u64) {
        Err(CheckError::NotMedia { what }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn pages_and_messages_are_no_media() {
    for page in [
        "<!doctype html><title>Login</title>",
        "\u{feff}\r\n  <!DOCTYPE HTML PUBLIC>",
        "<html lang=en>",
        "<!-- cached -->\n<html>",
    ] {
        assert_eq!(instead(page.as_bytes()), "a web page", "{page}");
    }
    for text in [
        "404 page not found",
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        "{\"error\": \"expired\"}",
        "#EXTM3U\n#EXTINF:9,\nsegment.ts\n",
        "Zugriff verweigert – Straße gesperrt",
    ] {
        assert_eq!(instead(text.as_bytes()), "text", "{text}");
    }
    let long = "ä".repeat(600);
    assert_eq!(instead(&long.as_bytes()[..1_025]), "text");
    assert_eq!(instead(b""), "an empty file");
    assert_eq!(instead(b"\0\0\0\x18ft"), "a few bytes");
}

#[test]
fn what_is_not_known_is_not_judged() {
    for start in [
        &b"ID3\x04\0\0\0\0\0\0"[..],
        b"fLaC\0\0\0\"",
        b"\xff\xf1P\x80",
        b"PK\x03\x04",
    ] {
        let file = [start, &[0xaa; 100]].concat();
        assert_eq!(
            check(&file[..], 110_u64.min(file.len() as u64)).ok(),
            Some(Verdict::Unknown)
        );
    }
    assert_eq!(word(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"), "unknown");
    let other_ebml = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84wave\xec\x90................";
    assert_eq!(word(other_ebml), "unknown");
}

#[test]
fn sentences_say_what_is_missing() {
    let film = mp4(1, 50_000);
    let error = check(&film[..30_000], 30_000).unwrap_err().to_string();
    assert_eq!(
        error,
        "the MP4 file is broken: it ends in the middle of a box (mdat), 19417 bytes early"
    );
    let moov = film.windows(4).rposition(|kind| kind == b"moov").unwrap() - 4;
    assert_eq!(broken(&film[..moov]), "the index (moov) is missing");
    let film = matroska(1, 50_000);
    assert_eq!(
        broken(&film[..49_000]),
        "it ends in the middle of its segment, 1000 bytes early"
    );
    let stream = mpeg_ts(1, 100);
    assert_eq!(broken(&stream[..1_000]), "it ends in the middle of a packet");
}

#[test]
fn a_file_that_is_shorter_than_it_was_said_to_be_cannot_be_read() {
    let film = mp4(1, 50_000);
    assert!(matches!(check(&film[..40_000], 50_000), Err(CheckError::Io(_))));
}

#[test]
fn a_sound_that_stops_within_its_packet_is_a_doubt() {
    // one PES packet of 400 bytes in three packets, of which the last is missing
    let mut stream = mpeg_ts(1, 2);
    let mut sound = |counter: u8, starts: u8, head: &[u8]| {
        let mut packet = [0x47, starts | 0x01, 0x01, 0x10 | counter].to_vec();
        packet.extend(head);
        packet.resize(188, 0xaa);
        stream.extend(packet);
    };
    sound(0, 0x40, &[0, 0, 1, 0xc0, 1, 0x8a, 0x80, 0, 0]);
    sound(1, 0, &[]);
    assert_eq!(
        doubtful(&stream),
        "the last payload (PES) of a stream is not complete"
    );
}
