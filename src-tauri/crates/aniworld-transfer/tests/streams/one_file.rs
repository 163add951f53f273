//! A track that is one ordinary file, however it is offered: it stops in the middle, and goes on where it was.

use std::fs;
use std::process::Command;

use aniworld_transfer::{Connections, Control, FetchRequest, Signal, TransferError};

use crate::encoded::run;
use crate::stage::{Ear, Stage};
use crate::web::{Answer, Web};

const LIST: &str = "#EXTM3U\n#EXTINF:4,\nfilm.ts\n#EXT-X-ENDLIST\n";

/// A real transport stream of some hundred KiB.
fn film() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.ts");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i"]);
    ffmpeg.args(["testsrc2=size=320x180:rate=25:duration=4", "-c:v", "libx264"]);
    ffmpeg.args(["-preset", "ultrafast", "-qp", "10"]).arg(&path);
    run(&mut ffmpeg);
    fs::read(path).unwrap()
}

/// Serves the list, and of the film at most so many bytes per answer.
fn serve(web: &Web, film: Vec<u8>, most: usize) {
    web.now(move |asked| match asked.path.as_str() {
        "list.m3u8" => Answer::Whole(LIST.into()),
        _ => Answer::Stuck(film.clone(), most),
    });
}

fn one_connection(stage: &Stage, web: &Web) -> FetchRequest {
    FetchRequest {
        connections: Connections::UpTo(1),
        ..stage.request(&web.url("list.m3u8"))
    }
}

/// Fetches until half of it is there, and stops it so.
async fn stopped(stage: &Stage, web: &Web, signal: Signal) {
    let (ear, control) = (Ear::default(), Control::new());
    let request = one_connection(stage, web);
    let stop = async {
        ear.heard(100_000).await;
        control.set(signal);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        outcome = stage.fetch_so(&request, &control, &ear) => assert!(outcome.is_err(), "{outcome:?}"),
        () = stop => {}
    }
}

#[tokio::test]
async fn a_pause_costs_none_of_its_bytes_whether_it_is_wrapped_anew_or_not() {
    let film = film();
    assert!(film.len() > 300_000, "{}", film.len());
    for name in ["film.mkv", "film.ts"] {
        let web = Web::new(|_| Answer::Status(404));
        serve(&web, film.clone(), 200_000);
        let stage = Stage::new(name);
        stopped(&stage, &web, Signal::Pause).await;
        // the playlist cannot be read: nothing is thrown away for that
        let before = stage.names();
        web.now(|_| Answer::Status(503));
        let outcome = stage.fetch_request(&one_connection(&stage, &web)).await;
        assert!(
            matches!(outcome, Err(TransferError::HttpStatus { .. })),
            "{outcome:?}"
        );
        assert_eq!(stage.names(), before, "{name}");
        serve(&web, film.clone(), usize::MAX);
        let fetched = stage.fetch_request(&one_connection(&stage, &web)).await.unwrap();
        assert!(fetched.resumed_from >= 100_000, "{name}: {fetched:?}");
        let bytes = stage.published();
        assert!(name == "film.mkv" || bytes == film);
    }
}

#[tokio::test]
async fn a_cancel_leaves_no_trace() {
    let film = film();
    for name in ["film.mkv", "film.ts"] {
        let web = Web::new(|_| Answer::Status(404));
        serve(&web, film.clone(), 200_000);
        let stage = Stage::new(name);
        stopped(&stage, &web, Signal::Cancel).await;
        assert!(stage.names().is_empty(), "{name}: {:?}", stage.names());
    }
}
