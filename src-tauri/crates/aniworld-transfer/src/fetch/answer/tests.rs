//! Heads of answers, honest and not, and what each allows.

use reqwest::header::HeaderName;

use super::*;

const DATE: &str = "Tue, 24 Nov 2026 10:00:00 GMT";
const HOUR_AGO: &str = "Tue, 24 Nov 2026 09:00:00 GMT";
const JUST_NOW: &str = "Tue, 24 Nov 2026 09:59:30 GMT";

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect()
}

fn fresh(status: u16, pairs: &[(&'static str, &str)]) -> Result<Verdict, TransferError> {
    let asked = Asked {
        range: None,
        journal: None,
        conditional: true,
        expected_bytes: None,
        media: true,
    };
    judge(asked, StatusCode::from_u16(status).unwrap(), &headers(pairs))
}

fn resumed(status: u16, pairs: &[(&'static str, &str)]) -> Result<Verdict, TransferError> {
    let journal = Journal::new(
        "http://h/".into(),
        Some(10),
        Some(Validator::Etag("\"a\"".into())),
    );
    let asked = Asked {
        range: Some((4, None)),
        journal: Some(&journal),
        conditional: true,
        expected_bytes: None,
        media: true,
    };
    judge(asked, StatusCode::from_u16(status).unwrap(), &headers(pairs))
}

#[test]
fn only_strong_validators_allow_a_resume() {
    let validator = |pairs: &[(&'static str, &str)]| match fresh(200, pairs).unwrap() {
        Verdict::Whole { validator, .. } => validator,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        validator(&[("etag", "\"a\"")]),
        Some(Validator::Etag("\"a\"".into()))
    );
    assert_eq!(
        validator(&[("etag", "W/\"a\""), ("last-modified", HOUR_AGO), ("date", DATE)]),
        None
    );
    assert_eq!(
        validator(&[("last-modified", HOUR_AGO), ("date", DATE)]),
        Some(Validator::LastModified(HOUR_AGO.into()))
    );
    assert_eq!(validator(&[("last-modified", JUST_NOW), ("date", DATE)]), None);
    assert_eq!(validator(&[("last-modified", HOUR_AGO)]), None);
}

#[test]
fn a_rest_must_be_exactly_what_was_asked_for() {
    let rest = |range: &str, more: &[(&'static str, &str)]| {
        let mut pairs = vec![("content-range", range)];
        pairs.extend_from_slice(more);
        resumed(206, &pairs)
    };
    let total = Some(10);
    assert_eq!(rest("bytes 4-9/10", &[]), Ok(Verdict::Part { end: 10, total }));
    assert_eq!(
        rest("bytes 4-6/10", &[("etag", "\"a\""), ("content-length", "3")]),
        Ok(Verdict::Part { end: 7, total })
    );
    assert_eq!(rest("bytes 4-9/*", &[]), Ok(Verdict::Part { end: 10, total }));
    for wrong in [
        "bytes 5-9/10",
        "bytes 4-9/11",
        "bytes 4-10/10",
        "bytes 9-4/10",
        "bytes 4-18446744073709551615/*",
        "items 4-9/10",
        "",
    ] {
        refused(rest(wrong, &[]));
    }
    for wrong in [
        ("etag", "\"b\""),
        ("content-encoding", "gzip"),
        ("content-length", "7"),
        ("content-type", "multipart/byteranges; boundary=x"),
    ] {
        refused(rest("bytes 4-9/10", &[wrong]));
    }
    refused(fresh(206, &[("content-range", "bytes 0-9/10")]));
}

#[expect(clippy::needless_pass_by_value, reason = "reads better where it is used")]
fn refused(verdict: Result<Verdict, TransferError>) {
    assert!(
        matches!(verdict, Err(TransferError::BadAnswer { .. })),
        "{verdict:?}"
    );
}

#[test]
fn a_rest_of_another_date_is_of_another_version() {
    let mut journal = Journal::new("http://h/".into(), None, None);
    journal.validator = Some(Validator::LastModified(HOUR_AGO.into()));
    let asked = Asked {
        range: Some((4, None)),
        journal: Some(&journal),
        conditional: true,
        expected_bytes: None,
        media: true,
    };
    let of = |date| {
        let pairs = [("content-range", "bytes 4-9/10"), ("last-modified", date)];
        judge(asked, StatusCode::PARTIAL_CONTENT, &headers(&pairs))
    };
    assert!(of(HOUR_AGO).is_ok());
    refused(of(JUST_NOW));
}

#[test]
fn a_part_ends_where_it_was_asked_to_or_sooner() {
    let mut journal = Journal::new("http://h/".into(), Some(10), None);
    journal.validator = Some(Validator::Etag("\"a\"".into()));
    let asked = Asked {
        range: Some((4, Some(8))),
        journal: Some(&journal),
        conditional: true,
        expected_bytes: None,
        media: true,
    };
    let of = |range| {
        judge(
            asked,
            StatusCode::PARTIAL_CONTENT,
            &headers(&[("content-range", range)]),
        )
    };
    let total = Some(10);
    assert_eq!(of("bytes 4-7/10"), Ok(Verdict::Part { end: 8, total }));
    assert_eq!(of("bytes 4-5/10"), Ok(Verdict::Part { end: 6, total }));
    refused(of("bytes 4-8/10"));
}

#[test]
fn no_such_part_means_that_the_file_changed() {
    refused(resumed(416, &[]));
    refused(resumed(416, &[("content-range", "bytes */10")]));
    assert!(matches!(
        fresh(416, &[]),
        Err(TransferError::HttpStatus { status: 416, .. })
    ));
}

#[test]
fn a_page_after_another_type_is_refused_whatever_was_expected() {
    let mut journal = Journal::new("http://h/".into(), None, None);
    let mut judged = |before: &str| {
        journal.content_type = Some(before.to_owned());
        let asked = Asked {
            range: Some((4, None)),
            journal: Some(&journal),
            conditional: true,
            expected_bytes: None,
            media: false,
        };
        judge(asked, StatusCode::OK, &headers(&[("content-type", "text/html")]))
    };
    assert_eq!(judged("application/zip"), Err(TransferError::WebPage));
    assert!(judged("text/html").is_ok());
}

#[test]
fn web_pages_codings_and_wrong_sizes_are_refused() {
    assert_eq!(
        fresh(200, &[("content-type", "text/html; charset=utf-8")]),
        Err(TransferError::WebPage)
    );
    let page = [("content-range", "bytes 4-9/10"), ("content-type", "text/html")];
    assert_eq!(resumed(206, &page), Err(TransferError::WebPage));
    assert!(matches!(
        fresh(200, &[("content-encoding", "gzip")]),
        Err(TransferError::BadAnswer { .. })
    ));
    let asked = Asked {
        range: None,
        journal: None,
        conditional: true,
        expected_bytes: Some(9),
        media: true,
    };
    let judged = judge(asked, StatusCode::OK, &headers(&[("content-length", "10")]));
    assert!(matches!(judged, Err(TransferError::Mismatch { .. })));
}
