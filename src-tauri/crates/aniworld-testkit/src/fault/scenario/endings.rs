//! Bodies that end too early, or never.

use super::{FIRST, Right, Scenario, count_from, eighths};
use crate::fault::act::{Act, Director};
use crate::fault::{Cast, Entrance, Fault, Request};

const SHORT: Right = Right::Refusal(&["ended after", "broke off", "was cut"]);
const SLOW: Right = Right::Refusal(&["slow", "sent nothing", "less than"]);
const UNPROVEN: Right = Right::Refusal(&[
    "ended after",
    "broke off",
    "was cut",
    "container",
    "incomplete",
    "early",
]);

pub(super) const ALL: &[Scenario] = &[
    Scenario::new("ok", FIRST, ok),
    Scenario::new("cut5", FIRST, cut5),
    Scenario::new("rst5", FIRST, rst5),
    Scenario::new("cut_norange", FIRST, cut_norange),
    Scenario::new("stall2", FIRST, stall2),
    Scenario::new("hang_up2", FIRST, hang_up2),
    Scenario::new("silent2", FIRST, silent2),
    Scenario::new("trunc", SHORT, trunc),
    Scenario::new("trunc_ranges", SHORT, trunc_ranges),
    Scenario::new("trunc2", FIRST, trunc2),
    Scenario::new("slowloris", SLOW, slowloris),
    Scenario::new("chunked_cut", SHORT, chunked_cut),
    Scenario::new("chunked_cut2", FIRST, chunked_cut2),
    Scenario::new("closedelim_cut", UNPROVEN, closedelim_cut),
];

/// No mistake at all.
fn ok(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film))
}

/// An eighth of the file, or half of what was asked for where that is less.
fn early(request: &Request, cast: &Cast) -> u64 {
    eighths(&cast.first, 1).min(request.asked_bytes(cast.first.len()) / 2)
}

/// The first five answers are cut early. Several connections share the five: some of their parts are cut,
/// one of them perhaps twice.
fn cut5(cast: &Cast, _: Entrance) -> Director {
    first_answers(cast, 5, |act, request, cast| {
        act.and(Fault::Cut(early(request, cast)))
    })
}

/// As `cut5`, with a reset instead of an end: bytes that are on their way are lost, too.
fn rst5(cast: &Cast, _: Entrance) -> Director {
    first_answers(cast, 5, |act, request, cast| {
        act.and(Fault::Reset(early(request, cast)))
    })
}

/// The server sends whole files only, and the first two are cut. No second connection can help.
fn cut_norange(cast: &Cast, _: Entrance) -> Director {
    let (cast, mut count) = (cast.clone(), count_from(Entrance::Fresh));
    Box::new(move |_, _| {
        Act::right(&cast.first)
            .and(Fault::RangeIgnored)
            .and(Fault::Header("Accept-Ranges", "none".to_owned()))
            .and_if(count() <= 2, Fault::Cut(eighths(&cast.first, 3)))
    })
}

/// The first two answers fall silent early. Of several connections two do, while the others go on.
fn stall2(cast: &Cast, _: Entrance) -> Director {
    first_answers(cast, 2, |act, request, cast| {
        act.and(Fault::Stall(early(request, cast)))
    })
}

/// The first two requests are not answered: the connection ends.
fn hang_up2(cast: &Cast, _: Entrance) -> Director {
    first_answers(cast, 2, |act, _, _| act.and(Fault::HangUp))
}

/// The first two requests are not answered: the connection stays.
fn silent2(cast: &Cast, _: Entrance) -> Director {
    first_answers(cast, 2, |act, _, _| act.and(Fault::Silence))
}

/// No ranges, and every body ends after five eighths of what its head promises.
fn trunc(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| {
        Act::right(&film)
            .and(Fault::RangeIgnored)
            .and(Fault::Cut(eighths(&film, 5)))
    })
}

/// Ranges, and no byte behind five eighths of the file. Connections for the part behind them get heads
/// that promise it, and nothing more.
fn trunc_ranges(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::EndsAt(eighths(&film, 5))))
}

/// As `trunc`, but only the first two answers.
fn trunc2(cast: &Cast, _: Entrance) -> Director {
    let (film, mut count) = (cast.first.clone(), count_from(Entrance::Fresh));
    Box::new(move |_, _| {
        Act::right(&film)
            .and(Fault::RangeIgnored)
            .and_if(count() <= 2, Fault::Cut(eighths(&film, 5)))
    })
}

/// Every answer brings one byte every 50 ms, on every connection: 8 MiB would take days.
fn slowloris(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::Crawl))
}

/// No length and no ranges: chunks, and the connection ends before the last one.
fn chunked_cut(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| {
        Act::right(&film)
            .and(Fault::RangeIgnored)
            .and(Fault::ChunkedCut(eighths(&film, 5)))
    })
}

/// As `chunked_cut`, but only the first two answers; the third is whole.
fn chunked_cut2(cast: &Cast, _: Entrance) -> Director {
    let (film, mut count) = (cast.first.clone(), count_from(Entrance::Fresh));
    Box::new(move |_, _| {
        let ending = if count() <= 2 {
            Fault::ChunkedCut(eighths(&film, 5))
        } else {
            Fault::Chunked
        };
        Act::right(&film).and(Fault::RangeIgnored).and(ending)
    })
}

/// No length and no ranges: the end of the connection is the end of the body, and it comes too early.
/// Only the file itself can tell.
fn closedelim_cut(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| {
        Act::right(&film)
            .and(Fault::RangeIgnored)
            .and(Fault::CloseDelimited(eighths(&film, 5)))
    })
}

/// Spoils the first answers, whoever gets them and also after an earlier run.
fn first_answers(cast: &Cast, most: u32, spoil: fn(Act, &Request, &Cast) -> Act) -> Director {
    let (cast, mut count) = (cast.clone(), count_from(Entrance::Fresh));
    Box::new(move |request, _| {
        let act = Act::right(&cast.first);
        if count() <= most {
            spoil(act, request, &cast)
        } else {
            act
        }
    })
}
