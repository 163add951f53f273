//! Addresses that lead to others, and addresses that expire. The entity tag stays the same all the time.

use std::collections::HashSet;

use super::{Address, FIRST, Right, Scenario, eighths};
use crate::fault::act::{Act, Director, Moment, Origin};
use crate::fault::{Cast, Entrance, Fault, Request};

const ROUND: Right = Right::Refusal(&["redirect"]);

pub(super) const ALL: &[Scenario] = &[
    Scenario::new("redirect_loop", ROUND, redirect_loop),
    Scenario::new("redirect_hosts", ROUND, redirect_hosts),
    Scenario::new("one_time_link", FIRST, one_time_link).leading_on(),
    Scenario::new("expiring_redirect", FIRST, expiring_redirect).leading_on(),
    Scenario::new("expiring_cookie", FIRST, expiring_cookie).leading_on(),
    Scenario {
        address: Address::WithPassword,
        ..Scenario::new("other_origin", FIRST, other_origin)
    },
];

/// The address leads to itself.
fn redirect_loop(_: &Cast, _: Entrance) -> Director {
    Box::new(|_, moment| redirect(moment, Origin::First, "/film.mp4"))
}

/// The address leads from one host to the other and back, to a new address each time.
fn redirect_hosts(_: &Cast, _: Entrance) -> Director {
    let mut hops = 0;
    Box::new(move |_, moment| {
        hops += 1;
        let other = match moment.origin {
            Origin::First => Origin::Second,
            Origin::Second => Origin::First,
        };
        redirect(moment, other, &format!("/film.mp4?hop={hops}"))
    })
}

/// The address leads to one that answers once, then 403 or 410. The first two bodies are cut, so that
/// each further request needs a new link, as each further connection does anyway.
fn one_time_link(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    let (mut links, mut used) = (0, HashSet::new());
    Box::new(move |request, moment| {
        if request.path == "/film.mp4" {
            links += 1;
            return redirect(moment, Origin::First, &format!("/once/{links}"));
        }
        let known = number(&request.path, "/once/").is_some_and(|link| link <= links);
        if !known || !used.insert(request.path.clone()) {
            let status = if links % 2 == 0 { 403 } else { 410 };
            return Act::without_file(Fault::Status(status));
        }
        Act::right(&film).and_if(used.len() <= 2, Fault::Cut(eighths(&film, 2)))
    })
}

/// The address leads to a signed one that is good for two requests, whichever connections they come
/// from, then 403. The first four bodies are cut.
fn expiring_redirect(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    let (mut served, mut signatures, mut left) = (0, 0, 0);
    Box::new(move |request, moment| {
        if request.path == "/film.mp4" {
            if left == 0 {
                signatures += 1;
                left = 2;
            }
            return redirect(moment, Origin::First, &format!("/signed/{signatures}"));
        }
        if left == 0 || number(&request.path, "/signed/") != Some(signatures) {
            return Act::without_file(Fault::Status(403));
        }
        left -= 1;
        served += 1;
        Act::right(&film).and_if(served <= 4, Fault::Cut(eighths(&film, 1)))
    })
}

/// The address sets a cookie and leads to the file, which wants it. A cookie is good for two requests,
/// then 403; the address sets a new one. The first three bodies are cut. All connections share a cookie.
fn expiring_cookie(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    let (mut served, mut tickets, mut left) = (0, 0, 0);
    Box::new(move |request, moment| {
        if request.path == "/film.mp4" {
            if left == 0 {
                tickets += 1;
                left = 2;
            }
            let cookie = format!("ticket={tickets}; Path=/; HttpOnly");
            return redirect(moment, Origin::First, "/file.mp4").and(Fault::Header("Set-Cookie", cookie));
        }
        if left == 0 || ticket(request) != Some(tickets) {
            return Act::without_file(Fault::Status(403));
        }
        left -= 1;
        served += 1;
        Act::right(&film).and_if(served <= 3, Fault::Cut(eighths(&film, 1)))
    })
}

/// The address wants a password and leads to another origin, which must not hear of it: it answers 400
/// to whoever brings credentials. The first body is cut.
fn other_origin(cast: &Cast, _: Entrance) -> Director {
    let film = cast.first.clone();
    let mut served = 0;
    Box::new(move |request, moment| match moment.origin {
        Origin::First if request.header("authorization").is_none() => {
            let realm = "Basic realm=\"films\"".to_owned();
            Act::without_file(Fault::Status(401)).and(Fault::Header("WWW-Authenticate", realm))
        }
        Origin::First => redirect(moment, Origin::Second, "/film.mp4"),
        Origin::Second
            if ["authorization", "cookie", "x-api-key"]
                .iter()
                .any(|name| request.header(name).is_some()) =>
        {
            Act::without_file(Fault::Status(400))
        }
        Origin::Second => {
            served += 1;
            Act::right(&film).and_if(served == 1, Fault::Cut(eighths(&film, 3)))
        }
    })
}

fn redirect(moment: &Moment, to: Origin, path: &str) -> Act {
    let base = match to {
        Origin::First => &moment.bases[0],
        Origin::Second => &moment.bases[1],
    };
    Act::without_file(Fault::Redirect(format!("{base}{path}")))
}

fn number(path: &str, before: &str) -> Option<u32> {
    path.strip_prefix(before)?.parse().ok()
}

fn ticket(request: &Request) -> Option<u32> {
    let cookies = request.header("cookie")?;
    cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix("ticket=")?.parse().ok())
}
