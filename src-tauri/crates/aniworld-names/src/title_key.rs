//! When two titles mean the same series. Knows titles only, no paths and no store.

use unicode_normalization::UnicodeNormalization;

/// A key under which the same series has the same text, whoever wrote its title.
///
/// Without regard to case, accents, punctuation, spaces, `&` or `and`, and to a trailing year in
/// parentheses or id suffix such as `[tvdbid-1234]`. The year is left out because a library folder
/// often has one where the source has none. Two *different* years mean two series all the same: ask
/// [`same_series`], or compare [`title_year`] where both keys are equal.
pub fn title_key(title: &str) -> String {
    let (base, _) = split_year(strip_ids(title));
    let key: String = base
        .nfkd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}')) // accents; a voiced か stays another letter than か
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .replace('ß', "ss")
        .replace('&', " and ")
        .chars()
        .filter(|c| c.is_alphanumeric() || is_mark(*c))
        .nfc()
        .collect();
    if key.is_empty() {
        // a title of signs only, such as "!!!", still is a title
        title.trim().to_lowercase()
    } else {
        key
    }
}

/// The year in parentheses at the end of a title: `Night Trains (1962)` has 1962.
pub fn title_year(title: &str) -> Option<u16> {
    split_year(strip_ids(title)).1
}

/// Whether two titles name the same series: equal keys, and no two different years.
pub fn same_series(one: &str, other: &str) -> bool {
    title_key(one) == title_key(other)
        && match (title_year(one), title_year(other)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
}

/// A title for people: the text without id suffixes. The year stays.
pub fn series_title(folder_or_title: &str) -> String {
    strip_ids(folder_or_title)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Combining marks outside Latin scripts, such as vowel signs, carry meaning.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn split_year(title: &str) -> (&str, Option<u16>) {
    let title = title.trim_end();
    let year = title
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .filter(|(base, year)| !base.trim().is_empty() && year.len() == 4)
        .and_then(|(base, year)| Some((base, year.parse::<u16>().ok()?)))
        .filter(|(_, year)| (1900..2200).contains(year));
    match year {
        Some((base, year)) => (base.trim_end(), Some(year)),
        None => (title, None),
    }
}

/// Cuts `[tvdbid-1234]`, `{tmdb-1}` and the like off the end, as often as they stand there.
fn strip_ids(title: &str) -> &str {
    let mut rest = title.trim();
    while let Some(shorter) = strip_one_id(rest) {
        rest = shorter.trim_end();
    }
    rest
}

fn strip_one_id(title: &str) -> Option<&str> {
    const CATALOGUES: &[&str] = &[
        "tvdb", "tmdb", "imdb", "anidb", "anilist", "tvmaze", "tvrage", "mal",
    ];
    let (open, inner) = match title.chars().next_back()? {
        ']' => ('[', title.strip_suffix(']')?),
        '}' => ('{', title.strip_suffix('}')?),
        _ => return None,
    };
    let (rest, id) = inner.rsplit_once(open)?;
    let id = id.to_ascii_lowercase();
    let is_id = CATALOGUES.iter().any(|name| {
        id.strip_prefix(name).is_some_and(|tail| {
            tail.strip_prefix("id")
                .unwrap_or(tail)
                .starts_with(['-', '=', ':'])
        })
    });
    (is_id && !rest.trim().is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_series_has_one_key() {
        let key = title_key("Night Trains");
        for same in [
            "night trains",
            "Night.Trains",
            "NIGHT_TRAINS",
            "Night Trains (1962)",
            "Night Trains (1962) [tvdbid-1234]",
            "Night Trains {tmdb-7} ",
            "Níght  Träins!",
        ] {
            assert_eq!(title_key(same), key, "{same}");
        }
        assert_ne!(title_key("Night Trains 2"), key);
    }

    #[test]
    fn composed_and_decomposed_letters_are_equal() {
        assert_eq!(title_key("が"), title_key("か\u{3099}"));
        assert_ne!(title_key("が"), title_key("か"));
        assert_eq!(title_key("Große & Kleine"), title_key("GROSSE and kleine"));
    }

    #[test]
    fn different_years_are_different_series() {
        assert!(same_series("Harbour (1978)", "harbour"));
        assert!(!same_series("Harbour (1978)", "Harbour (2004)"));
        assert!(same_series("Harbour (1978)", "Harbour (1978) [imdbid-tt1]"));
    }

    #[test]
    fn titles_that_are_signs_or_years_keep_a_key() {
        assert_eq!(title_key("!!!"), "!!!");
        assert_eq!(title_key("(1923)"), "1923");
        assert_eq!(title_key("1923"), "1923");
        assert_eq!(title_key("[tvdbid-1]"), "tvdbid1");
    }

    #[test]
    fn the_title_for_people_keeps_the_year() {
        assert_eq!(
            series_title("Night  Trains (1962) [tvdbid-1]"),
            "Night Trains (1962)"
        );
    }
}
