//! Error statuses, web pages, wrong lengths, and heads that are none.

use std::time::{Duration, SystemTime};

use super::{FIRST, Right, Scenario, count_from, eighths};
use crate::fault::act::{Act, Director};
use crate::fault::{Cast, Entrance, Fault, ServedFile};

const PAGE: Right = Right::Refusal(&["web page"]);
const CONTAINER: Right = Right::Refusal(&[
    "container",
    "incomplete",
    "broken",
    "ends",
    "web page",
    "no video",
]);
const SHORT: Right = Right::Refusal(&["ended after", "broke off", "was cut"]);
const HEAD: Right = Right::Refusal(&["HTTP", "head"]);

pub(super) const ALL: &[Scenario] = &[
    Scenario::new("s503", FIRST, s503),
    Scenario::new("s429", FIRST, s429),
    Scenario::new("retry_after_date", FIRST, retry_after_date),
    Scenario::new("e403_resume", Right::Refusal(&["403"]), e403_resume),
    Scenario::new("html_resume", PAGE, html_resume),
    Scenario::new("html_first", PAGE, html_first),
    Scenario::new("html_as_media", CONTAINER, html_as_media),
    Scenario::new("cl_less", CONTAINER, cl_less),
    Scenario::new("cl_more", SHORT, cl_more),
    Scenario::new("garbage_status", HEAD, garbage_status),
    Scenario::new("huge_header", HEAD, huge_header),
];

/// The first and the third request get 503 with `Retry-After: 1`; the second answer is cut. A second
/// connection meets the third answer while the first one is being read.
fn s503(cast: &Cast, _: Entrance) -> Director {
    busy(cast, || Act::without_file(Fault::RetryAfter(503, "1".to_owned())))
}

/// As `s503`, with 429.
fn s429(cast: &Cast, _: Entrance) -> Director {
    busy(cast, || Act::without_file(Fault::RetryAfter(429, "1".to_owned())))
}

/// As `s503`, with a date in a second for `Retry-After` (RFC 9110, section 10.2.3).
fn retry_after_date(cast: &Cast, _: Entrance) -> Director {
    busy(cast, || {
        let now = SystemTime::now();
        let then = httpdate::fmt_http_date(now + Duration::from_secs(1));
        Act::without_file(Fault::RetryAfter(503, then))
            .and(Fault::Header("Date", httpdate::fmt_http_date(now)))
    })
}

fn busy(cast: &Cast, refusal: fn() -> Act) -> Director {
    let (film, mut count) = (cast.first.clone(), count_from(Entrance::Fresh));
    Box::new(move |_, _| match count() {
        1 | 3 => refusal(),
        2 => Act::right(&film).and(Fault::Cut(eighths(&film, 3))),
        _ => Act::right(&film),
    })
}

/// The link works once: the first answer is cut, unless an earlier run had it, and all others are 403.
/// Whatever the number of connections, only one gets bytes.
fn e403_resume(cast: &Cast, entrance: Entrance) -> Director {
    once(cast, entrance, || Act::without_file(Fault::Status(403)))
}

/// As `e403_resume`, but a web page to log in comes instead: 200, whole, and no part of it.
fn html_resume(cast: &Cast, entrance: Entrance) -> Director {
    once(cast, entrance, || {
        Act::right(&Cast::page()).and(Fault::RangeIgnored)
    })
}

fn once(cast: &Cast, entrance: Entrance, then: fn() -> Act) -> Director {
    let (film, mut count) = (cast.first.clone(), count_from(entrance));
    Box::new(move |_, _| {
        if count() == 1 {
            Act::right(&film).and(Fault::Cut(eighths(&film, 3)))
        } else {
            then()
        }
    })
}

/// A web page from the first answer on, which says so.
fn html_first(_: &Cast, _: Entrance) -> Director {
    Box::new(|_, _| Act::right(&Cast::page()).and(Fault::RangeIgnored))
}

/// A web page from the first answer on, which says that it is a film: only its bytes tell.
fn html_as_media(_: &Cast, _: Entrance) -> Director {
    let page = Cast::page().content_type("video/mp4");
    Box::new(move |_, _| Act::right(&page).and(Fault::RangeIgnored))
}

/// Every head says that the file has five eighths of its bytes, parts and all, and agrees with every
/// other one: only the file itself can tell that it is not whole.
fn cl_less(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::ClaimsTotal(eighths(&film, 5))))
}

/// No ranges, and every head promises an eighth more than there is.
fn cl_more(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| {
        Act::right(&film)
            .and(Fault::RangeIgnored)
            .and(Fault::PromisesMore(eighths(&film, 1)))
    })
}

/// A status line without a status, then a body that is cut.
fn garbage_status(cast: &Cast, _: Entrance) -> Director {
    cut_body(cast.first.clone(), Fault::GarbageStatus)
}

/// 2 MiB of headers, then a body that is cut.
fn huge_header(cast: &Cast, _: Entrance) -> Director {
    cut_body(cast.first.clone(), Fault::HugeHead(2 << 20))
}

fn cut_body(film: ServedFile, fault: Fault) -> Director {
    Box::new(move |_, _| {
        Act::right(&film)
            .and(Fault::RangeIgnored)
            .and(fault.clone())
            .and(Fault::Cut(eighths(&film, 5)))
    })
}
