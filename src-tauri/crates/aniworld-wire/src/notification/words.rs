//! The words of a notification, in English and German.
//!
//! The name of a series comes from outside and stands in the title only, which every system shows as plain text;
//! in the body some read `<` and `&` as markup. No path and no address is in either.

use super::{Notification, Trouble};
use crate::app::Language;

/// The most characters of a series' name.
const LONGEST_NAME: usize = 80;

/// A notification as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The first line; plain text.
    pub title: String,
    /// The rest.
    pub body: String,
    /// What a press on it does.
    pub action: &'static str,
}

impl Notification {
    /// Its words.
    pub fn words(&self, language: Language) -> Words {
        let en = language == Language::En;
        let (title, body) = match self {
            Self::RunEnded {
                completed,
                failed,
                series,
            } => run_ended(*completed, *failed, series.as_deref(), en),
            Self::Trouble(trouble) => {
                let (title, body) = stopped(*trouble, en);
                (title.to_owned(), body.to_owned())
            }
            Self::NewEpisodes(number) => new_episodes(*number, en),
        };
        let action = if en { "Show Aniworld" } else { "Aniworld anzeigen" };
        Words { title, body, action }
    }
}

fn run_ended(completed: u64, failed: u64, series: Option<&str>, en: bool) -> (String, String) {
    let title = match (series.map(plain).filter(|name| !name.is_empty()), completed, en) {
        (Some(name), ..) => name,
        (None, 0, true) => "Downloads failed".to_owned(),
        (None, 0, false) => "Downloads fehlgeschlagen".to_owned(),
        (None, 1.., true) => "Downloads finished".to_owned(),
        (None, 1.., false) => "Downloads fertig".to_owned(),
    };
    let body = match (completed, failed, en) {
        (0, 1, true) => "1 download failed.".to_owned(),
        (0, 1, false) => "1 Download fehlgeschlagen.".to_owned(),
        (0, _, true) => format!("{failed} downloads failed."),
        (0, _, false) => format!("{failed} Downloads fehlgeschlagen."),
        (_, 0, _) => format!("{}.", downloaded(completed, en)),
        (_, _, true) => format!("{}, {failed} failed.", downloaded(completed, en)),
        (_, _, false) => format!("{}, {failed} fehlgeschlagen.", downloaded(completed, en)),
    };
    (title, body)
}

fn downloaded(number: u64, en: bool) -> String {
    match (number, en) {
        (1, true) => "1 episode downloaded".to_owned(),
        (1, false) => "1 Folge geladen".to_owned(),
        (_, true) => format!("{number} episodes downloaded"),
        (_, false) => format!("{number} Folgen geladen"),
    }
}

fn new_episodes(number: u64, en: bool) -> (String, String) {
    let title = match (number, en) {
        (1, true) => "1 new episode is missing".to_owned(),
        (1, false) => "1 neue Folge fehlt".to_owned(),
        (_, true) => format!("{number} new episodes are missing"),
        (_, false) => format!("{number} neue Folgen fehlen"),
    };
    let body = if en {
        "Open Aniworld to download what is missing."
    } else {
        "In Aniworld können Sie laden, was fehlt."
    };
    (title, body.to_owned())
}

fn stopped(trouble: Trouble, en: bool) -> (&'static str, &'static str) {
    match (trouble, en) {
        (Trouble::DiskFull, true) => (
            "The disk is full",
            "Downloads cannot go on. Make room, then try again in Aniworld.",
        ),
        (Trouble::DiskFull, false) => (
            "Der Datenträger ist voll",
            "Es kann nichts mehr geladen werden. Schaffen Sie Platz und versuchen Sie es in Aniworld erneut.",
        ),
        (Trouble::LibraryMissing, true) => (
            "The library cannot be reached",
            "Connect the drive that holds it, then try again in Aniworld.",
        ),
        (Trouble::LibraryMissing, false) => (
            "Die Bibliothek ist nicht erreichbar",
            "Schließen Sie das Laufwerk an, auf dem sie liegt, und versuchen Sie es in Aniworld erneut.",
        ),
        (Trouble::ReadOnly, true) => (
            "The library cannot be written",
            "Allow Aniworld to write there, then try again.",
        ),
        (Trouble::ReadOnly, false) => (
            "In die Bibliothek kann nicht geschrieben werden",
            "Erlauben Sie Aniworld, dort zu schreiben, und versuchen Sie es erneut.",
        ),
        (Trouble::Broken, true) => (
            "Downloads stopped",
            "Something went wrong inside Aniworld. Its window says what.",
        ),
        (Trouble::Broken, false) => (
            "Downloads wurden beendet",
            "In Aniworld ist etwas schiefgegangen. Das Fenster sagt, was.",
        ),
    }
}

/// A name on one line, without what no screen shows, and not too long.
fn plain(name: &str) -> String {
    let mut shown: String = name.chars().filter(|it| !it.is_control()).collect();
    if let Some((end, _)) = shown.char_indices().nth(LONGEST_NAME) {
        shown.truncate(end);
        shown.push('…');
    }
    shown.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(notification: &Notification, language: Language) -> String {
        let Words { title, body, .. } = notification.words(language);
        format!("{title} | {body}")
    }

    fn run(completed: u64, failed: u64, series: Option<&str>) -> Notification {
        let series = series.map(str::to_owned);
        Notification::RunEnded {
            completed,
            failed,
            series,
        }
    }

    #[test]
    fn every_notification_has_words_in_both_languages() {
        let all = [
            run(12, 0, Some("Night Trains")),
            run(1, 0, None),
            run(12, 2, None),
            run(0, 1, Some("Night Trains")),
            run(0, 2, None),
            Notification::NewEpisodes(1),
            Notification::NewEpisodes(3),
            Notification::Trouble(Trouble::DiskFull),
            Notification::Trouble(Trouble::LibraryMissing),
            Notification::Trouble(Trouble::ReadOnly),
            Notification::Trouble(Trouble::Broken),
        ];
        let lines = |language| {
            let lines: Vec<String> = all.iter().map(|it| said(it, language)).collect();
            lines.join("\n")
        };
        insta::assert_snapshot!("words_en", lines(Language::En));
        insta::assert_snapshot!("words_de", lines(Language::De));
    }

    #[test]
    fn a_name_from_outside_is_one_short_line_in_the_title_and_nowhere_else() {
        let name = format!("<b>Night\n\u{7}Trains</b> & {}", "x".repeat(200));
        let Words { title, body, .. } = run(2, 0, Some(&name)).words(Language::En);
        assert!(title.starts_with("<b>NightTrains</b> & xx"), "{title}");
        assert_eq!(title.chars().count(), LONGEST_NAME + 1);
        assert_eq!(body, "2 episodes downloaded.");
        assert_eq!(
            run(1, 0, Some("\n")).words(Language::De).title,
            "Downloads fertig"
        );
    }
}
