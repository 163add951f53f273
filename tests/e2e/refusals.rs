//! Bad input in the window: each row says in words what happened and what to do, and changes nothing.

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::app::App;
use aniworld_tests::desktop::Desktop;
use aniworld_tests::{Outcome, database};

use crate::page;

#[tokio::test(flavor = "multi_thread")]
async fn refused_sources_and_folders_are_explained_in_the_window() -> Outcome {
    let folders = tempfile::tempdir()?;
    let (served, library, data) =
        (folders.path().join("served"), folders.path().join("library"), folders.path().join("data"));
    std::fs::create_dir_all(&library)?;
    std::fs::create_dir_all(served.join("page"))?;
    std::fs::write(served.join("page/index.html"), "<!doctype html><title>Hello</title><p>No list here.</p>")?;
    std::fs::write(served.join("empty.xml"), "<rss version=\"2.0\"><channel><title>Empty</title></channel></rss>")?;
    std::fs::write(served.join("cut.xml"), "<rss version=\"2.0\"><channel><title>Cut</title><item><ti")?;
    let nginx = Nginx::start(&served, NginxOptions::json())?;
    let desktop = Desktop::with_panel().await?;
    let app = App::start(&desktop, &data, &[]).await?;

    page::choose_library(&app, &folders.path().join("nowhere")).await?;
    error_is(&app, "library_missing", "nowhere").await?;
    page::choose_library(&app, &served.join("empty.xml")).await?;
    error_is(&app, "library_not_a_folder", "empty.xml").await?;
    page::choose_library(&app, &library).await?;
    app.wait("one(\"[data-testid='firstrun-source-url']\")").await?;

    let at = |path: &str| format!("{}{path}", nginx.url());
    let rows = [
        ("not an address".to_owned(), "invalid_url", "address"),
        ("http://no-such-host.invalid/".to_owned(), "host_unknown", "no-such-host.invalid"),
        ("http://127.0.0.1:9/".to_owned(), "connect", "127.0.0.1"),
        (at("gone/"), "not_found", "404"),
        (at("page/"), "not_a_listing", "page"),
        (at("empty.xml"), "empty_source", "episode"),
        (at("cut.xml"), "bad_data", "cut.xml"),
    ];
    for (input, code, word) in rows {
        page::add_first_source(&app, &input).await?;
        error_is(&app, code, word).await?;
    }
    desktop.picture("refusals-source").await?;
    assert_eq!(database::sources(&data)?, Vec::<String>::new(), "nothing was stored");
    Ok(())
}

async fn error_is(app: &App, code: &str, word: &str) -> Outcome {
    let selector = format!("[data-testid='error'][data-code='{code}']");
    let text = app.wait(&format!("one(\"{selector}\") && one(\"{selector}\").innerText")).await?;
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains(word), "{code} should name {word:?}: {text}");
    assert!(!text.contains(code), "words, not a code: {text}");
    Ok(())
}
