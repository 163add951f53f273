//! What the tray's menu says: from a few figures to texts. Pure, and the same for every system.

use std::time::Duration;

use aniworld_services::settings::TransferSettings;

use super::Facts;
use crate::app::Language;

/// The least time between two writings of figures.
const PACE: Duration = Duration::from_secs(1);

/// The entries of the menu. Their ids are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// What happens now; cannot be pressed.
    Status,
    /// Show the window. On Linux a click on the icon is not delivered, so it has to be here.
    Show,
    /// Look for new episodes.
    Check,
    /// Pause all, or resume all when paused: one entry, so that it is never the wrong one.
    PauseOrResume,
    /// Lift the speed limit, or put it into force again.
    Limit,
    /// End the program.
    Quit,
}

/// The speed limit of all downloads together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SpeedLimit {
    /// None was ever chosen, or it was taken away.
    #[default]
    None,
    /// In force.
    On,
    /// Chosen, and lifted for a while.
    Off,
}

impl SpeedLimit {
    /// What the settings say.
    pub fn of(settings: &TransferSettings) -> Self {
        match (settings.speed_limit, settings.limit_speed) {
            (0, _) => Self::None,
            (_, true) => Self::On,
            (_, false) => Self::Off,
        }
    }
}

impl Item {
    /// All, from top to bottom.
    pub const ALL: [Self; 6] = [
        Self::Status,
        Self::Show,
        Self::Check,
        Self::PauseOrResume,
        Self::Limit,
        Self::Quit,
    ];

    /// Its id in the menu.
    pub fn id(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Show => "show",
            Self::Check => "check",
            Self::PauseOrResume => "pause_or_resume",
            Self::Limit => "limit_speed",
            Self::Quit => "quit",
        }
    }

    /// The entry with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.id() == id)
    }
}

/// The menu as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Menu {
    /// The status line.
    pub status: String,
    /// What the pausing entry would do: resume all instead of pause all.
    pub resumes: bool,
    /// A scan runs, so there is nothing to check now.
    pub scanning: bool,
    /// What the entry of the speed limit would change.
    pub limit: SpeedLimit,
    language: Language,
}

impl Menu {
    /// The menu for these figures.
    pub fn of(facts: &Facts, limit: SpeedLimit, language: Language) -> Self {
        Self {
            status: status_line(facts, language),
            resumes: facts.paused,
            scanning: facts.scanning,
            limit,
            language,
        }
    }

    /// The text of an entry.
    pub fn text(&self, item: Item) -> &str {
        match (item, self.language) {
            (Item::Status, _) => &self.status,
            (Item::Show, Language::En) => "Show Aniworld",
            (Item::Show, Language::De) => "Aniworld anzeigen",
            (Item::Check, Language::En) => "Check now",
            (Item::Check, Language::De) => "Jetzt prüfen",
            (Item::PauseOrResume, Language::En) if self.resumes => "Resume all",
            (Item::PauseOrResume, Language::De) if self.resumes => "Alle fortsetzen",
            (Item::PauseOrResume, Language::En) => "Pause all",
            (Item::PauseOrResume, Language::De) => "Alle anhalten",
            (Item::Limit, Language::En) if self.limit == SpeedLimit::On => "Lift the speed limit",
            (Item::Limit, Language::De) if self.limit == SpeedLimit::On => "Tempolimit aufheben",
            (Item::Limit, Language::En) => "Limit speed",
            (Item::Limit, Language::De) => "Tempo begrenzen",
            (Item::Quit, Language::En) => "Quit Aniworld",
            (Item::Quit, Language::De) => "Aniworld beenden",
        }
    }

    /// Whether an entry can be pressed.
    pub fn is_enabled(&self, item: Item) -> bool {
        match item {
            Item::Status => false,
            Item::Check => !self.scanning,
            // how fast that would be is chosen in the settings
            Item::Limit => self.limit != SpeedLimit::None,
            Item::Show | Item::PauseOrResume | Item::Quit => true,
        }
    }

    /// How long the menu that is `wanted` waits until it takes the place of this one, `age` after the last writing.
    /// `None`: there is nothing to write. Figures alone may wait a moment.
    pub fn due_in(&self, wanted: &Self, age: Duration) -> Option<Duration> {
        if self == wanted {
            None
        } else if self.differs_in_figures_only(wanted) {
            Some(PACE.saturating_sub(age))
        } else {
            Some(Duration::ZERO)
        }
    }

    fn differs_in_figures_only(&self, other: &Self) -> bool {
        let state = |menu: &Self| {
            (
                menu.resumes,
                menu.scanning,
                menu.limit,
                menu.language,
                menu.status.contains('↓'),
            )
        };
        state(self) == state(other)
    }
}

fn status_line(facts: &Facts, language: Language) -> String {
    let en = language == Language::En;
    if facts.paused {
        let waiting = facts.active + facts.pending;
        return if en {
            format!("Paused · {waiting} waiting")
        } else {
            format!("Angehalten · {waiting} warten")
        };
    }
    if facts.active > 0 {
        return running(facts, language);
    }
    let line = match (facts.scanning, facts.pending, en) {
        (true, _, true) => "Checking for new episodes …".to_owned(),
        (true, _, false) => "Suche nach neuen Folgen …".to_owned(),
        (false, 1.., true) => format!("{} waiting", facts.pending),
        (false, 1.., false) => format!("{} warten", facts.pending),
        (false, 0, true) => "Idle – nothing to download".to_owned(),
        (false, 0, false) => "Bereit – nichts zu laden".to_owned(),
    };
    match (facts.failed, en) {
        (0, _) => line,
        (failed, true) => format!("{line} · {failed} failed"),
        (failed, false) => format!("{line} · {failed} fehlgeschlagen"),
    }
}

fn running(facts: &Facts, language: Language) -> String {
    let mut parts = vec![format!("↓ {}", speed(facts.speed, language))];
    if let Some((done, total)) = facts.done {
        let of = if language == Language::En { "of" } else { "von" };
        parts.push(format!("{done} {of} {total}"));
    }
    if let Some(percent) = facts.percent {
        parts.push(percent_text(&whole(percent), language));
    }
    parts.join(" · ")
}

/// Decimal units, as disks and providers count.
fn speed(bytes_per_second: u64, language: Language) -> String {
    const UNITS: [&str; 4] = ["B/s", "kB/s", "MB/s", "GB/s"];
    let mut value = bytes_per_second as f64;
    let mut unit = 0;
    // 999.95 would be written as 1000.0
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 1);
    let text = format!("{value:.digits$} {}", UNITS[unit]);
    if language == Language::De {
        text.replace('.', ",")
    } else {
        text
    }
}

/// A percentage as the page writes it.
pub(super) fn percent_text(whole: &str, language: Language) -> String {
    match language {
        Language::En => format!("{whole}%"),
        Language::De => format!("{whole}\u{a0}%"),
    }
}

/// A percentage without digits; 100 is for what is done, not for what is nearly so.
pub(super) fn whole(percent: f64) -> String {
    format!("{:.0}", percent.floor().clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests;
