//! Texts that SQLite compares: folded titles for search and order, and sort keys of episode numbers.

use aniworld_core::names::EpisodeNumber;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Without regard to case and accents: `Ärger über Graß` -> `arger uber grass`.
pub(super) fn fold(text: &str) -> String {
    let plain = text.trim().nfkd().filter(|c| !is_combining_mark(*c));
    plain.collect::<String>().to_lowercase().replace('ß', "ss")
}

/// The pattern of a `LIKE … ESCAPE '\'` that looks for this folded text anywhere.
pub(super) fn like(folded: &str) -> String {
    let mut pattern = String::with_capacity(folded.len() + 2);
    pattern.push('%');
    for c in folded.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Texts that sort as the numbers do: `9` < `9.5` < `10` < `10-11`, then days.
pub(super) fn number_sort(number: &EpisodeNumber) -> String {
    match number {
        EpisodeNumber::Single(n) => format!("{n:010}"),
        EpisodeNumber::Decimal { whole, fraction } => format!("{whole:010}.{fraction}"),
        EpisodeNumber::Range { first, last } => format!("{first:010}~{last:010}"),
        EpisodeNumber::Date { year, month, day } => format!("d{year:04}{month:02}{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_sharp_s_do_not_matter() {
        assert_eq!(fold("  Ärger ÜBER Graß "), "arger uber grass");
        assert_eq!(fold("Pokémon"), fold("POKEMON"));
    }

    #[test]
    fn signs_of_patterns_are_letters_in_a_search() {
        assert_eq!(like(r"100%_\"), r"%100\%\_\\%");
    }

    #[test]
    fn numbers_sort_by_value() {
        let sorted = ["1", "2", "9", "9.5", "10", "10-11", "11", "2024-02-29"];
        let mut keys: Vec<(String, &str)> = sorted
            .iter()
            .rev()
            .map(|text| (number_sort(&text.parse().unwrap()), *text))
            .collect();
        keys.sort();
        assert_eq!(keys.iter().map(|(_, text)| *text).collect::<Vec<_>>(), sorted);
    }
}
