//! Settings, and changes of them.

use aniworld_services::settings;

use crate::app::{Language, LanguageChoice, Settings, SettingsPatch, Theme};

impl From<&settings::Settings> for Settings {
    fn from(settings: &settings::Settings) -> Self {
        Self {
            parallel_downloads: settings.parallel_downloads,
            notifications: settings.notifications,
            history_days: settings.history_days,
            theme: settings.theme.into(),
            language: settings.language.map(Into::into),
        }
    }
}

impl From<&SettingsPatch> for settings::SettingsPatch {
    fn from(patch: &SettingsPatch) -> Self {
        Self {
            parallel_downloads: patch.parallel_downloads,
            notifications: patch.notifications,
            theme: patch.theme.map(Into::into),
            language: patch.language.map(|choice| match choice {
                LanguageChoice::System => None,
                LanguageChoice::En => Some(settings::Language::En),
                LanguageChoice::De => Some(settings::Language::De),
            }),
            history_days: patch.history_days,
        }
    }
}

impl From<settings::Theme> for Theme {
    fn from(theme: settings::Theme) -> Self {
        match theme {
            settings::Theme::System => Self::System,
            settings::Theme::Light => Self::Light,
            settings::Theme::Dark => Self::Dark,
        }
    }
}

impl From<Theme> for settings::Theme {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::System => Self::System,
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
        }
    }
}

impl From<settings::Language> for Language {
    fn from(language: settings::Language) -> Self {
        match language {
            settings::Language::En => Self::En,
            settings::Language::De => Self::De,
        }
    }
}
