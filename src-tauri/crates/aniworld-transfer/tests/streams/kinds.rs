//! What the ending of the target asks for: made, or refused before a piece is fetched.

use std::collections::BTreeMap;

use aniworld_transfer::{Control, TransferError, TransferEvent, TransferPhase};

use crate::encoded::Encoded;
use crate::stage::{Ear, Stage, stream};
use crate::web::Web;

#[tokio::test]
async fn an_ending_that_nothing_is_made_for_costs_no_piece() {
    let (files, _) = stream(3);
    let web = Web::files(files);
    for name in ["film.avi", "film"] {
        web.forget();
        let stage = Stage::new(name);
        let outcome = stage.fetch(&web.url("list.m3u8")).await;
        let Err(TransferError::Remux { detail }) = outcome else {
            panic!("{outcome:?}");
        };
        assert!(detail.contains("none of .mp4, .mkv"), "{detail}");
        assert_eq!(web.asked(), ["list.m3u8"]);
        assert!(stage.names().is_empty(), "{:?}", stage.names());
    }
}

#[tokio::test]
async fn a_playlist_of_subtitles_becomes_one_file_of_them() {
    let cue = |second: u32| format!("WEBVTT\n\n00:0{second}.000 --> 00:0{second}.500\nline {second}\n");
    for (pieces, ending) in [(2, "vtt"), (1, "vtt"), (2, "bin")] {
        let mut files = BTreeMap::new();
        let mut list = String::from("#EXTM3U\n");
        for index in 0..pieces {
            list = format!("{list}#EXTINF:4,\n{index}.{ending}\n");
            files.insert(format!("{index}.{ending}"), cue(index).into_bytes());
        }
        list.push_str("#EXT-X-ENDLIST\n");
        files.insert("list.m3u8".to_owned(), list.into_bytes());
        let stage = Stage::new("film.vtt");
        stage.fetch(&Web::files(files).url("list.m3u8")).await.unwrap();
        let text = String::from_utf8(stage.published()).unwrap();
        assert_eq!(text.matches("-->").count(), pieces as usize, "{text}");
    }
    // nobody speaks in it: too short for a film, and right all the same
    let list = "#EXTM3U\n#EXTINF:4,\n0.vtt\n#EXT-X-ENDLIST\n";
    let files =
        [("list.m3u8", list), ("0.vtt", "WEBVTT\n")].map(|(name, text)| (name.to_owned(), text.into()));
    let stage = Stage::new("film.vtt");
    let web = Web::files(BTreeMap::from(files));
    stage.fetch(&web.url("list.m3u8")).await.unwrap();
    assert!(stage.published() == b"WEBVTT\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn ffmpeg_tells_how_far_it_is_between_verifying_and_moving() {
    let encoded = Encoded::hls(&[], |_| {});
    let stage = Stage::new("film.mkv");
    let ear = Ear::default();
    let list = encoded.url("list.m3u8");
    stage.fetch_with(&list, &Control::new(), &ear).await.unwrap();
    let events = ear.events.lock().unwrap();
    let place = |phase| {
        events
            .iter()
            .position(|event| *event == TransferEvent::Phase(phase))
    };
    let (begin, end) = (place(TransferPhase::Processing), place(TransferPhase::Moving));
    let told: Vec<(usize, u8)> = events
        .iter()
        .enumerate()
        .filter_map(|(at, event)| match event {
            TransferEvent::Processed { percent } => Some((at, *percent)),
            _ => None,
        })
        .collect();
    assert!(place(TransferPhase::Verifying) < begin && begin < end);
    let in_order = told.windows(2).all(|two| two[0].1 < two[1].1);
    let in_between = told.iter().all(|(at, _)| begin < Some(*at) && Some(*at) < end);
    assert!(in_order && in_between, "{told:?}");
    assert_eq!(told.last().map(|(_, percent)| *percent), Some(100));
}
