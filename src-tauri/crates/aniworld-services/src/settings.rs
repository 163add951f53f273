//! The settings file: typed, read field by field, written whole or not at all. Knows nobody who uses it.

mod file;
mod transfers;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::transfers::{TransferPatch, TransferSettings};
use crate::downloads::{PARALLEL_DEFAULT, PARALLEL_MAX};

/// The file inside the config folder.
pub const SETTINGS_FILE: &str = "settings.toml";

/// Days for which the history is kept, unless the settings say otherwise.
const HISTORY_DAYS_DEFAULT: u32 = 365;
/// A hundred years: longer is "for ever", which is 0.
const HISTORY_DAYS_MAX: u32 = 36_500;
/// What a value of `history_days` must be, in English.
const HISTORY_DAYS_EXPECTED: &str = "a whole number of days up to 36500, or 0 to keep it for ever";

/// The settings of this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Downloads at the same time, 1 to 16.
    pub parallel_downloads: u32,
    /// How transfers are made.
    pub transfers: TransferSettings,
    /// Days for which the history is kept, up to 36500; 0 is for ever.
    pub history_days: u32,
    /// Whether the system shows notifications while the window is not in front.
    pub notifications: bool,
    /// The colours of the window.
    pub theme: Theme,
    /// The language of the window; `None` follows the system.
    pub language: Option<Language>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            parallel_downloads: PARALLEL_DEFAULT,
            transfers: TransferSettings::default(),
            history_days: HISTORY_DAYS_DEFAULT,
            notifications: true,
            theme: Theme::System,
            language: None,
        }
    }
}

/// The colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The languages of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// A change; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsPatch {
    /// Downloads at the same time, 1 to 16.
    pub parallel_downloads: Option<u32>,
    /// How transfers are made.
    pub transfers: TransferPatch,
    /// Days for which the history is kept, up to 36500; 0 is for ever.
    pub history_days: Option<u32>,
    /// Whether the system shows notifications while the window is not in front.
    pub notifications: Option<bool>,
    /// The colours of the window.
    pub theme: Option<Theme>,
    /// The language; `Some(None)` follows the system again.
    pub language: Option<Option<Language>>,
}

/// Why settings were not read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A value is not allowed. Nothing was changed.
    #[error("{value} is no value for {field}: it must be {expected}")]
    Invalid {
        /// The field, as in the file.
        field: &'static str,
        /// What was given.
        value: String,
        /// What would be allowed, in English.
        expected: &'static str,
    },
    /// The file cannot be read, is no TOML, or cannot be written. It is as it was.
    #[error("the settings {path}: {detail}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
}

impl Settings {
    /// Reads the file of a config folder. Whatever is wrong with it is named, and the default stands in for
    /// exactly that; a missing file is no fault.
    pub fn load(config_dir: &Path) -> (Self, Vec<SettingsError>) {
        file::load(&config_dir.join(SETTINGS_FILE))
    }

    /// Reads the file, changes what the patch says and writes it: whole or not at all. What this version
    /// does not know stays in the file.
    pub fn save(config_dir: &Path, patch: &SettingsPatch) -> Result<Self, SettingsError> {
        patch.check()?;
        file::change(&config_dir.join(SETTINGS_FILE), patch)
    }
}

impl SettingsPatch {
    /// Whether every value is allowed.
    pub fn check(&self) -> Result<(), SettingsError> {
        if let Some(number) = self.parallel_downloads {
            parallel(i64::from(number))?;
        }
        if let Some(days) = self.history_days {
            history_days(i64::from(days))?;
        }
        self.transfers.check()
    }
}

/// The one place that knows how long a history may be kept.
fn history_days(days: i64) -> Result<u32, SettingsError> {
    u32::try_from(days)
        .ok()
        .filter(|days| *days <= HISTORY_DAYS_MAX)
        .ok_or_else(|| SettingsError::Invalid {
            field: "history_days",
            value: days.to_string(),
            expected: HISTORY_DAYS_EXPECTED,
        })
}

/// The one place that knows the range.
fn parallel(number: i64) -> Result<u32, SettingsError> {
    u32::try_from(number)
        .ok()
        .filter(|number| (1..=PARALLEL_MAX).contains(number))
        .ok_or_else(|| SettingsError::Invalid {
            field: "parallel_downloads",
            value: number.to_string(),
            expected: "a whole number from 1 to 16",
        })
}

#[cfg(test)]
mod tests;
