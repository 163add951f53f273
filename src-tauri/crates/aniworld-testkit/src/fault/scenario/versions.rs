//! Files that change, and files that seem to.

use super::{FIRST, Right, SECOND, Scenario, Version, count_from, eighths};
use crate::fault::act::{Act, Director};
use crate::fault::{Cast, Entrance, Fault, ServedFile};

const EITHER: Right = Right::File(&[Version::First, Version::Second]);
const TEXT: Right = Right::File(&[Version::Text, Version::CodedText]);
const SHORTER: Right = Right::File(&[Version::Shorter]);
const OLD: &str = "Sun, 01 Nov 2026 10:00:00 GMT";
const NEWER: &str = "Mon, 23 Nov 2026 10:00:00 GMT";

pub(super) const ALL: &[Scenario] = &[
    Scenario::new("etag_change", SECOND, etag_change),
    Scenario::new("etag_flip", EITHER, etag_flip),
    Scenario::new("lm_change", SECOND, lm_change).opening_with(dated_first),
    Scenario::new("size_change", SHORTER, size_change),
    Scenario::new("change_careless", SECOND, change_careless),
    Scenario::new("change_untold", SECOND, change_untold),
    Scenario::new("weak_etag", FIRST, weak_etag).opening_with(weak_first),
    Scenario::new("node_etags", FIRST, node_etags).opening_with(|cast| cast.first.clone().etag("\"node 1\"")),
    Scenario {
        media: false,
        path: "/notes.txt",
        ..Scenario::new("gzip_cut", TEXT, gzip_cut).opening_with(|cast| cast.coded_text.clone())
    },
];

/// The first answer is of the first film and cut, unless an earlier run had it. From then on there is
/// another film of the same size, with another entity tag: a second connection gets the new one while
/// the first still reads the old one.
fn etag_change(cast: &Cast, entrance: Entrance) -> Director {
    replaced(cast.first.clone(), cast.second.clone(), entrance)
}

/// As `etag_change`, but only the date tells.
fn lm_change(cast: &Cast, entrance: Entrance) -> Director {
    let second = cast.second.clone().without_etag().last_modified(NEWER);
    replaced(dated_first(cast), second, entrance)
}

/// As `etag_change`, but the new film is shorter: parts near the old end do not exist any more.
fn size_change(cast: &Cast, entrance: Entrance) -> Director {
    replaced(cast.first.clone(), cast.shorter.clone(), entrance)
}

/// As `etag_change`, but the server does not look at `If-Range`: it sends parts of the new film, and
/// their tag says so.
fn change_careless(cast: &Cast, entrance: Entrance) -> Director {
    let mut decide = replaced(cast.first.clone(), cast.second.clone(), entrance);
    Box::new(move |request, moment| decide(request, moment).ignoring_if_range())
}

/// As `etag_change`, but the new film has the tag of the old one: only bytes that two answers brought
/// can tell.
fn change_untold(cast: &Cast, entrance: Entrance) -> Director {
    let tag = cast.first.etag.as_deref().unwrap_or_default();
    replaced(cast.first.clone(), cast.second.clone().etag(tag), entrance)
}

fn replaced(before: ServedFile, after: ServedFile, entrance: Entrance) -> Director {
    let mut count = count_from(entrance);
    Box::new(move |_, _| {
        if count() == 1 {
            Act::right(&before).and(Fault::Cut(eighths(&before, 3)))
        } else {
            Act::right(&after)
        }
    })
}

/// Two films of the same size behind one name, in turn, each with its own tag; the first three answers
/// are cut. Of four connections two get the one and two the other. Either is right, if it is whole.
fn etag_flip(cast: &Cast, entrance: Entrance) -> Director {
    in_turn(cast.first.clone(), cast.second.clone(), 3, entrance)
}

/// Two servers behind one name, in turn: the same film with two tags. The first two answers are cut.
fn node_etags(cast: &Cast, entrance: Entrance) -> Director {
    let node = |name| cast.first.clone().etag(name);
    in_turn(node("\"node 1\""), node("\"node 2\""), 2, entrance)
}

fn in_turn(odd: ServedFile, even: ServedFile, cuts: u32, entrance: Entrance) -> Director {
    let mut count = count_from(entrance);
    Box::new(move |_, _| {
        let number = count();
        let file = if number % 2 == 1 { &odd } else { &even };
        Act::right(file).and_if(number <= cuts, Fault::Cut(eighths(file, 2)))
    })
}

/// Only a weak entity tag: nothing proves that the bytes are the same, so parts may not be put together.
/// The first answer is cut.
fn weak_etag(cast: &Cast, entrance: Entrance) -> Director {
    let (film, mut count) = (weak_first(cast), count_from(entrance));
    Box::new(move |_, _| Act::right(&film).and_if(count() == 1, Fault::Cut(eighths(&film, 3))))
}

/// A text that comes coded with gzip whatever was asked for; ranges are ranges of the coded bytes. The
/// first answer is cut. Right is the text or the coded text, and nothing between the two.
fn gzip_cut(cast: &Cast, entrance: Entrance) -> Director {
    let (text, mut count) = (cast.coded_text.clone(), count_from(entrance));
    Box::new(move |_, _| Act::right(&text).and_if(count() == 1, Fault::Cut(eighths(&text, 3))))
}

fn dated_first(cast: &Cast) -> ServedFile {
    cast.first.clone().without_etag().last_modified(OLD)
}

fn weak_first(cast: &Cast) -> ServedFile {
    cast.first.clone().without_validators().etag("W/\"first\"")
}
