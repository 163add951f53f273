//! What is refused before a piece is fetched, or before a wrong one is written.

use std::collections::BTreeMap;

use aniworld_transfer::TransferError;
use aniworld_transfer::stream::StreamRefusal;

use crate::stage::{Stage, segment};
use crate::web::Web;

fn web(list: &str) -> Web {
    let mut files = BTreeMap::new();
    files.insert("list.m3u8".to_owned(), list.as_bytes().to_vec());
    for index in 0..4 {
        files.insert(format!("{index}.ts"), segment(index, 10));
    }
    for name in ["a", "b"] {
        files.insert(format!("{name}.mp4"), mp4_box("moov", name.as_bytes()));
        let fragment = [mp4_box("moof", b"x"), mp4_box("mdat", name.as_bytes())].concat();
        files.insert(format!("{name}.m4s"), fragment);
    }
    Web::files(files)
}

fn mp4_box(name: &str, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], name.as_bytes(), body].concat()
}

#[tokio::test]
async fn what_cannot_become_a_file_costs_no_piece_and_leaves_nothing() {
    let cases = [
        ("#EXTINF:4,\n0.ts\n", StreamRefusal::Live),
        (
            "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXTINF:4,\n0.ts\n#EXT-X-ENDLIST\n",
            StreamRefusal::SampleAes,
        ),
        (
            "#EXTINF:4,\n0.ts\n#EXT-X-GAP\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n",
            StreamRefusal::Gap { sequence: 1 },
        ),
    ];
    for (lines, refusal) in cases {
        let web = web(&format!("#EXTM3U\n{lines}"));
        let stage = Stage::new("film.ts");
        let outcome = stage.fetch(&web.url("list.m3u8")).await;
        assert_eq!(outcome, Err(TransferError::Stream(refusal)));
        assert_eq!(web.asked(), ["list.m3u8"]);
        assert!(stage.names().is_empty());
    }
}

#[tokio::test]
async fn another_encoding_behind_a_break_is_refused() {
    let list = |second: &str| {
        format!(
            "#EXTM3U\n#EXT-X-MAP:URI=\"a.mp4\"\n#EXTINF:4,\na.m4s\n#EXT-X-DISCONTINUITY\n\
             #EXT-X-MAP:URI=\"{second}\"\n#EXTINF:4,\nb.m4s\n#EXT-X-ENDLIST\n"
        )
    };
    let stage = Stage::new("film.mp4");
    let outcome = stage.fetch(&web(&list("b.mp4")).url("list.m3u8")).await;
    let refusal = StreamRefusal::InitChanges { sequence: 1 };
    assert_eq!(outcome, Err(TransferError::Stream(refusal)));
    assert!(!stage.target().exists());
}

#[tokio::test]
async fn pieces_of_two_kinds_are_no_file() {
    let web = web("#EXTM3U\n#EXTINF:4,\n0.ts\n#EXTINF:4,\na.m4s\n#EXT-X-ENDLIST\n");
    let stage = Stage::new("film.ts");
    let outcome = stage.fetch(&web.url("list.m3u8")).await;
    assert!(
        matches!(outcome, Err(TransferError::BadAnswer { .. })),
        "{outcome:?}"
    );
}
