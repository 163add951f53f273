//! Files that are replaced on the server: one version or the other comes out, never a mixture.

use aniworld_testkit::fault::{Fault, Script, ServedFile};
use aniworld_transfer::Expects;

use crate::stage::{CUT, Stage, WHOLE, done, film, first, rest};

const OTHER_DATE: &str = "Tue, 03 Nov 2026 10:00:00 GMT";

fn old() -> ServedFile {
    ServedFile::new(film(1, WHOLE))
}

fn new() -> ServedFile {
    ServedFile::new(film(2, WHOLE))
        .etag("\"v2\"")
        .last_modified(OTHER_DATE)
}

#[tokio::test]
async fn a_file_that_was_replaced_between_two_runs_comes_anew() {
    let stage = Stage::new(Script::of(old()).then(Fault::Cut(CUT)));
    let mut request = stage.request();
    request.retry.tries = 1;
    assert!(stage.fetch(request).await.is_err());
    stage.assert_kept(first(&film(1, WHOLE), CUT));

    stage.server.serve(new());
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&film(2, WHOLE));
    assert_eq!(
        stage.asked(),
        [None, rest(CUT, "\"v1\"")],
        "the same answer is used"
    );
}

#[tokio::test]
async fn two_versions_behind_one_name_are_never_mixed() {
    let script = Script::of(old())
        .then_with(old(), Fault::Cut(CUT))
        .then_with(new(), Fault::Cut(120_000))
        .then_with(old(), Fault::Cut(80_000))
        .then_with(new(), Fault::None);
    let stage = Stage::new(script);
    let mut request = stage.request();
    request.retry.tries = 4;
    assert_eq!(stage.fetch(request).await, done(WHOLE, 0));
    stage.assert_published(&film(2, WHOLE));
    assert_eq!(
        stage.asked(),
        [
            None,
            rest(CUT, "\"v1\""),
            rest(120_000, "\"v2\""),
            rest(80_000, "\"v1\"")
        ]
    );
}

#[tokio::test]
async fn another_date_is_another_version() {
    let stage = Stage::new(
        Script::of(old().without_etag())
            .then(Fault::Cut(CUT))
            .then_with(new().without_etag(), Fault::None),
    );
    assert_eq!(stage.fetch(stage.request()).await, done(WHOLE, 0));
    stage.assert_published(&film(2, WHOLE));
    assert_eq!(stage.asked().len(), 2);
}

/// A server that answers ranges whatever `If-Range` says is found out by what its answer says.
#[tokio::test]
async fn a_careless_server_gives_itself_away() {
    let cases = [
        ("another tag", old(), new(), film(2, WHOLE)),
        (
            "another date",
            old().without_etag(),
            new().without_etag(),
            film(2, WHOLE),
        ),
        (
            "a larger file of the same tag",
            old(),
            ServedFile::new(film(3, WHOLE + 1)),
            film(3, WHOLE + 1),
        ),
        (
            "a smaller one",
            old(),
            ServedFile::new(film(4, WHOLE - 1)),
            film(4, WHOLE - 1),
        ),
        (
            "one that ends where the kept bytes do",
            old(),
            ServedFile::new(film(5, CUT)),
            film(5, CUT),
        ),
        (
            "other bytes under the same tag",
            old(),
            ServedFile::new(film(6, WHOLE)),
            film(6, WHOLE),
        ),
        (
            "an empty one",
            old(),
            ServedFile::new(*b"").etag("\"v2\""),
            Vec::new(),
        ),
    ];
    for (what, before, after, right) in cases {
        let script = Script::of(before)
            .ignoring_if_range()
            .then(Fault::Cut(CUT))
            .then_with(after, Fault::None);
        let stage = Stage::new(script);
        let mut request = stage.request();
        if right.is_empty() {
            request.expects = Expects::AnyFile;
        }
        let outcome = stage.fetch(request).await;
        assert_eq!(outcome, done(right.len() as u64, 0), "{what}");
        stage.assert_published(&right);
        let asked = stage.asked();
        assert_eq!((asked.len(), &asked[2]), (3, &None), "{what}");
    }
}

#[tokio::test]
async fn an_honest_server_sends_a_file_of_another_size_whole() {
    for length in [2_000, CUT - 1, CUT, CUT + 1, 2 * WHOLE] {
        let stage = Stage::new(
            Script::of(old())
                .then(Fault::Cut(CUT))
                .then_with(ServedFile::new(film(3, length)).etag("\"v2\""), Fault::None),
        );
        assert_eq!(stage.fetch(stage.request()).await, done(length, 0));
        stage.assert_published(&film(3, length));
    }
}
