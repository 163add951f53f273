//! Breaks in a playlist: where the clock and the streams go on one file holds both parts, and else none does.

use std::fs;

use aniworld_transfer::TransferError;
use aniworld_transfer::stream::StreamRefusal;

use crate::encoded::{ENCODING, Encoded};
use crate::frames::assert_same_frames;
use crate::stage::{Outcome, Stage};

/// Fragments, of which these come in this order, with a break in front of the second and the init piece again.
fn fragments(order: &[usize], init: &str) -> Encoded {
    let stream = Encoded::hls(&["-hls_segment_type", "fmp4"], |_| {});
    let mut list = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{init}");
    for (place, index) in order.iter().enumerate() {
        if place == 1 {
            list.push_str("#EXT-X-DISCONTINUITY\n");
            list.push_str(&init.replace("init.mp4", "init.mp4?again"));
        }
        list = format!("{list}#EXTINF:2,\nlist{index}.m4s\n");
    }
    list.push_str("#EXT-X-ENDLIST\n");
    fs::write(stream.folder().join("list.m3u8"), list).unwrap();
    stream
}

const INIT: &str = "#EXT-X-MAP:URI=\"init.mp4\"\n";

#[track_caller]
fn assert_clock_refused(outcome: Outcome) {
    let refusal = match outcome {
        Err(TransferError::Stream(refusal @ StreamRefusal::Unsupported { .. })) => refusal.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(refusal.contains("clock that starts anew"), "{refusal}");
    assert!(refusal.contains("piece 1"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_behind_a_break_need_a_clock_that_goes_on() {
    let stream = fragments(&[0, 1, 2, 3], INIT);
    let stage = Stage::new("film.mp4");
    stage.fetch(&stream.url("list.m3u8")).await.unwrap();
    let names = ["init.mp4", "list0.m4s", "list1.m4s", "list2.m4s", "list3.m4s"];
    assert!(stage.published() == stream.joined(&names));
    // the clock starts anew, stands still, goes back, jumps
    for order in [&[2, 0, 1][..], &[1, 1], &[0, 3]] {
        let stream = fragments(order, INIT);
        for name in ["film.mp4", "film.mkv"] {
            let stage = Stage::new(name);
            assert_clock_refused(stage.fetch(&stream.url("list.m3u8")).await);
            assert!(!stage.target().exists());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_without_their_init_piece_are_no_film() {
    let stream = fragments(&[0, 1, 2, 3], "");
    let stage = Stage::new("film.mp4");
    let outcome = stage.fetch(&stream.url("list.m3u8")).await;
    assert!(
        matches!(outcome, Err(TransferError::BrokenMedia { .. })),
        "{outcome:?}"
    );
    assert!(stage.names().is_empty(), "{:?}", stage.names());
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_with_other_streams_behind_a_break_are_played_but_not_joined() {
    let mut arguments = Vec::new();
    for more in [&["one.ts"][..], &["-mpegts_start_pid", "500", "two.ts"]] {
        arguments.extend(["-map", "0:v", "-map", "1:a"]);
        arguments.extend(&ENCODING[..12]);
        arguments.extend(more);
    }
    let stream = Encoded::new(&arguments, |_| {});
    fs::copy(stream.folder().join("one.ts"), stream.folder().join("again.ts")).unwrap();
    for (second, other) in [("again.ts", false), ("two.ts", true)] {
        let list = format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\none.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:8,\n{second}\n#EXT-X-ENDLIST\n"
        );
        fs::write(stream.folder().join("list.m3u8"), list).unwrap();
        let list = stream.url("list.m3u8");
        let stage = Stage::new("film.ts");
        stage.fetch(&list).await.unwrap();
        assert!(stage.published() == stream.joined(&["one.ts", second]));
        let stage = Stage::new("film.mkv");
        let outcome = stage.fetch(&list).await;
        if other {
            let refusal = StreamRefusal::InitChanges { sequence: 1 };
            assert_eq!(outcome, Err(TransferError::Stream(refusal)));
            assert!(!stage.target().exists());
        } else {
            outcome.unwrap();
            let file = stage.target().to_str().unwrap();
            assert_same_frames((file, "0:v:0"), (&list, "0:v:0"));
        }
    }
}
