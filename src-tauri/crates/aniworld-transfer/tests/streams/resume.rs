//! A stream that stops in the middle, and goes on.

use aniworld_transfer::{Control, Signal, TransferError, TransferEvent};

use crate::stage::{Ear, Stage, segment, stream};
use crate::web::{Answer, Web, file};

/// Serves the first segments, and keeps silent from one on.
fn silent_from(web: &Web, files: std::collections::BTreeMap<String, Vec<u8>>, first: usize) {
    web.now(move |asked| {
        let number = asked.path.trim_end_matches(".ts").parse::<usize>();
        match number {
            Ok(number) if number >= first => Answer::Silence,
            _ => file(&files, asked),
        }
    });
}

fn bytes_of(segments: usize) -> u64 {
    (0..segments)
        .map(|index| segment(index, 100 + index).len() as u64)
        .sum()
}

#[tokio::test]
async fn a_stream_that_was_dropped_goes_on_behind_its_last_piece() {
    let (files, whole) = stream(12);
    let web = Web::files(files.clone());
    silent_from(&web, files.clone(), 5);
    let stage = Stage::new("film.ts");
    let (ear, control) = (Ear::default(), Control::new());
    let list = web.url("list.m3u8");
    tokio::select! {
        outcome = stage.fetch_with(&list, &control, &ear) => panic!("{outcome:?}"),
        () = ear.heard(bytes_of(5)) => {}
    }
    assert_eq!(stage.names(), [".film.ts.part", ".film.ts.part.json"]);
    web.forget();
    web.now(move |asked| file(&files, asked));
    let fetched = stage.fetch(&list).await.unwrap();
    assert_eq!(fetched.resumed_from, bytes_of(5));
    assert!(stage.published() == whole);
    // the last piece is the proof that it is still the same stream
    let asked = web.asked();
    assert!(asked.contains(&"4.ts".to_owned()), "{asked:?}");
    for index in 0..4 {
        assert!(!asked.contains(&format!("{index}.ts")), "{asked:?}");
    }
}

#[tokio::test]
async fn pause_keeps_the_pieces_and_cancel_leaves_no_trace() {
    for (signal, error, names) in [
        (Signal::Pause, TransferError::Paused, 2),
        (Signal::Interrupt, TransferError::Interrupted, 2),
        (Signal::Cancel, TransferError::Cancelled, 0),
    ] {
        let (files, whole) = stream(6);
        let web = Web::files(files.clone());
        silent_from(&web, files.clone(), 3);
        let stage = Stage::new("film.ts");
        let (ear, control) = (Ear::default(), Control::new());
        let list = web.url("list.m3u8");
        let stop = async {
            ear.heard(bytes_of(3)).await;
            control.set(signal);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            outcome = stage.fetch_with(&list, &control, &ear) => assert_eq!(outcome, Err(error)),
            () = stop => {}
        }
        assert_eq!(stage.names().len(), names, "{signal:?}");
        web.now(move |asked| file(&files, asked));
        stage.fetch(&list).await.unwrap();
        assert!(stage.published() == whole);
    }
}

#[tokio::test]
async fn another_stream_under_the_same_names_is_fetched_from_its_first_piece() {
    let (files, _) = stream(6);
    let web = Web::files(files.clone());
    silent_from(&web, files.clone(), 3);
    let stage = Stage::new("film.ts");
    let (ear, control) = (Ear::default(), Control::new());
    let list = web.url("list.m3u8");
    tokio::select! {
        outcome = stage.fetch_with(&list, &control, &ear) => panic!("{outcome:?}"),
        () = ear.heard(bytes_of(3)) => {}
    }
    // the same lengths and names, other bytes
    let mut others = files;
    let mut whole = Vec::new();
    for index in 0..6 {
        let bytes = segment(index + 1_000, 100 + index);
        whole.extend_from_slice(&bytes);
        others.insert(format!("{index}.ts"), bytes);
    }
    web.now(move |asked| file(&others, asked));
    stage.fetch(&list).await.unwrap();
    assert!(stage.published() == whole);
}

#[tokio::test]
async fn a_torn_tail_and_a_damaged_piece_are_cut_and_fetched_again() {
    type Damage = fn(&mut Vec<u8>);
    let part = |stage: &Stage| stage.target().with_file_name(".film.ts.part");
    let damages: [Damage; 3] = [
        |bytes| bytes.extend_from_slice(b"torn"),
        |bytes| bytes.truncate(30_000),
        |bytes| bytes[10] ^= 1,
    ];
    for damage in damages {
        let (files, whole) = stream(6);
        let web = Web::files(files.clone());
        silent_from(&web, files.clone(), 4);
        let stage = Stage::new("film.ts");
        let (ear, control) = (Ear::default(), Control::new());
        let list = web.url("list.m3u8");
        tokio::select! {
            outcome = stage.fetch_with(&list, &control, &ear) => panic!("{outcome:?}"),
            () = ear.heard(bytes_of(4)) => {}
        }
        let mut bytes = std::fs::read(part(&stage)).unwrap();
        damage(&mut bytes);
        std::fs::write(part(&stage), bytes).unwrap();
        web.now(move |asked| file(&files, asked));
        stage.fetch(&list).await.unwrap();
        assert!(stage.published() == whole);
    }
}

#[tokio::test]
async fn progress_never_goes_back_and_ends_at_the_whole() {
    let (files, whole) = stream(40);
    let web = Web::files(files);
    let stage = Stage::new("film.ts");
    let ear = Ear::default();
    stage
        .fetch_with(&web.url("list.m3u8"), &Control::new(), &ear)
        .await
        .unwrap();
    let events = ear.events.lock().unwrap();
    let bytes: Vec<u64> = events
        .iter()
        .filter_map(|event| match event {
            TransferEvent::Progress { bytes, total, .. } => {
                assert!(total.is_none_or(|total| total >= *bytes));
                Some(*bytes)
            }
            _ => None,
        })
        .collect();
    assert!(bytes.is_sorted(), "{bytes:?}");
    assert!(bytes.last().is_none_or(|last| *last <= whole.len() as u64));
    assert!(matches!(
        events[0],
        TransferEvent::Started { resumed_from: 0, .. }
    ));
}

#[tokio::test]
async fn a_stream_that_only_its_type_tells_is_one_and_resumes_too() {
    let (files, whole) = stream(8);
    let list = files["list.m3u8"].clone();
    let answer = move |path: &str, silent: bool, files: &std::collections::BTreeMap<String, Vec<u8>>| {
        let number = path.trim_end_matches(".ts").parse::<usize>();
        match number {
            Ok(number) if silent && number >= 4 => Answer::Silence,
            Ok(_) => Answer::File(files[path].clone()),
            Err(_) => {
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: ";
                let head = format!("{head}{}\r\nConnection: close\r\n\r\n", list.len());
                Answer::Raw([head.as_bytes(), &list].concat())
            }
        }
    };
    let (first, its_files) = (answer.clone(), files.clone());
    let web = Web::new(move |asked| first(&asked.path, true, &its_files));
    let stage = Stage::new("film.ts");
    let (ear, control) = (Ear::default(), Control::new());
    let watch = web.url("watch?id=7");
    tokio::select! {
        outcome = stage.fetch_with(&watch, &control, &ear) => panic!("{outcome:?}"),
        () = ear.heard(bytes_of(4)) => {}
    }
    web.now(move |asked| answer(&asked.path, false, &files));
    let fetched = stage.fetch(&watch).await.unwrap();
    assert_eq!(fetched.resumed_from, bytes_of(4));
    assert!(stage.published() == whole);
    // who wants the list itself gets it
    let list = Stage::new("list.m3u8");
    list.fetch_any(&watch).await.unwrap();
    assert!(list.published().starts_with(b"#EXTM3U"));
}
