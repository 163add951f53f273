//! Lists: pages, filters, search, what a selection means; and that they stay fast by their indexes.

use aniworld_core::store::LibraryStore;
use rusqlite::Connection;

use super::super::{job_list, series_list};
use super::*;
use crate::downloads::{QueueFilter, Selection};

/// What SQLite would do, line by line.
pub(super) fn plan(dir: &TempDir, sql: &str) -> Vec<String> {
    let connection = Connection::open(dir.path().join(DATABASE_FILE)).unwrap();
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get::<_, String>("detail").unwrap());
    }
    lines
}

fn ten_thousand(store: &Store) {
    let many = (0..10_000)
        .map(|n| {
            let title = format!("Series {n:05}");
            series(&title, vec![offered(&format!("e{n}"), 1, "1")])
        })
        .collect();
    add_source(store, "large", &listing(many));
}

#[test]
fn ten_thousand_series_are_paged_without_sorting_them() {
    let (dir, store) = store();
    ten_thousand(&store);
    let page = store.series("", SeriesFilter::All, 9_990, 200).unwrap();
    assert_eq!((page.total, page.all, page.rows.len()), (10_000, 10_000, 10));
    assert_eq!(page.rows[9].title, "Series 09999");
    for filter in [
        SeriesFilter::All,
        SeriesFilter::Incomplete,
        SeriesFilter::Complete,
    ] {
        let plan = plan(&dir, &series_list::page_sql(filter));
        assert!(
            plan.iter()
                .any(|line| line.contains("COVERING INDEX series_list")),
            "{filter:?}: {plan:#?}"
        );
        // the one sort left is that of the page itself, at most 200 rows
        let sorts = plan.iter().filter(|line| line.contains("TEMP B-TREE")).count();
        assert!(sorts <= 1, "{filter:?}: {plan:#?}");
        assert!(
            !plan
                .iter()
                .any(|line| line.starts_with("SCAN s ") && !line.contains("INDEX")),
            "{filter:?}: {plan:#?}"
        );
    }
}

#[test]
fn jobs_are_paged_without_sorting_them() {
    let (dir, _store) = store();
    for filter in [
        QueueFilter::All,
        QueueFilter::Active,
        QueueFilter::Completed,
        QueueFilter::Failed,
    ] {
        let plan = plan(&dir, &job_list::page_sql(filter));
        assert!(
            plan.iter().all(|line| line.contains("INDEX job_")),
            "{filter:?}: {plan:#?}"
        );
    }
}

#[test]
fn a_search_does_not_care_for_case_and_accents_nor_for_patterns() {
    let (_dir, store) = store();
    let titles = ["Ägypten von oben", "100% Harbour", "Night Trains"];
    let all = titles
        .iter()
        .map(|title| series(title, vec![offered(title, 1, "1")]))
        .collect();
    add_source(&store, "first", &listing(all));
    let found = |text: &str| -> Vec<String> {
        let page = store.series(text, SeriesFilter::All, 0, 10).unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        page.rows.into_iter().map(|row| row.title).collect()
    };
    assert_eq!(found("AGYPTEN"), ["Ägypten von oben"]);
    assert_eq!(found("%"), ["100% Harbour"]);
    assert_eq!(found("_"), Vec::<String>::new());
    assert_eq!(found(""), ["100% Harbour", "Ägypten von oben", "Night Trains"]);
}

#[test]
fn filters_split_the_library_in_two() {
    let (_dir, store) = store();
    four_of_six(&store);
    let complete = vec![series("Harbour", vec![offered("h", 1, "1")])];
    add_source(&store, "second", &listing(complete));
    store
        .add_file("Harbour/S01E01.mkv", &label("Harbour", 1, "1"), 5)
        .unwrap();
    let titles = |filter| -> Vec<String> {
        let page = store.series("", filter, 0, 10).unwrap();
        assert_eq!((page.all, page.incomplete, page.missing_episodes), (2, 1, 2));
        page.rows.into_iter().map(|row| row.title).collect()
    };
    assert_eq!(titles(SeriesFilter::All), ["Harbour", "Night Trains"]);
    assert_eq!(titles(SeriesFilter::Incomplete), ["Night Trains"]);
    assert_eq!(titles(SeriesFilter::Complete), ["Harbour"]);
}

#[test]
fn what_people_type_finds_series_seasons_episodes_and_keys() {
    let (_dir, store) = store();
    let (_, id) = four_of_six(&store);
    let view = store.series_view(id).unwrap().unwrap();
    let resolve = |text: &str| store.resolve_selection(text);
    assert_eq!(resolve("night TRAINS"), Ok(Selection::Series(id)));
    assert_eq!(resolve(" Night Trains s1 "), Ok(Selection::Season(id, 1)));
    assert_eq!(
        resolve("Night.Trains S01E05"),
        Ok(Selection::Episode(view.episodes[4].id))
    );
    assert_eq!(resolve("nt6"), Ok(Selection::Episode(view.episodes[5].id)));
}

#[test]
fn a_wrong_name_is_answered_with_what_comes_close() {
    let (_dir, store) = store();
    four_of_six(&store);
    let answer = |text: &str| store.resolve_selection(text).unwrap_err().to_string();
    assert_eq!(
        answer("Nigth Trains S01"),
        "nothing in the library is called \"Nigth Trains S01\"; did you mean \"Night Trains\"?"
    );
    assert_eq!(
        answer("Night Trains S02E01"),
        "nothing in the library is called \"Night Trains S02E01\"; did you mean \"Night Trains S01\"?"
    );
    assert_eq!(answer("Zebra"), "nothing in the library is called \"Zebra\"");
}

#[test]
fn a_source_lists_what_it_offers_even_where_another_is_better() {
    let (_dir, store) = store();
    let (first, _) = four_of_six(&store);
    let second = vec![series("Night Trains", vec![offered("x", 1, "5")])];
    let second = add_source(&store, "second", &listing(second));
    let codes = |source| -> Vec<String> {
        let episodes = store.source_episodes(source).unwrap();
        episodes
            .iter()
            .map(|it| crate::anime::episode_code(&it.label))
            .collect()
    };
    assert_eq!(codes(first).len(), 6);
    assert_eq!(codes(second), ["S01E05"]);
}
