//! A selection as it is typed, and an episode as it is shown.

use aniworld_services::anime::episode_code;
use aniworld_services::downloads;
use aniworld_services::store::{EpisodeView, Store};

use crate::arguments::Selection;
use crate::failure::Outcome;
use crate::session;

/// What a typed selection means; nothing typed means everything that is missing.
pub(crate) async fn resolve(store: &Store, typed: &Selection) -> Outcome<downloads::Selection> {
    let words: Vec<&str> = typed
        .series
        .iter()
        .chain(&typed.part)
        .map(String::as_str)
        .collect();
    if words.is_empty() {
        return Ok(downloads::Selection::All);
    }
    let text = words.join(" ");
    session::ask(store, move |store| store.resolve_selection(&text)).await
}

/// `Night Trains  S01E02  Snow`, for people.
pub(crate) fn name(episode: &EpisodeView) -> String {
    let label = &episode.label;
    let title = label
        .title
        .as_deref()
        .map(|title| format!("  {title}"))
        .unwrap_or_default();
    format!("{}  {}{title}", label.series, episode_code(label))
}
