//! Numbers named by words: `Season 1 Episode 2`, `Staffel 2 Folge 3`, `Episode 12`, `Ep. 12`, `E12`.

use std::sync::LazyLock;

use regex::Regex;

use crate::Confidence;
use crate::parse::hit::{Hit, Name};
use crate::parse::season::{self, SEASON_WORDS};
use crate::parse::{numbers, numbers::Mark, scan};

/// "Episode" in the languages that name files.
const EPISODE_WORDS: &str = "episode|épisode|episodio|episódio|folge|aflevering|odcinek|avsnitt|afsnit|jakso|bölüm|\
                             capitulo|capítulo|cap|eps|ep|серия|эпизод";

static BOTH: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"(?i)(?:^|[\W_])((?:{SEASON_WORDS})[ ._#-]{{0,3}}([0-9]{{1,4}})[ ._,-]{{0,4}}(?:{EPISODE_WORDS}|e)[ ._#-]{{0,3}})([0-9])"
    ))
});

static EPISODE: LazyLock<Regex> = LazyLock::new(|| {
    compile(&format!(
        r"(?i)(?:^|[\W_])((?:{EPISODE_WORDS})[ ._#-]{{0,3}}|e|#)([0-9])"
    ))
});

fn compile(pattern: &str) -> Regex {
    #[expect(clippy::unwrap_used, reason = "constant patterns, compiled by every test")]
    Regex::new(pattern).unwrap()
}

/// Season and episode in words, one after the other.
pub(super) fn season_and_episode(name: &Name<'_>) -> Option<Hit> {
    let found = BOTH.captures(name.stem)?;
    let season = found.get(2)?.as_str().parse().ok()?;
    let numbers = numbers::read(name.stem, found.get(3)?.start(), Mark::E, Some(season))?;
    Some(Hit {
        span: found.get(1)?.start()..numbers.end,
        season: Some(season),
        episodes: numbers.episodes,
        version: numbers.version,
        confidence: Confidence::Certain,
        ..Hit::default()
    })
}

/// The episode alone; the season may stand anywhere before it.
pub(super) fn episode(name: &Name<'_>) -> Option<Hit> {
    let found = EPISODE.captures(name.stem)?;
    let mark = found.get(1)?;
    let numbers = numbers::read(name.stem, found.get(2)?.start(), Mark::E, None)?;
    if !scan::ends_word(name.stem, numbers.end) {
        return None;
    }
    let season = season::find(&name.stem[..mark.start()]).filter(|season| season.seasons.len() == 1);
    let start = season.as_ref().map_or(mark.start(), |season| season.span.start);
    let explicit = mark.as_str().chars().any(char::is_alphabetic) && mark.len() > 1;
    Some(Hit {
        span: start..numbers.end,
        season: season.and_then(|season| season.seasons.first().copied()),
        episodes: numbers.episodes,
        version: numbers.version,
        confidence: if explicit {
            Confidence::Certain
        } else {
            Confidence::Likely
        },
        ..Hit::default()
    })
}
