//! The settings.

use aniworld_services::settings;
use aniworld_wire::app::{Language, LanguageChoice, Settings, SettingsPatch, Theme};
use aniworld_wire::{CommandError, ErrorCode};
use tauri::{AppHandle, Runtime, State};

use super::Answer;
use crate::app::App;
use crate::window;

/// Changes settings and puts them into force.
#[tauri::command]
pub(super) async fn settings_set<R: Runtime>(
    handle: AppHandle<R>,
    app: State<'_, App>,
    patch: SettingsPatch,
) -> Answer<Settings> {
    let settings = to_wire(&app.change_settings(from_wire(&patch)).await.map_err(error)?);
    if patch.theme.is_some() {
        window::set_theme(&handle, settings.theme);
    }
    Ok(settings)
}

/// The settings as a window shows them.
pub(super) fn to_wire(settings: &settings::Settings) -> Settings {
    Settings {
        parallel_downloads: settings.parallel_downloads,
        theme: theme(settings.theme),
        language: settings.language.map(language),
    }
}

pub(crate) fn theme(theme: settings::Theme) -> Theme {
    match theme {
        settings::Theme::System => Theme::System,
        settings::Theme::Light => Theme::Light,
        settings::Theme::Dark => Theme::Dark,
    }
}

pub(crate) fn language(language: settings::Language) -> Language {
    match language {
        settings::Language::En => Language::En,
        settings::Language::De => Language::De,
    }
}

fn from_wire(patch: &SettingsPatch) -> settings::SettingsPatch {
    settings::SettingsPatch {
        parallel_downloads: patch.parallel_downloads,
        theme: patch.theme.map(|theme| match theme {
            Theme::System => settings::Theme::System,
            Theme::Light => settings::Theme::Light,
            Theme::Dark => settings::Theme::Dark,
        }),
        language: patch.language.map(|choice| match choice {
            LanguageChoice::System => None,
            LanguageChoice::En => Some(settings::Language::En),
            LanguageChoice::De => Some(settings::Language::De),
        }),
    }
}

fn error(error: settings::SettingsError) -> CommandError {
    match error {
        settings::SettingsError::Invalid { field, expected, .. } => {
            let detail = format!("it must be {expected}");
            CommandError::new(
                ErrorCode::SettingInvalid,
                [("field", field.to_owned()), ("detail", detail)],
            )
        }
        settings::SettingsError::File { path, detail } => CommandError::new(
            ErrorCode::Disk,
            [("path", path.display().to_string()), ("detail", detail)],
        ),
    }
}
