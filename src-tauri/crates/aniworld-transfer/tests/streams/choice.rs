//! A stream that is offered in several ways, and the one that was asked for.

use aniworld_transfer::hls::StreamChoice;
use aniworld_transfer::{Expects, FetchRequest};

use crate::stage::{Stage, segment};
use crate::web::Web;

/// Three heights, each with one segment of its own.
fn ladder() -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut master = String::from("#EXTM3U\n");
    let mut files = std::collections::BTreeMap::new();
    for (seed, height) in [360, 720, 1080].into_iter().enumerate() {
        let entry =
            format!("#EXT-X-STREAM-INF:BANDWIDTH={height}000,RESOLUTION=16x{height}\n{height}.m3u8\n");
        master.push_str(&entry);
        let list = format!("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{height}.ts\n#EXT-X-ENDLIST\n");
        files.insert(format!("{height}.m3u8"), list.into_bytes());
        files.insert(format!("{height}.ts"), segment(seed, 100));
    }
    files.insert("master.m3u8".to_owned(), master.into_bytes());
    files
}

#[tokio::test]
async fn the_tallest_picture_that_was_allowed_comes() {
    let files = ladder();
    let web = Web::files(files.clone());
    for (most, comes) in [
        (None, 1080),
        (Some(1080), 1080),
        (Some(900), 720),
        (Some(100), 360),
    ] {
        let stage = Stage::new("film.ts");
        let request = FetchRequest {
            // its pieces are noise
            expects: Expects::AnyFile,
            choice: StreamChoice {
                max_height: most,
                ..StreamChoice::default()
            },
            ..stage.request(&web.url("master.m3u8"))
        };
        stage.fetch_request(&request).await.unwrap();
        assert!(stage.published() == files[&format!("{comes}.ts")], "{most:?}");
    }
}
