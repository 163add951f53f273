//! Bad input: each row says in words what happened and what to do next, and changes nothing.
//! The rows are one table for the terminal and the window.

use std::path::Path;

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::programs::{self, quiet};
use aniworld_tests::refusals::{self, Refusal, SOURCES};
use aniworld_tests::{Outcome, database, terminal};

use crate::page;

#[tokio::test(flavor = "multi_thread")]
async fn the_window_explains_refused_folders_and_sources() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, library, data) = (
        folders.path().join("served"),
        folders.path().join("library"),
        folders.path().join("data"),
    );
    std::fs::create_dir_all(&library)?;
    refusals::lay_out(&served)?;
    let nginx = Nginx::start(&served, NginxOptions::json())?;
    let desktop = Desktop::with_panel().await?;
    let app = App::start(&desktop, &data, &[]).await?;

    page::choose_library(&app, &folders.path().join("nowhere")).await?;
    page::says(&app, "library_missing", "nowhere").await?;
    page::choose_library(&app, &served.join("empty.xml")).await?;
    page::says(&app, "library_not_a_folder", "empty.xml").await?;
    page::choose_library(&app, &library).await?;
    app.wait("one(\"[data-testid='firstrun-source-url']\")").await?;
    for row in SOURCES {
        page::add_first_source(&app, &input(row, &nginx)).await?;
        page::says(&app, row.code, row.window)
            .await
            .map_err(|error| format!("{}: {error}", row.name))?;
    }
    app.picture(&desktop, "refusals-source").await?;
    assert_eq!(
        database::sources(&data)?,
        Vec::<String>::new(),
        "nothing was stored"
    );
    Ok(())
}

#[tokio::test]
async fn the_terminal_explains_refused_sources_and_keeps_its_data() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, data) = (folders.path().join("served"), folders.path().join("data"));
    refusals::lay_out(&served)?;
    let nginx = Nginx::start(&served, NginxOptions::json())?;
    for row in SOURCES {
        let ran = terminal::run(&data, &["source", "add", &input(row, &nginx)]).await?;
        refused(&ran, row.name, row.code, row.exit, row.terminal);
    }
    assert_eq!(
        database::sources(&data)?,
        Vec::<String>::new(),
        "nothing was stored"
    );
    Ok(())
}

#[tokio::test]
async fn a_missing_or_read_only_library_is_refused() -> Outcome {
    let folders = tempfile::tempdir()?;
    let data = folders.path().join("data");
    let nowhere = folders.path().join("nowhere");
    let ran = terminal::run(&data, &["scan", &nowhere.display().to_string()]).await?;
    refused(&ran, "missing", "library_missing", 1, "nowhere");

    // a read-only medium of its own, in a mount namespace that ends with the program
    let locked = folders.path().join("locked");
    std::fs::create_dir_all(&locked)?;
    let command = mounted(
        &locked,
        "mount -o remount,ro \"$MEDIUM\"; ! touch \"$MEDIUM/probe\" 2>/dev/null",
    );
    let ran = terminal::run_with(command, &data, &["scan", &locked.display().to_string()]).await?;
    refused(&ran, "read-only", "read_only", 1, "locked");
    Ok(())
}

#[tokio::test]
async fn a_full_disk_fails_the_download_in_words_and_leaves_no_final_name() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, data, library) = (
        folders.path().join("served"),
        folders.path().join("data"),
        folders.path().join("library"),
    );
    std::fs::create_dir_all(&library)?;
    std::fs::create_dir_all(served.join("Show/Season 01"))?;
    std::fs::write(
        served.join("Show/Season 01/Show - S01E01.mkv"),
        vec![7_u8; 3 << 20],
    )?;
    let nginx = Nginx::start(&served, NginxOptions::json())?;
    terminal::run(&data, &["source", "add", nginx.url()]).await?;
    // everything that touches the library runs on a medium of one mebibyte
    let script = "\"$0\" --data-dir \"$DATA\" scan \"$MEDIUM\" >/dev/null 2>&1";
    let mut command = mounted(&library, script);
    command.env("DATA", &data);
    let ran = terminal::run_with(command, &data, &["download", "--all"]).await?;
    refused(&ran, "disk full", "not_enough_space", 1, "only");
    assert_eq!(database::job_states(&data)?, ["failed"]);
    Ok(())
}

#[tokio::test]
async fn a_newer_database_is_left_untouched() -> Outcome {
    let folders = tempfile::tempdir()?;
    let data = folders.path().join("data");
    terminal::run(&data, &["source", "list"]).await?;
    let file = data.join("aniworld.db");
    if !file.exists() {
        terminal::run(&data, &["scan", &folders.path().display().to_string()]).await?;
    }
    let database = rusqlite::Connection::open(&file)?;
    database.pragma_update(None, "user_version", 9_999)?;
    database.pragma_update(None, "journal_mode", "delete")?;
    drop(database);
    let before = std::fs::read(&file)?;

    let ran = terminal::run(&data, &["scan", &folders.path().display().to_string()]).await?;
    refused(&ran, "newer database", "database_newer", 1, "newer");
    let desktop = Desktop::without_panel().await?;
    let output = desktop
        .command(programs::app())
        .arg("--data-dir")
        .arg(&data)
        .env("ANIWORLD_NO_DIALOG", "1")
        .stderr(std::process::Stdio::piped())
        .output()
        .await?;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("newer"));
    assert_eq!(std::fs::read(&file)?, before, "not a byte was changed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_names_the_first_and_a_second_start_shows_its_window() -> Outcome {
    let folders = tempfile::tempdir()?;
    let data = folders.path().join("data");
    let desktop = Desktop::without_panel().await?;
    let app = App::start(&desktop, &data, &[]).await?;
    app.wait("one(\"[data-testid='firstrun-path']\")").await?;
    let pid = app.pid()?.to_string();
    let ran = terminal::run(&data, &["scan", &folders.path().display().to_string()]).await?;
    refused(&ran, "second program", "already_running", 1, &pid);

    let second = desktop
        .command(programs::app())
        .arg("--data-dir")
        .arg(&data)
        .env("ANIWORLD_NO_DIALOG", "1")
        .stderr(std::process::Stdio::piped())
        .output()
        .await?;
    assert_eq!(
        second.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    assert!(String::from_utf8_lossy(&second.stderr).contains("already running"));
    Ok(())
}

fn input(row: &Refusal, nginx: &Nginx) -> String {
    row.input.replace("{base}", nginx.url())
}

fn refused(ran: &terminal::Ran, name: &str, code: &str, exit: i32, words: &str) {
    assert_eq!(ran.code, exit, "{name}: {ran:?}");
    let error = ran
        .error()
        .unwrap_or_else(|| panic!("{name}: no error line in {ran:?}"));
    assert_eq!(error["code"], code, "{name}");
    let (message, hint) = (
        error["message"].as_str().unwrap_or(""),
        error["hint"].as_str().unwrap_or(""),
    );
    assert!(
        message.contains(words),
        "{name}: {message:?} should say {words:?}"
    );
    assert!(!hint.is_empty(), "{name}: what to do next");
    assert!(
        ran.errors.contains(message),
        "{name}: the terminal prints the sentence too"
    );
}

/// A command that runs `aniworld-cli` where `folder` is a medium of one mebibyte, after a script.
/// The medium lives in a mount namespace of its own and ends with the program.
fn mounted(folder: &Path, script: &str) -> tokio::process::Command {
    let mut command = quiet("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg(format!(
            "mount -t tmpfs -o size=1m tmpfs \"$MEDIUM\" || exit 77\n({script}) || exit 78\nexec \"$0\" \"$@\""
        ))
        .arg(programs::cli())
        .env("MEDIUM", folder)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}
