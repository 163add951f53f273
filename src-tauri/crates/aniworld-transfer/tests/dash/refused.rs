//! What is refused, before a byte of it is fetched and without a trace.

use aniworld_transfer::TransferError;
use aniworld_transfer::stream::StreamRefusal;

use crate::Stage;
use crate::encoded::Encoded;

async fn refusal(stream: &Encoded) -> StreamRefusal {
    let stage = Stage::new("film.mp4");
    let error = stage.fetch(&stream.url()).await.unwrap_err();
    let names = stage.names();
    assert!(names.iter().all(|name| name.starts_with('.')), "{names:?}");
    match error {
        TransferError::Stream(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn live_and_protected_streams_and_changing_ones() {
    let stream = Encoded::dash("-use_template 1 -use_timeline 1");
    stream.change("type=\"static\"", "type=\"dynamic\"");
    assert_eq!(refusal(&stream).await, StreamRefusal::Live);
    stream.change("type=\"dynamic\"", "type=\"static\"");
    stream.change("<SegmentTemplate", "<ContentProtection/><SegmentTemplate");
    assert!(matches!(refusal(&stream).await, StreamRefusal::Drm { .. }));
    stream.change("<ContentProtection/>", "");
    let path = stream.folder().join("film.mpd");
    let text = std::fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_at(text.find("<Period").unwrap());
    let (period, tail) = rest.split_at(rest.find("</MPD>").unwrap());
    let second = period.replace("init-stream", "other-stream");
    stream.manifest(&format!(
        "{head}{period}{}{tail}",
        second.replace("start=\"PT0.0S\"", "start=\"PT9S\"")
    ));
    assert!(matches!(
        refusal(&stream).await,
        StreamRefusal::InitChanges { .. }
    ));
}
