//! The rule of the percent and the time left, by examples.

use std::time::Duration;

use super::{Items, Outlook, Tally, Unit};
use crate::progress::board::share::Share;
use crate::progress::percent::Percent;

const SECOND: Duration = Duration::from_secs(1);

fn share(bytes: u64, total: u64, speed: u64) -> Share {
    Share {
        speed,
        bytes,
        total_bytes: total,
        tenths: bytes * 1000 / total,
        unsized_items: 0,
        running: 1,
        ..Share::default()
    }
}

#[test]
fn bytes_count_where_all_sizes_are_known_and_items_else() {
    let mut tally = Tally::default();
    tally.replace(None, Some(share(500, 1_000, 0)));
    tally.replace(None, Some(Share::planned(Some(3_000))));
    tally.complete(1_000);
    let measure = tally.measure();
    assert_eq!(
        (measure.unit, measure.current, measure.total),
        (Unit::Bytes, 1_500, 5_000)
    );
    assert_eq!(measure.percent.map(Percent::value), Some(30.0));
    tally.replace(None, Some(Share::planned(None)));
    let measure = tally.measure();
    assert_eq!(
        (measure.unit, measure.current, measure.total),
        (Unit::Items, 1, 4)
    );
    assert_eq!(
        measure.percent.map(Percent::value),
        Some(37.5),
        "one and a half of four"
    );
}

#[test]
fn a_failed_item_is_an_ended_one_and_no_done_work() {
    let mut tally = Tally::default();
    tally.replace(None, Some(share(0, 1_000, 0)));
    tally.fail("a");
    let measure = tally.measure();
    assert_eq!(
        (measure.unit, measure.current, measure.total),
        (Unit::Bytes, 0, 1_000)
    );
    assert_eq!(measure.percent.map(Percent::value), Some(0.0));
    tally.replace(None, Some(Share::planned(None)));
    let measure = tally.measure();
    assert_eq!(
        (measure.unit, measure.current, measure.total),
        (Unit::Items, 1, 3)
    );
    assert_eq!(measure.percent.map(Percent::value), Some(33.3));
    let (ended, failed, total) = (1, 1, 3);
    assert_eq!(tally.items(), Items { ended, failed, total });
}

#[test]
fn an_owner_with_more_open_items_than_are_known_has_its_items_counted() {
    let mut tally = Tally::default();
    tally.replace(None, Some(share(500, 1_000, 0)));
    tally.complete(1_000);
    let unit = |tally: &Tally, ended, total| {
        let measure = tally.measure_of(ended, total);
        (measure.unit, measure.percent.map(Percent::value))
    };
    assert_eq!(unit(&tally, 1, 2), (Unit::Bytes, Some(75.0)));
    assert_eq!(unit(&tally, 1, 3), (Unit::Items, Some(50.0)));
    // it ended a moment ago, and the owner says so in the next moment
    tally.closed();
    assert_eq!(unit(&tally, 0, 2), (Unit::Bytes, Some(75.0)));
    tally.counted();
    assert_eq!(unit(&tally, 0, 2), (Unit::Items, Some(25.0)));
}

#[test]
fn the_outlook_comes_after_two_seconds_and_is_exact_for_a_steady_flow() {
    let mut tally = Tally::default();
    tally.replace(None, Some(share(0, 100_000, 1_000)));
    for second in 0..2 {
        tally.look(SECOND * second);
        assert_eq!(tally.outlook(), None);
    }
    tally.look(SECOND * 2);
    let expected = Outlook {
        likely: 100,
        low: 100,
        high: 100,
    };
    assert_eq!(tally.outlook(), Some(expected));
}

#[test]
fn a_varying_flow_and_unknown_sizes_widen_it() {
    let mut tally = Tally::default();
    let mut before = share(0, 100_000, 1_000);
    tally.replace(None, Some(before));
    tally.replace(None, Some(Share::planned(None)));
    for second in 0..20_u32 {
        let after = share(0, 100_000, if second % 2 == 0 { 500 } else { 1_500 });
        tally.replace(Some(before), Some(after));
        before = after;
        tally.look(SECOND * second);
    }
    let outlook = tally.outlook().unwrap();
    assert!(
        outlook.low < outlook.likely && outlook.likely < outlook.high,
        "{outlook:?}"
    );
    assert!(
        outlook.high > 3 * outlook.low,
        "half or twice of the unknown, slow or fast: {outlook:?}"
    );
}

#[test]
fn nothing_is_said_when_nothing_flows_or_no_size_is_known() {
    let mut tally = Tally::default();
    let flowing = Share {
        speed: 10,
        unsized_items: 1,
        running: 1,
        ..Share::default()
    };
    tally.replace(None, Some(flowing));
    tally.look(SECOND);
    tally.look(SECOND * 9);
    assert_eq!(tally.outlook(), None);
    let known = share(5, 100, 0);
    tally.replace(Some(flowing), Some(known));
    tally.look(SECOND * 10);
    assert_eq!(tally.outlook(), None);
}
