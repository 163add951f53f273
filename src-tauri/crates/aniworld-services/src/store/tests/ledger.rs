//! Walks, listings and the ledger between them.

use std::path::Path;

use EpisodeState::{Gone, Have, Missing};
use aniworld_core::source::SourceError;
use aniworld_core::store::{LibraryStore, LibraryTotals};

use super::*;

#[test]
fn four_of_six_are_there_and_two_are_missing() {
    let (_dir, store) = store();
    let (_, id) = four_of_six(&store);
    let summary = only_series(&store);
    assert_eq!((summary.have, summary.missing, summary.queued), (4, 2, 0));
    let missing = store.missing(Selection::Series(id)).unwrap();
    let keys: Vec<Option<&str>> = missing.iter().map(|it| it.offer_key.as_deref()).collect();
    assert_eq!(keys, [Some("nt5"), Some("nt6")]);
    assert_eq!(missing[0].source.as_deref(), Some("first"));
    assert_eq!(missing[0].bytes, Some(100));
    assert_eq!(store.library().unwrap().unwrap().0.known_files, 4);
}

#[test]
fn episodes_keep_their_numbers_through_everything() {
    let (_dir, store) = store();
    let (source, id) = four_of_six(&store);
    let ids = || -> Vec<(EpisodeId, String)> {
        let view = store.series_view(id).unwrap().unwrap();
        view.episodes
            .iter()
            .map(|it| (it.id, it.label.number.to_string()))
            .collect()
    };
    let before = ids();
    // the same again, then a renamed file, then the other way round
    let six: Vec<OfferedEpisode> = (1..=6)
        .map(|n| offered(&format!("nt{n}"), 1, &n.to_string()))
        .collect();
    store
        .store_listing(source, &listing(vec![series("Night Trains", six)]))
        .unwrap();
    store
        .store_walk(&walk(vec![file("Night Trains/renamed 1x06.mkv", 1, "6")]))
        .unwrap();
    assert_eq!(ids(), before);
    let expected = [Missing, Missing, Missing, Missing, Missing, Have];
    assert_eq!(
        states(&store, id)
            .iter()
            .map(|(_, state)| *state)
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn only_a_complete_listing_makes_episodes_gone() {
    let (_dir, store) = store();
    let (source, id) = four_of_six(&store);
    let only_first = vec![series("Night Trains", vec![offered("nt1", 1, "1")])];
    let window = Listing {
        completeness: Completeness::Window,
        ..listing(only_first.clone())
    };
    let totals = store.store_listing(source, &window).unwrap();
    assert_eq!(totals.missing, 2);
    let totals = store.store_listing(source, &listing(only_first)).unwrap();
    let expected = LibraryTotals {
        series: 1,
        have: 4,
        missing: 0,
    };
    assert_eq!(totals, expected);
    assert_eq!(states(&store, id)[4], ("S01E05".to_owned(), Gone));
    assert!(store.new_jobs(Selection::All).unwrap().is_empty());
}

#[test]
fn an_episode_that_comes_back_is_missing_again() {
    let (_dir, store) = store();
    let (source, id) = four_of_six(&store);
    store.store_listing(source, &listing(vec![])).unwrap();
    assert_eq!(only_series(&store).missing, 0);
    let back = vec![series("Night Trains", vec![offered("nt5", 1, "5")])];
    store.store_listing(source, &listing(back)).unwrap();
    assert_eq!(states(&store, id)[4].1, Missing);
}

#[test]
fn an_offer_keeps_its_row_when_its_number_changes() {
    let (_dir, store) = store();
    let (source, _) = four_of_six(&store);
    let renumbered = vec![series("Night Trains", vec![offered("nt6", 2, "1")])];
    store.store_listing(source, &listing(renumbered)).unwrap();
    let view = &store.source_views().unwrap()[0];
    assert_eq!((view.episodes, view.series), (1, 1));
    let codes: Vec<String> = store
        .missing(Selection::All)
        .unwrap()
        .iter()
        .map(|it| crate::anime::episode_code(&it.label))
        .collect();
    assert_eq!(codes, ["S02E01"]);
}

#[test]
fn a_folder_that_appears_later_takes_the_series_over() {
    let (_dir, store) = store();
    let episodes = vec![offered("a", 1, "1"), offered("b", 1, "2")];
    add_source(&store, "first", &listing(vec![series("Night Trains", episodes)]));
    let planned = only_series(&store);
    assert_eq!(planned.folder, "Night Trains");
    store.add_jobs(&store.new_jobs(Selection::All).unwrap()).unwrap();
    let mut found = file("Night Trains (1962) [tvdbid-1]/S01E01.mkv", 1, "1");
    found.series = "Night Trains (1962)".to_owned();
    store.store_walk(&walk(vec![found])).unwrap();
    let now = only_series(&store);
    assert_eq!(
        (now.id, now.folder.as_str()),
        (planned.id, "Night Trains (1962) [tvdbid-1]")
    );
    assert_eq!((now.have, now.missing), (1, 1));
    // what did not begin yet goes where the series is now
    let (_, jobs) = store.jobs(crate::downloads::QueueFilter::All, 0, 10).unwrap();
    assert!(jobs.iter().all(|job| job.label.serie_folder == now.folder));
}

#[test]
fn series_of_different_years_stay_apart() {
    let (_dir, store) = store();
    store
        .store_walk(&walk(vec![
            file("Harbour (1978)/S01E01.mkv", 1, "1"),
            file("Harbour (2004)/S01E01.mkv", 1, "1"),
        ]))
        .unwrap();
    let newer = vec![series("Harbour (2004)", vec![offered("h2", 1, "2")])];
    add_source(&store, "first", &listing(newer));
    let page = store.series("", SeriesFilter::All, 0, 10).unwrap();
    let figures: Vec<(&str, u32, u32)> = page
        .rows
        .iter()
        .map(|row| (row.folder.as_str(), row.have, row.missing))
        .collect();
    assert_eq!(figures, [("Harbour (1978)", 1, 0), ("Harbour (2004)", 1, 1)]);
}

#[test]
fn an_empty_folder_of_the_user_is_used_for_a_new_series() {
    let (_dir, store) = store();
    let report = WalkReport {
        serie_folders: vec!["NIGHT TRAINS (1962)".to_owned()],
        ..WalkReport::default()
    };
    store.store_walk(&report).unwrap();
    assert_eq!(store.series("", SeriesFilter::All, 0, 10).unwrap().all, 0);
    add_source(
        &store,
        "first",
        &listing(vec![series("Night Trains", vec![offered("a", 1, "1")])]),
    );
    assert_eq!(only_series(&store).folder, "NIGHT TRAINS (1962)");
}

#[test]
fn files_below_unreadable_folders_stay_known() {
    let (_dir, store) = store();
    let (_, id) = four_of_six(&store);
    let report = WalkReport {
        unreadable: vec!["Night Trains/Season 01".to_owned()],
        serie_folders: vec!["Night Trains".to_owned()],
        ..WalkReport::default()
    };
    store.store_walk(&report).unwrap();
    assert_eq!(only_series(&store).have, 4);
    store.store_walk(&walk(vec![])).unwrap();
    assert_eq!(states(&store, id)[0].1, Missing);
    assert_eq!(store.library().unwrap().unwrap().0.known_files, 0);
}

#[test]
fn a_downloaded_file_is_on_disk_at_once_and_twice_is_once() {
    let (_dir, store) = store();
    let (_, id) = four_of_six(&store);
    let relative = "Night Trains/Season 01/Night Trains - S01E05.mkv";
    for _ in 0..2 {
        let totals = store
            .add_file(relative, &label("Night Trains", 1, "5"), 100)
            .unwrap();
        assert_eq!((totals.have, totals.missing), (5, 1));
    }
    assert_eq!(store.library().unwrap().unwrap().0.known_files, 5);
    let view = store.series_view(id).unwrap().unwrap();
    assert_eq!(view.episodes[4].file.as_deref(), Some(relative));
    assert_eq!(view.episodes[4].bytes, Some(100));
}

#[test]
fn removing_a_source_takes_what_only_it_offered() {
    let (_dir, store) = store();
    let (first, id) = four_of_six(&store);
    let second = listing(vec![
        series("Night Trains", vec![offered("x", 1, "5")]),
        series("Harbour", vec![offered("h", 1, "1")]),
    ]);
    let second = add_source(&store, "second", &second);
    assert_eq!(
        store.series_view(id).unwrap().unwrap().sources,
        ["first", "second"]
    );
    assert!(store.remove_source(first).unwrap());
    let codes: Vec<String> = states(&store, id).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["S01E01", "S01E02", "S01E03", "S01E04", "S01E05"]);
    assert!(store.remove_source(second).unwrap());
    assert!(!store.remove_source(second).unwrap());
    let summary = only_series(&store);
    assert_eq!(
        (summary.title.as_str(), summary.have, summary.missing),
        ("Night Trains", 4, 0)
    );
}

#[test]
fn the_same_address_is_one_source() {
    let (_dir, store) = store();
    let empty = listing(vec![]);
    let first = store.add_source(&candidate("a"), &empty).unwrap().unwrap();
    let again = store.add_source(&candidate("a"), &empty).unwrap();
    assert_eq!(again, Err(first));
}

#[test]
fn a_source_remembers_its_failure_until_it_is_read_again() {
    let (_dir, store) = store();
    let (source, _) = four_of_six(&store);
    let failure = SourceError::HttpStatus {
        status: 503,
        url: "http://127.0.0.1:9/first/".to_owned(),
    };
    store.source_failed(source, &failure).unwrap();
    let view = &store.source_views().unwrap()[0];
    assert_eq!(view.error, Some(failure));
    assert_eq!(view.episodes, 6);
    store.store_listing(source, &listing(vec![])).unwrap();
    let view = &store.source_views().unwrap()[0];
    assert_eq!(
        (&view.error, &view.completeness),
        (&None, &Some(Completeness::Complete))
    );
}

#[test]
fn a_listing_of_a_removed_source_is_dropped() {
    let (_dir, store) = store();
    let late = listing(vec![series("Harbour", vec![offered("h", 1, "1")])]);
    let totals = store.store_listing(SourceId(99), &late).unwrap();
    assert_eq!(totals, LibraryTotals::default());
}

#[test]
fn another_library_folder_has_its_own_files_and_the_old_one_is_remembered() {
    let (dir, store) = store();
    let (_, id) = four_of_six(&store);
    store.set_root(Path::new("/another")).unwrap();
    assert_eq!((only_series(&store).have, only_series(&store).missing), (0, 6));
    assert_eq!(only_series(&store).id, id);
    assert_eq!(store.library().unwrap().unwrap().0.known_files, 0);
    store.set_root(&dir.path().join("library")).unwrap();
    assert_eq!(store.library().unwrap().unwrap().0.known_files, 4);
}

#[test]
fn without_a_library_a_walk_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert!(store.store_walk(&WalkReport::default()).is_err());
    assert_eq!(store.root().unwrap(), None);
}

#[test]
fn specials_stand_last_and_numbers_in_order() {
    let (_dir, store) = store();
    let episodes = [(0, "1"), (1, "10"), (1, "9.5"), (1, "9"), (2, "1")];
    let offers = episodes
        .iter()
        .map(|(season, number)| offered(&format!("{season}x{number}"), *season, number));
    add_source(
        &store,
        "first",
        &listing(vec![series("Night Trains", offers.collect())]),
    );
    let codes: Vec<String> = states(&store, only_series(&store).id)
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(codes, ["S01E09", "S01E09.5", "S01E10", "S02E01", "S00E01"]);
}

use crate::downloads::Selection;
