//! Mistakes in the answers to requests for a part of the file.
//!
//! The first answer is cut after three eighths of the file, unless an earlier run had it, so that a
//! client with one connection needs a part, too.

use super::{FIRST, Right, Scenario, count_from, eighths};
use crate::fault::act::{Act, Director};
use crate::fault::{Cast, Entrance, Fault, ServedFile};

pub(super) const ALL: &[Scenario] = &[
    Scenario::new("cr_mismatch", FIRST, cr_mismatch),
    Scenario::new("cr_lie", FIRST, cr_lie),
    Scenario::new("range200", FIRST, range200),
    Scenario::new("r416", FIRST, r416),
    Scenario::new("multipart", FIRST, multipart),
    Scenario::new("short206", FIRST, short206),
    Scenario::new("coded_ranges", FIRST, coded_ranges),
    Scenario::new("if_range_hostile", FIRST, if_range_hostile),
    Scenario {
        right_resumed: FIRST,
        ..Scenario::new("unasked206", Right::FileOrRefusal, unasked206)
    },
];

/// Every part is of another place than was asked for, as its `Content-Range` says.
fn cr_mismatch(cast: &Cast, entrance: Entrance) -> Director {
    spoiling_parts(cast, entrance, |_| Fault::RangeShifted(4_096))
}

/// Every part has the right head and other bytes. With several connections all parts but the one from
/// the first byte lie, so only bytes that two answers brought can tell.
fn cr_lie(cast: &Cast, entrance: Entrance) -> Director {
    spoiling_parts(cast, entrance, |_| Fault::Lie)
}

/// Says that it hands out parts, and sends the whole file to every request for one.
fn range200(cast: &Cast, entrance: Entrance) -> Director {
    spoiling_parts(cast, entrance, |_| Fault::RangeIgnored)
}

/// 416 to every request for a part, with the size of the file.
fn r416(cast: &Cast, entrance: Entrance) -> Director {
    spoiling_parts(cast, entrance, |_| Fault::NotSatisfiable)
}

/// Every part comes as `multipart/byteranges`.
fn multipart(cast: &Cast, entrance: Entrance) -> Director {
    spoiling_parts(cast, entrance, |_| Fault::Multipart)
}

/// A part is never longer than an eighth of the file, and the whole is always cut: the file can only be
/// put together. Each of several connections has to ask again for the rest of its part.
fn short206(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |request, _| {
        let act = Act::right(&film);
        if request.asks_for_all(film.len()) {
            act.and(Fault::Cut(eighths(&film, 3)))
        } else {
            act.and(Fault::Short206(eighths(&film, 1)))
        }
    })
}

/// A proxy codes every part on its own, and leaves the whole as it is.
fn coded_ranges(cast: &Cast, entrance: Entrance) -> Director {
    spoiling_parts(cast, entrance, |_| Fault::Coded)
}

/// Sends the whole file to every `If-Range` although nothing changed, and always cuts it. Parts without
/// that condition are right: the file can only be put together from them.
fn if_range_hostile(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |request, _| {
        let act = Act::right(&film);
        if request.if_range().is_some() {
            act.and(Fault::RangeIgnored).and(Fault::Cut(eighths(&film, 5)))
        } else {
            act.and_if(request.asks_for_all(film.len()), Fault::Cut(eighths(&film, 5)))
        }
    })
}

/// 206 with the whole file to a request without `Range`, always. RFC 9110, section 15.3.7, forbids that;
/// a client may refuse it or take it. After an earlier run a part is asked for, and that is right.
fn unasked206(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    Box::new(move |_, _| Act::right(&film).and(Fault::Unasked206))
}

fn spoiling_parts(cast: &Cast, entrance: Entrance, fault: fn(&ServedFile) -> Fault) -> Director {
    let (film, mut count) = (cast.first.clone(), count_from(entrance));
    Box::new(move |request, _| {
        let first = count() == 1;
        let act = Act::right(&film);
        if request.asks_for_all(film.len()) {
            act.and_if(first, Fault::Cut(eighths(&film, 3)))
        } else {
            act.and(fault(&film))
        }
    })
}
