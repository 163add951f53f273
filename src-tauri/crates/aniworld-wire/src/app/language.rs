//! Which language to speak where no page does: in the tray.

use super::Language;

impl Language {
    /// The language of a locale such as `de_AT.UTF-8` or `de-AT`; English for all that we do not speak.
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("de") {
            Self::De
        } else {
            Self::En
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_part_of_a_locale_decides() {
        for german in ["de", "de_DE.UTF-8", "de-AT", "DE@euro"] {
            assert_eq!(Language::of_locale(german), Language::De, "{german}");
        }
        for other in ["", "C", "C.UTF-8", "en_GB", "den", "fr_FR.UTF-8"] {
            assert_eq!(Language::of_locale(other), Language::En, "{other}");
        }
    }
}
