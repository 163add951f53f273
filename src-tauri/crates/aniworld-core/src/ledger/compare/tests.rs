//! Rows by example, and what holds for every input.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn number(text: &str) -> EpisodeNumber {
    text.parse().unwrap()
}

fn offer(offer_id: i64, source: i64, season: Option<u32>, text: &str) -> Offer {
    Offer {
        offer_id,
        source: SourceId(source),
        season,
        number: Some(number(text)),
        kind: EpisodeKind::Regular,
        title: None,
        air_date: None,
        size: AssetSize::Unknown,
        gone: false,
    }
}

fn file(file_id: i64, season: u32, text: &str) -> HaveFile {
    HaveFile {
        file_id,
        season,
        number: number(text),
        title: None,
        version: 1,
    }
}

/// Rows as text: `S1 2 v1 Have file 7 offer 3`.
fn shown(offers: &[Offer], files: &[HaveFile]) -> Vec<String> {
    let id = |name: &str, id: Option<i64>| id.map(|id| format!(" {name} {id}")).unwrap_or_default();
    compare(offers, files)
        .iter()
        .map(|row| {
            let (file, offer) = (id("file", row.file_id), id("offer", row.offer_id));
            format!(
                "S{} {} v{} {:?}{file}{offer}",
                row.season, row.number, row.version, row.state
            )
        })
        .collect()
}

#[test]
fn offered_and_not_on_disk_is_missing() {
    let offers = [
        offer(1, 1, Some(1), "1"),
        offer(2, 1, Some(1), "2"),
        offer(3, 1, None, "3"),
    ];
    assert_eq!(
        shown(&offers, &[file(7, 1, "2"), file(8, 2, "1")]),
        [
            "S1 1 v1 Missing offer 1",
            "S1 2 v1 Have file 7 offer 2",
            "S1 3 v1 Missing offer 3",
            "S2 1 v1 Have file 8"
        ]
    );
}

#[test]
fn specials_come_last_and_days_behind_numbers() {
    let offers = [
        offer(1, 1, Some(0), "1"),
        offer(2, 1, Some(1), "2024-02-29"),
        offer(3, 1, Some(1), "9.5"),
    ];
    let offers = [
        &offers[..],
        &[offer(4, 1, Some(1), "10"), offer(5, 1, Some(1), "9")],
    ]
    .concat();
    let numbers: Vec<String> = compare(&offers, &[])
        .iter()
        .map(|row| row.number.to_string())
        .collect();
    assert_eq!(numbers, ["9", "9.5", "10", "2024-02-29", "1"]);
}

#[test]
fn several_sources_offer_one_episode_and_the_best_wins() {
    let gone = Offer {
        gone: true,
        size: AssetSize::Exact(5),
        ..offer(1, 1, Some(1), "1")
    };
    let rough = Offer {
        size: AssetSize::Approx(5),
        title: Some("Departure".to_owned()),
        ..offer(2, 2, Some(1), "1")
    };
    let exact = Offer {
        size: AssetSize::Exact(5),
        ..offer(3, 3, Some(1), "1")
    };
    let rows = compare(&[gone, rough, exact], &[]);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].offer_id, rows[0].title.as_deref()),
        (Some(3), Some("Departure"))
    );
}

#[test]
fn one_source_that_offers_a_number_twice_offers_two_versions() {
    let offers = [
        offer(1, 1, Some(1), "1"),
        offer(2, 1, Some(1), "1"),
        offer(3, 2, Some(1), "1"),
    ];
    assert_eq!(
        shown(&offers, &[]),
        ["S1 1 v1 Missing offer 1", "S1 1 v2 Missing offer 2"]
    );
    let second = HaveFile {
        version: 2,
        ..file(7, 1, "1")
    };
    assert_eq!(
        shown(&offers, std::slice::from_ref(&second)),
        ["S1 1 v1 Missing offer 1", "S1 1 v2 Have file 7 offer 2"]
    );
    // without a second offer, a second version on disk is the episode
    assert_eq!(shown(&offers[..1], &[second]), ["S1 1 v1 Have file 7 offer 1"]);
}

#[test]
fn a_replaced_offer_is_no_version() {
    let gone = Offer {
        gone: true,
        ..offer(1, 1, Some(1), "1")
    };
    assert_eq!(
        shown(&[gone.clone(), offer(2, 1, Some(1), "1")], &[]),
        ["S1 1 v1 Missing offer 2"]
    );
    assert_eq!(shown(std::slice::from_ref(&gone), &[]), ["S1 1 v1 Gone offer 1"]);
    assert_eq!(
        shown(&[gone], &[file(7, 1, "1")]),
        ["S1 1 v1 Have file 7 offer 1"]
    );
}

#[test]
fn a_file_with_several_episodes_covers_each() {
    let offers = [
        offer(1, 1, Some(1), "1"),
        offer(2, 1, Some(1), "2"),
        offer(3, 1, Some(1), "3"),
    ];
    assert_eq!(
        shown(&offers, &[file(7, 1, "1-2")]),
        [
            "S1 1 v1 Have file 7 offer 1",
            "S1 2 v1 Have file 7 offer 2",
            "S1 3 v1 Missing offer 3"
        ]
    );
    assert_eq!(shown(&[], &[file(7, 1, "1-2")]), ["S1 1-2 v1 Have file 7"]);
}

#[test]
fn an_offer_of_several_episodes_is_covered_by_files_of_each() {
    let both = [offer(1, 1, Some(1), "1-2")];
    assert_eq!(shown(&both, &[]), ["S1 1-2 v1 Missing offer 1"]);
    assert_eq!(
        shown(&both, &[file(7, 1, "1"), file(8, 1, "2")]),
        [
            "S1 1 v1 Have file 7",
            "S1 1-2 v1 Have file 8 offer 1",
            "S1 2 v1 Have file 8"
        ]
    );
    assert_eq!(
        shown(&both, &[file(7, 1, "1")]),
        ["S1 1 v1 Have file 7", "S1 1-2 v1 Missing offer 1"]
    );
    // offered one by one as well: nobody needs it twice
    let singles = [
        both[0].clone(),
        offer(2, 2, Some(1), "1"),
        offer(3, 2, Some(1), "2"),
    ];
    assert_eq!(
        shown(&singles, &[]),
        ["S1 1 v1 Missing offer 2", "S1 2 v1 Missing offer 3"]
    );
}

#[test]
fn trailers_count_only_on_disk_and_nameless_offers_never() {
    let trailer = Offer {
        kind: EpisodeKind::Trailer,
        ..offer(1, 1, Some(1), "1")
    };
    let nameless = Offer {
        number: None,
        ..offer(2, 1, Some(1), "1")
    };
    let special = Offer {
        kind: EpisodeKind::Special,
        ..offer(3, 1, None, "4")
    };
    assert_eq!(
        shown(&[trailer.clone(), nameless, special], &[]),
        ["S0 4 v1 Missing offer 3"]
    );
    assert_eq!(
        shown(&[trailer], &[file(7, 1, "1")]),
        ["S1 1 v1 Have file 7 offer 1"]
    );
}

#[test]
fn title_and_day_come_from_the_offer_and_else_from_the_file() {
    let named = HaveFile {
        title: Some("In the name".to_owned()),
        ..file(7, 1, "1")
    };
    let dated = Offer {
        air_date: Some(date(2024, 2, 29)),
        ..offer(1, 1, Some(1), "1")
    };
    let rows = compare(&[dated], &[named]);
    assert_eq!(rows[0].title.as_deref(), Some("In the name"));
    assert_eq!(rows[0].air_date, Some(date(2024, 2, 29)));
}

#[test]
fn absurd_ranges_cost_nothing() {
    let offers = [offer(1, 1, Some(1), "1-4294967295"), offer(2, 1, Some(1), "5")];
    assert_eq!(
        shown(&offers, &[file(7, 1, "0-4294967295")]),
        [
            "S1 1-4294967295 v1 Have file 7 offer 1",
            "S1 5 v1 Have file 7 offer 2"
        ]
    );
}

fn any_number() -> impl Strategy<Value = EpisodeNumber> {
    prop_oneof![
        4 => (0u32..8).prop_map(EpisodeNumber::Single),
        1 => (0u32..4).prop_map(|whole| EpisodeNumber::Decimal { whole, fraction: "5".to_owned() }),
        2 => (0u32..6, 1u32..4).prop_map(|(first, more)| EpisodeNumber::Range { first, last: first + more }),
        1 => (1u8..4).prop_map(|day| EpisodeNumber::Date { year: 2024, month: 2, day }),
    ]
}

fn any_kind() -> impl Strategy<Value = EpisodeKind> {
    prop_oneof![
        6 => Just(EpisodeKind::Regular),
        1 => Just(EpisodeKind::Special),
        1 => Just(EpisodeKind::Trailer),
        1 => Just(EpisodeKind::Bonus),
    ]
}

fn any_offers() -> impl Strategy<Value = Vec<Offer>> {
    let one = (
        1i64..4,
        proptest::option::of(0u32..3),
        proptest::option::weighted(0.9, any_number()),
        any_kind(),
        any::<bool>(),
        any::<bool>(),
    );
    proptest::collection::vec(one, 0..24).prop_map(|offers| {
        let offers = (1..)
            .zip(offers)
            .map(|(id, (source, season, number, kind, exact, gone))| Offer {
                number,
                kind,
                gone,
                size: if exact {
                    AssetSize::Exact(1)
                } else {
                    AssetSize::Unknown
                },
                ..offer(id, source, season, "1")
            });
        offers.collect()
    })
}

fn any_files() -> impl Strategy<Value = Vec<HaveFile>> {
    let one = (0u32..3, any_number(), 1u32..4);
    proptest::collection::vec(one, 0..24).prop_map(|files| {
        let files = (1..).zip(files).map(|(id, (season, number, version))| HaveFile {
            number,
            version,
            ..file(id, season, "1")
        });
        files.collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_the_input_does_not_matter(
        (offers, shuffled) in any_offers().prop_flat_map(|o| (Just(o.clone()), Just(o).prop_shuffle())),
        (files, mixed) in any_files().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle())),
    ) {
        prop_assert_eq!(compare(&offers, &files), compare(&shuffled, &mixed));
    }

    #[test]
    fn every_row_is_its_own_and_has_one_state(offers in any_offers(), files in any_files()) {
        let rows = compare(&offers, &files);
        let mut keys = BTreeSet::new();
        for row in &rows {
            prop_assert!(keys.insert((row.season, row.number.clone(), row.version)), "{:?} twice", row);
            prop_assert_eq!(row.file_id.is_some(), row.state == EpisodeState::Have);
            prop_assert!(row.file_id.is_some() || row.offer_id.is_some());
            let offered = offers.iter().find(|offer| Some(offer.offer_id) == row.offer_id);
            if row.state != EpisodeState::Have {
                prop_assert_eq!(offered.map(|offer| offer.gone), Some(row.state == EpisodeState::Gone));
            }
        }
    }

    #[test]
    fn every_file_stands_in_a_row_that_it_holds(offers in any_offers(), files in any_files()) {
        let rows = compare(&offers, &files);
        let by_id: HashMap<i64, &HaveFile> = files.iter().map(|file| (file.file_id, file)).collect();
        let mut own = HashMap::new();
        for row in &rows {
            if let Some(file) = row.file_id.map(|id| by_id[&id]) {
                prop_assert_eq!(file.season, row.season);
                let holds = file.number.covers(&row.number) || row.number.covers(&file.number)
                    || matches!((&file.number, &row.number), (EpisodeNumber::Range { .. }, EpisodeNumber::Range { .. }));
                prop_assert!(holds, "{:?} does not hold {:?}", file, row);
                if file.number == row.number {
                    *own.entry(file.file_id).or_insert(0) += 1;
                }
            }
        }
        for file in &files {
            let stands = rows.iter().any(|row| row.file_id == Some(file.file_id));
            prop_assert!(stands, "{:?} is lost", file);
            prop_assert!(own.get(&file.file_id).is_none_or(|rows| *rows == 1), "{:?} stands twice", file);
        }
    }

    #[test]
    fn what_a_file_holds_is_not_missing(offers in any_offers(), files in any_files()) {
        for row in compare(&offers, &files) {
            if row.version == 1 && row.state != EpisodeState::Have {
                let held = files.iter().any(|file| {
                    let second = file.number == row.number && file.version > 1;
                    file.season == row.season && file.number.covers(&row.number) && !second
                });
                prop_assert!(!held, "{:?} is on disk", row);
            }
        }
    }

    #[test]
    fn what_is_offered_has_a_row(offers in any_offers(), files in any_files()) {
        let rows = compare(&offers, &files);
        for offer in &offers {
            let counts = matches!(offer.kind, EpisodeKind::Regular | EpisodeKind::Special);
            if let (true, Some(number)) = (counts, &offer.number) {
                let row = rows.iter().any(|row| row.season == season(offer) && number.covers(&row.number));
                prop_assert!(row, "{:?} is lost", offer);
            }
        }
    }
}
