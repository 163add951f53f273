//! What happens around a download in the terminal: killed, interrupted, unplugged, cut off, lied to.

use std::path::{Path, PathBuf};

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::terminal::{self, Running, downloading_above};
use aniworld_tests::{Outcome, database, media};
use tempfile::TempDir;

const NAME: &str = "Night Trains/Season 01/Night Trains - S01E01 - The Depot.mkv";

/// A library without the one episode that a slow server offers.
struct Place {
    folders: TempDir,
    nginx: Option<Nginx>,
}

impl Place {
    async fn new() -> Outcome<Self> {
        let folders = tempfile::tempdir()?;
        let served = folders.path().join("served");
        let file = served.join(NAME);
        std::fs::create_dir_all(file.parent().ok_or("no folder")?)?;
        let bytes: Vec<u8> = (0..6_u32 << 20)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        std::fs::write(&file, bytes)?;
        std::fs::create_dir_all(folders.path().join("library"))?;
        let nginx = Nginx::start(
            &served,
            NginxOptions {
                rate_per_connection: Some("1m".into()),
                ..NginxOptions::json()
            },
        )?;
        let url = nginx.url().to_owned();
        let place = Self {
            folders,
            nginx: Some(nginx),
        };
        let added = terminal::run(&place.data(), &["source", "add", &url]).await?;
        assert_eq!(added.code, 0, "{added:?}");
        let scanned = terminal::run(&place.data(), &["scan", &place.library().display().to_string()]).await?;
        assert_eq!(scanned.code, 0, "{scanned:?}");
        Ok(place)
    }

    fn data(&self) -> PathBuf {
        self.folders.path().join("data")
    }

    fn library(&self) -> PathBuf {
        self.folders.path().join("library")
    }

    fn served(&self) -> PathBuf {
        self.folders.path().join("served").join(NAME)
    }

    /// Runs `download --all` again and checks that the file is whole and alone.
    async fn completes(&self) -> Outcome {
        let ran = terminal::run(&self.data(), &["download", "--all"]).await?;
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(media::tree(&self.library())?, [NAME]);
        assert_eq!(
            media::sha256(&self.library().join(NAME))?,
            media::sha256(&self.served())?
        );
        Ok(())
    }

    /// Why the episode is as it is, and what happened to it, as codes.
    async fn why(&self) -> Outcome<(String, Vec<String>)> {
        let ran = terminal::run(&self.data(), &["why", "Night Trains"]).await?;
        let answer = ran.lines.first().ok_or("an answer")?;
        let word = |value: &serde_json::Value| value["code"].as_str().unwrap_or_default().to_owned();
        let entries = answer["entries"].as_array().ok_or("entries")?;
        Ok((word(&answer["explanation"]), entries.iter().map(word).collect()))
    }

    fn ranges(&self) -> usize {
        self.nginx
            .iter()
            .flat_map(Nginx::requests)
            .filter(|request| request.range.is_some())
            .count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_minus_nine_keeps_the_queue_and_resumes() -> Outcome {
    let place = Place::new().await?;
    let mut running = Running::start(&place.data(), &["download", "--all"])?;
    running.until(downloading_above(60.0)).await?;
    assert_eq!(
        place.why().await?.0,
        "downloading",
        "asked beside the program that works"
    );
    rustix::process::kill_process(running.pid()?, rustix::process::Signal::KILL)?;
    running.end().await?;
    let (code, story) = place.why().await?;
    assert_eq!(code, "interrupted");
    assert_eq!(story, ["picked", "answered", "started", "downloading"]);
    assert_eq!(
        database::job_states(&place.data())?.len(),
        1,
        "the queue is there"
    );
    assert!(
        !place.library().join(NAME).exists(),
        "nothing unfinished has the final name"
    );
    place.completes().await?;
    assert!(place.ranges() >= 1, "the rest was asked for, not all of it");
    let (code, after) = place.why().await?;
    assert_eq!(code, "completed_after");
    assert_eq!(after[..4], story, "the story goes on");
    for event in ["interrupted", "resumed", "completed"] {
        assert!(after.iter().any(|it| it == event), "{event}: {after:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn control_c_ends_with_130_and_can_be_resumed() -> Outcome {
    let place = Place::new().await?;
    let mut running = Running::start(&place.data(), &["download", "--all"])?;
    running.until(downloading_above(20.0)).await?;
    rustix::process::kill_process(running.pid()?, rustix::process::Signal::INT)?;
    let ran = running.end().await?;
    assert_eq!(ran.code, 130, "{ran:?}");
    assert!(
        media::tree(&place.library())?
            .iter()
            .any(|file| media::is_a(file, "part"))
    );
    place.completes().await?;
    assert!(place.ranges() >= 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_unplugged_in_the_middle_is_unreachable_and_never_all_missing() -> Outcome {
    let place = Place::new().await?;
    place.completes().await?;
    // a second episode, so that the library holds one and misses one
    let second = place.served().with_file_name("Night Trains - S01E02 - Snow.mkv");
    std::fs::copy(place.served(), &second)?;
    terminal::run(&place.data(), &["scan", &place.library().display().to_string()]).await?;
    let mut running = Running::start(&place.data(), &["download", "--all"])?;
    running.until(downloading_above(20.0)).await?;
    let away = place.folders.path().join("away");
    std::fs::rename(place.library(), &away)?;
    let ran = running.end().await?;
    assert_eq!(ran.code, 1, "{ran:?}");
    let error = ran.error().ok_or("an error line")?;
    assert!(
        ["library_missing", "library_unreachable"].contains(&error["code"].as_str().unwrap_or_default()),
        "{error}"
    );
    assert!(
        !place.library().exists(),
        "the folder is not made anew on the wrong disk"
    );

    let scanned = terminal::run(&place.data(), &["scan", &place.library().display().to_string()]).await?;
    assert_eq!(scanned.code, 1);
    let missing = terminal::run(&place.data(), &["missing"]).await?;
    assert_eq!(
        codes(&missing.lines),
        ["S01E02"],
        "the first episode is not called missing"
    );

    std::fs::rename(&away, place.library())?;
    let ran = terminal::run(&place.data(), &["download", "--all"]).await?;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(media::tree(&place.library())?.len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_fails_in_words_after_its_tries() -> Outcome {
    let mut place = Place::new().await?;
    let mut running = Running::start(&place.data(), &["download", "--all"])?;
    running.until(downloading_above(20.0)).await?;
    drop(place.nginx.take());
    let waiting = running.until(|line| line["data"]["status"] == "waiting").await?;
    assert!(waiting["data"]["metadata"]["until"].is_string(), "{waiting}");
    let ran = running.end().await?;
    assert_eq!(ran.code, 1, "{ran:?}");
    let error = ran.error().ok_or("an error line")?;
    assert_eq!(error["code"], "connect");
    assert!(
        error["message"]
            .as_str()
            .unwrap_or_default()
            .contains("127.0.0.1")
    );
    assert!(!error["hint"].as_str().unwrap_or_default().is_empty());
    assert_eq!(database::job_states(&place.data())?, ["failed"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_with_hostile_names_writes_only_below_the_library() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, data, library) = (
        folders.path().join("served"),
        folders.path().join("data"),
        folders.path().join("library"),
    );
    std::fs::create_dir_all(served.join("Show"))?;
    std::fs::create_dir_all(&library)?;
    std::fs::write(served.join("Show/Show - S01E01 - Good.mkv"), [1_u8; 64])?;
    std::fs::write(
        served.join("Show/Show - S01E02 - Bad\u{1}\u{202e}Name.mkv"),
        [2_u8; 64],
    )?;
    let links = [
        "Show%20-%20S01E01%20-%20Good.mkv",
        "Show%20-%20S01E02%20-%20Bad%01%E2%80%AEName.mkv",
        "..%2f..%2fShow%20-%20S01E03.mkv",
        "%2e%2e/Show%20-%20S01E04.mkv",
        "/etc/Show%20-%20S01E05.mkv",
        "http://127.0.0.1:9/Show%20-%20S01E06.mkv",
    ];
    let rows = links.map(|link| format!("<a href=\"{link}\">x</a>")).join("\n");
    std::fs::write(
        served.join("Show/index.html"),
        format!(
            "<html><head><title>Index of /Show/</title></head><body><h1>Index of /Show/</h1><pre>{rows}</pre></body></html>"
        ),
    )?;
    let nginx = Nginx::start(&served, NginxOptions::json())?;
    let added = terminal::run(&data, &["source", "add", &format!("{}Show/", nginx.url())]).await?;
    assert_eq!(added.code, 0, "{added:?}");
    terminal::run(&data, &["scan", &library.display().to_string()]).await?;
    let ran = terminal::run(&data, &["download", "--all"]).await?;
    assert_eq!(ran.code, 0, "{ran:?}");
    let files = media::tree(&library)?;
    assert!(
        files.contains(&"Show/Season 01/Show - S01E01 - Good.mkv".to_owned()),
        "{files:?}"
    );
    let strange = files
        .iter()
        .flat_map(|file| file.chars())
        .filter(|c| c.is_control() || *c == '\u{202e}')
        .count();
    assert_eq!(strange, 0, "{files:?}");
    for number in 3..=6 {
        assert!(
            !files.iter().any(|file| file.contains(&format!("S01E0{number}"))),
            "{files:?}"
        );
    }
    assert_eq!(
        entries(folders.path())?,
        ["data", "library", "served"],
        "nothing beside the library"
    );
    Ok(())
}

fn codes(lines: &[serde_json::Value]) -> Vec<String> {
    lines
        .iter()
        .filter_map(|line| line["code"].as_str().map(str::to_owned))
        .collect()
}

fn entries(folder: &Path) -> Outcome<Vec<String>> {
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().display().to_string()))
        .collect::<Outcome<_>>()?;
    names.sort();
    Ok(names)
}
