//! Names that could be taken for something else: they are names.

use aniworld_transfer::stream::TrackKind;

use super::{input, media, remuxed};

#[cfg(unix)]
const NAMES: [&str; 12] = [
    "-y.mp4",
    "--help.mp4",
    "a:b.mp4",
    "http:.mp4",
    "concat:a.mp4|b.mp4",
    "pipe:1.mp4",
    "it's \"quoted\".mp4",
    "line\nbreak.mp4",
    "%05d $(x) `y` \\.mp4",
    " blank .mp4",
    "?q#f&x=1.mp4",
    "漢字 ä́.mp4",
];
#[cfg(not(unix))]
const NAMES: [&str; 4] = ["-y.mp4", "it's.mp4", "%05d $(x).mp4", "漢字 ä́.mp4"];

#[tokio::test]
async fn strange_names_are_names() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    for name in NAMES {
        let source = folder.path().join(name);
        std::fs::copy(folder.path().join("v.mp4"), &source).unwrap();
        let inputs = [input(TrackKind::Video, source)];
        let inner = folder.path().join("inner");
        std::fs::create_dir_all(&inner).unwrap();
        let done = remuxed(&inputs, &inner.join(name)).await.unwrap();
        assert!(done.bytes > 1_000, "{name}");
        std::fs::remove_dir_all(inner).unwrap();
    }
}

#[tokio::test]
async fn what_an_earlier_run_left_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    media::tracks(folder.path());
    let target = folder.path().join("out.mp4");
    std::fs::write(aniworld_transfer::remux::remux_path(&target), "torn").unwrap();
    let inputs = [input(TrackKind::Video, folder.path().join("v.mp4"))];
    assert!(remuxed(&inputs, &target).await.unwrap().bytes > 1_000);
}
