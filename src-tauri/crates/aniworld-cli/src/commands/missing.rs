//! `missing [SELECTION]`: the episodes that sources offer and the library lacks.

use aniworld_services::anime::episode_code;
use aniworld_services::downloads;
use aniworld_services::store::{EpisodeView, Store};
use serde::Serialize;

use crate::arguments::Selection;
use crate::failure::Outcome;
use crate::output::Output;
use crate::selection;
use crate::session::{self, Folders};
use crate::units;

/// One missing episode for scripts. `key` is stable, and can be given to `download`.
#[derive(Debug, Serialize)]
struct Row<'a> {
    key: Option<&'a str>,
    series: &'a str,
    folder: &'a str,
    season: u32,
    number: String,
    code: String,
    title: Option<&'a str>,
    air_date: Option<String>,
    bytes: Option<u64>,
    source: Option<&'a str>,
}

pub(super) async fn run(folders: &Folders, typed: &Selection, output: Output) -> Outcome {
    let Some(store) = folders.read()? else {
        output.note("There is no library yet. Make a folder the library with `aniworld-cli scan DIR`.");
        return Ok(());
    };
    let chosen = selection::resolve(&store, typed).await?;
    let episodes = list(&store, chosen).await?;
    print(&episodes, output);
    Ok(())
}

/// The missing episodes of a selection, in library order.
pub(super) async fn list(store: &Store, chosen: downloads::Selection) -> Outcome<Vec<EpisodeView>> {
    session::ask(store, move |store| store.missing(chosen)).await
}

/// Prints them, for people with a total.
pub(super) fn print(episodes: &[EpisodeView], output: Output) {
    for episode in episodes {
        output.row("missing", &row(episode), || {
            let size = episode
                .bytes
                .map(|bytes| format!("  {}", units::bytes(bytes)))
                .unwrap_or_default();
            format!("{}{size}", selection::name(episode))
        });
    }
    let known: u64 = episodes.iter().filter_map(|episode| episode.bytes).sum();
    match episodes.len() {
        0 => output.text("Nothing is missing."),
        count => output.text(&format!(
            "{count} missing, {} as far as sources say.",
            units::bytes(known)
        )),
    }
}

fn row(episode: &EpisodeView) -> Row<'_> {
    let label = &episode.label;
    Row {
        key: episode.offer_key.as_deref(),
        series: &label.series,
        folder: &label.serie_folder,
        season: label.season,
        number: label.number.to_string(),
        code: episode_code(label),
        title: label.title.as_deref(),
        air_date: episode.air_date.map(|date| date.to_string()),
        bytes: episode.bytes,
        source: episode.source.as_deref(),
    }
}
