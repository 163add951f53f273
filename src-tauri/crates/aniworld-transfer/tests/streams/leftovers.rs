//! What stands beside a finished file, whatever happened before: nothing.

use std::fs;

use aniworld_transfer::{Control, FetchRequest, TransferError, manifest_path};

use crate::encoded::Encoded;
use crate::stage::{Ear, Stage, stream};
use crate::web::{Answer, Web, file};

/// Files of tracks that no run of this stream has any more.
const OLD: [&str; 6] = [
    ".film.ts.track7.part",
    ".film.ts.track7.part.json",
    ".film.ts.track3.file",
    "..film.ts.track3.file.blocks.json",
    ".film.ts.vtt",
    ".film.ts.remux",
];

#[tokio::test]
async fn tracks_of_earlier_runs_and_hashes_of_earlier_files_go_with_success() {
    let (files, whole) = stream(3);
    let web = Web::files(files);
    let stage = Stage::new("film.ts");
    for name in OLD {
        fs::write(stage.target().with_file_name(name), b"old").unwrap();
    }
    fs::write(manifest_path(stage.target()), b"{}").unwrap();
    stage.fetch(&web.url("list.m3u8")).await.unwrap();
    assert!(stage.published() == whole);
}

#[tokio::test]
async fn what_a_crash_left_beside_a_file_that_is_there_goes_unless_it_is_in_use() {
    let (files, _) = stream(12);
    let web = Web::new(move |asked| match asked.path.as_str() {
        "list.m3u8" | "0.ts" | "1.ts" => file(&files, asked),
        _ => Answer::Silence,
    });
    let stage = Stage::new("film.ts");
    let list = web.url("list.m3u8");
    let (ear, control) = (Ear::default(), Control::new());
    let exists = Err(TransferError::Exists {
        path: stage.target().to_path_buf(),
    });
    let beside = async {
        ear.heard(30_000).await;
        fs::write(stage.target(), b"film").unwrap();
        fs::write(stage.target().with_file_name(OLD[2]), b"a track").unwrap();
        assert_eq!(stage.fetch(&list).await, exists);
        assert!(stage.names().len() >= 3, "{:?}", stage.names());
    };
    tokio::select! {
        outcome = stage.fetch_with(&list, &control, &ear) => panic!("{outcome:?}"),
        () = beside => {}
    }
    // dropped, it left its part and its log
    assert!(stage.names().len() >= 3, "{:?}", stage.names());
    assert_eq!(stage.fetch(&list).await, exists);
    assert!(stage.published() == b"film");
}

#[tokio::test(flavor = "multi_thread")]
async fn hashes_are_kept_of_the_file_that_is_wanted_and_of_no_track() {
    let encoded = Encoded::new(&["-map", "0:v", "-c:v", "libx264", "film.ts"], |folder| {
        let list = "#EXTM3U\n#EXTINF:8,\nfilm.ts\n#EXT-X-ENDLIST\n";
        fs::write(folder.join("list.m3u8"), list).unwrap();
    });
    let stage = Stage::new("film.mkv");
    let request = FetchRequest {
        manifest: true,
        expected_bytes: Some(62),
        ..stage.request(&encoded.url("list.m3u8"))
    };
    stage.fetch_request(&request).await.unwrap();
    stage.published();
}
