//! The main job, command by command, against a real web server.

use std::fs;
use std::path::{Path, PathBuf};

use aniworld_testkit::servers::{Nginx, NginxOptions};
use tempfile::TempDir;

use crate::program::{Ran, run};

/// Two episodes at a server, the first of them in the library.
pub(crate) struct Place {
    folder: TempDir,
    nginx: Nginx,
}

const FIRST: &str = "Night Trains/Season 01/Night Trains - S01E01 - Departure.mkv";
const SECOND: &str = "Night Trains/Season 01/Night Trains - S01E02 - Snow.mkv";

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (base, names) in [("served", &[FIRST, SECOND][..]), ("library", &[FIRST])] {
            for name in names {
                let path = folder.path().join(base).join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, vec![7_u8; name.len() * 1000]).unwrap();
            }
        }
        let nginx = Nginx::start(&folder.path().join("served"), NginxOptions::json()).unwrap();
        Self { folder, nginx }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(&self.data(), arguments)
    }

    /// The server no longer has what its listing promised.
    pub(crate) fn lose_second(&self) {
        fs::remove_file(self.second_served()).unwrap();
    }

    /// The second episode at the server.
    pub(crate) fn second_served(&self) -> PathBuf {
        self.folder.path().join("served").join(SECOND)
    }

    /// With the source and a scanned library.
    pub(crate) fn prepared() -> Self {
        let place = Self::new();
        place
            .run(&["source", "add", place.nginx.url(), "--name", "Trains"])
            .well();
        place.run(&["scan", place.library().to_str().unwrap()]).well();
        place
    }
}

#[test]
fn sources_are_added_listed_read_and_forgotten() {
    let place = Place::new();
    let added = place
        .run(&["source", "add", place.nginx.url(), "--name", "Trains"])
        .well();
    insta::assert_json_snapshot!("source_add", added.of("source"));
    insta::assert_json_snapshot!("source_list", place.run(&["source", "list"]).well().all());
    insta::assert_json_snapshot!(
        "source_episodes",
        place.run(&["source", "episodes", "1"]).well().all()
    );
    insta::assert_json_snapshot!(
        "source_refresh",
        place.run(&["source", "refresh"]).well().of("source")
    );
    insta::assert_json_snapshot!(
        "source_remove",
        place.run(&["source", "remove", "1"]).well().of("removed")
    );
    assert!(place.run(&["source", "list"]).well().lines.is_empty());

    let unknown = place.run(&["source", "remove", "1"]);
    assert_eq!(
        (unknown.code, &unknown.of("error")[0]["code"]),
        (Some(1), &"source_unknown".into())
    );
}

#[test]
fn a_scan_counts_and_ends_with_the_summary() {
    let place = Place::new();
    place
        .run(&["source", "add", place.nginx.url(), "--name", "Trains"])
        .well();
    let scanned = place.run(&["scan", place.library().to_str().unwrap()]).well();
    assert_eq!(scanned.lines.last().unwrap()["type"], "summary");
    insta::assert_json_snapshot!("scan", scanned.of("summary"));
    assert!(
        scanned
            .of("scan_progress")
            .iter()
            .any(|line| line["data"]["status"] == "completed")
    );
}

#[test]
fn what_is_missing_can_be_chosen_by_series_season_episode_and_key() {
    let place = Place::prepared();
    let all = place.run(&["missing"]).well();
    insta::assert_json_snapshot!("missing", all.all());
    let key = all.lines[0]["key"].as_str().unwrap().to_owned();
    for chosen in [
        &["night trains"][..],
        &["night trains", "s01"],
        &["Night Trains", "S01E02"],
        &[&key],
    ] {
        let arguments: Vec<&str> = std::iter::once(&"missing").chain(chosen).copied().collect();
        assert_eq!(place.run(&arguments).well().lines, all.lines, "{chosen:?}");
    }
    assert!(
        place
            .run(&["missing", "Night Trains", "S01E01"])
            .well()
            .lines
            .is_empty(),
        "it is on disk"
    );
    for unknown in [
        &["Day Trains"][..],
        &["Night Trains", "S09E09"],
        &["Night Trains", "first"],
        // the beginning of a title is a guess, and a guess downloads nothing
        &["Night"],
    ] {
        let arguments: Vec<&str> = std::iter::once(&"missing").chain(unknown).copied().collect();
        let ran = place.run(&arguments);
        assert_eq!(
            (ran.code, &ran.of("error")[0]["code"]),
            (Some(1), &"selection_unknown".into()),
            "{unknown:?}"
        );
    }
    let ran = place.run(&["missing", "Night"]);
    assert!(
        ran.errors.contains("Close to it: Night Trains."),
        "{}",
        ran.errors
    );
}

#[test]
fn a_download_fills_the_gap_and_the_queue_remembers_it() {
    let place = Place::prepared();
    let downloaded = place.run(&["download", "Night Trains", "S01E02"]).well();
    insta::assert_json_snapshot!("download", downloaded.of("summary"));
    let ended = downloaded.of("download_progress").pop().unwrap();
    insta::assert_json_snapshot!("download_progress", ended);
    assert_eq!(
        bytes(&place.library(), SECOND),
        bytes(&place.folder.path().join("served"), SECOND)
    );

    insta::assert_json_snapshot!("queue_list", place.run(&["queue", "list"]).well().all());
    assert!(place.run(&["missing"]).well().lines.is_empty());
    let nothing = place.run(&["download", "--all"]).well();
    assert_eq!(nothing.of("summary")[0]["completed"], 0);
}

#[test]
fn a_failed_download_is_named_and_ends_with_1() {
    let place = Place::prepared();
    place.lose_second();
    let ran = place.run(&["download", "--all"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_json_snapshot!("download_failed", ran.of("error"));
    assert!(ran.errors.contains("Night Trains S01E02"), "{}", ran.errors);
}

fn bytes(base: &Path, name: &str) -> Vec<u8> {
    fs::read(base.join(name)).unwrap()
}
