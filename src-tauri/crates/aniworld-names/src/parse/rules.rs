//! The rules, in the order in which they are asked. Each family of forms has a module of its own.
//!
//! A new form gets a row here and a function `fn(&Name) -> Option<Hit>`; a rule that is not sure gives a
//! hit without numbers, so that no later, weaker rule guesses.

mod absolute;
mod bare;
mod cross;
mod date;
mod pack;
mod season_episode;
mod special;
mod worded;

use super::hit::{Hit, Name};
use crate::CivilDate;

/// One family of forms.
pub(super) struct Rule {
    /// Its name in the evidence.
    pub(super) name: &'static str,
    /// The first place where the family fits.
    pub(super) find: fn(&Name<'_>) -> Option<Hit>,
}

/// Explicit forms first; the first hit decides.
pub(super) const ORDERED: &[Rule] = &[
    Rule {
        name: "season_episode",
        find: season_episode::find,
    }, // S01E02
    Rule {
        name: "cross",
        find: cross::find,
    }, // 1x02
    Rule {
        name: "worded",
        find: worded::season_and_episode,
    }, // Season 1 Episode 2
    Rule {
        name: "date",
        find: date::find,
    }, // 2024-02-29
    Rule {
        name: "season_dash",
        find: absolute::behind_season,
    }, // S2 - 07
    Rule {
        name: "special",
        find: special::find,
    }, // OVA 2
    Rule {
        name: "worded_episode",
        find: worded::episode,
    }, // Episode 12
    Rule {
        name: "folder_number",
        find: bare::in_season_folder,
    }, // Season 1/02 - Title
    Rule {
        name: "absolute",
        find: absolute::find,
    }, // [Group] Show - 12
    Rule {
        name: "season",
        find: pack::find,
    }, // Show.S01.1080p
    Rule {
        name: "bare_number",
        find: bare::doubtful,
    }, // 02 - Title: seen, not believed
];

/// The day in a name that another rule has read.
pub(super) fn date_anywhere(stem: &str) -> Option<CivilDate> {
    date::locate(stem).map(|(day, _)| day)
}
