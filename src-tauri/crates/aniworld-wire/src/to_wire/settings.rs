//! Settings, and changes of them.

use aniworld_core::transfer::ProxyChoice;
use aniworld_services::settings;

use crate::app::{Language, LanguageChoice, Settings, SettingsPatch, Theme, TransferPatch, TransferSettings};

impl From<&settings::Settings> for Settings {
    fn from(settings: &settings::Settings) -> Self {
        Self {
            parallel_downloads: settings.parallel_downloads,
            transfers: (&settings.transfers).into(),
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
            transfers: patch.transfers.as_ref().map(Into::into).unwrap_or_default(),
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

impl From<&settings::TransferSettings> for TransferSettings {
    fn from(settings: &settings::TransferSettings) -> Self {
        Self {
            speed_limit: settings.speed_limit,
            limit_speed: settings.limit_speed,
            speed_limit_per_host: settings.speed_limit_per_host,
            connections_per_file: settings.connections_per_file,
            connections_per_host: settings.connections_per_host,
            tries: settings.tries,
            stall_timeout_s: settings.stall_timeout_s,
            proxy: match &settings.proxy {
                ProxyChoice::System => "system".to_owned(),
                ProxyChoice::Off => "off".to_owned(),
                // a window may be looked at by others, and needs no password to show where it goes
                ProxyChoice::Url(url) => url.to_string(),
            },
        }
    }
}

impl From<&TransferPatch> for settings::TransferPatch {
    fn from(patch: &TransferPatch) -> Self {
        Self {
            speed_limit: patch.speed_limit,
            limit_speed: patch.limit_speed,
            speed_limit_per_host: patch.speed_limit_per_host,
            connections_per_file: patch.connections_per_file,
            connections_per_host: patch.connections_per_host,
            tries: patch.tries,
            stall_timeout_s: patch.stall_timeout_s,
            proxy: patch.proxy.clone(),
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
