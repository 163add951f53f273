//! The state of the program as a whole, and its settings.

mod arguments;
mod language;
mod transfers;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::arguments::{Arguments, USAGE};
pub use self::transfers::{TransferPatch, TransferSettings};

/// What a window needs to choose its first page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AppState {
    /// The version of the program.
    pub version: String,
    /// Where its data is.
    pub data_dir: String,
    /// The library, once it was chosen.
    pub library: Option<LibraryState>,
    /// Whether the built-in demo runs instead of the user's own library.
    pub demo: bool,
    /// Configured sources.
    pub sources: u32,
    /// Whether there is a tray to close into.
    pub tray: TrayState,
    /// The settings.
    pub settings: Settings,
    /// Two-letter code of the language to speak: the setting, or the system's.
    pub language: Language,
}

/// The library folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LibraryState {
    /// The folder.
    pub path: String,
    /// Whether it can be reached now.
    pub reachable: bool,
    /// Free space in bytes, where the system says it.
    pub free_bytes: Option<u64>,
    /// When the last scan ended, RFC 3339.
    pub last_scan_at: Option<String>,
}

/// Whether closing the window keeps the program in the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TrayState {
    /// A tray shows our icon: closing keeps downloads running there.
    Present,
    /// No tray: closing minimises.
    Absent,
}

/// The settings of this version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Settings {
    /// Downloads at the same time, 1 to 16.
    pub parallel_downloads: u32,
    /// How transfers are made.
    pub transfers: TransferSettings,
    /// Whether the system shows notifications while the window is not in front.
    pub notifications: bool,
    /// Days for which the history is kept, up to 36500; 0 is for ever.
    pub history_days: u32,
    /// The colours of the window.
    pub theme: Theme,
    /// The language of the window; null follows the system.
    pub language: Option<Language>,
}

/// A change of settings; fields left out stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsPatch {
    /// Downloads at the same time, 1 to 16.
    #[serde(default)]
    #[ts(optional)]
    pub parallel_downloads: Option<u32>,
    /// How transfers are made.
    #[serde(default)]
    #[ts(optional)]
    pub transfers: Option<TransferPatch>,
    /// Whether the system shows notifications while the window is not in front.
    #[serde(default)]
    #[ts(optional)]
    pub notifications: Option<bool>,
    /// Days for which the history is kept, up to 36500; 0 is for ever.
    #[serde(default)]
    #[ts(optional)]
    pub history_days: Option<u32>,
    /// The colours of the window.
    #[serde(default)]
    #[ts(optional)]
    pub theme: Option<Theme>,
    /// The language, or `system`.
    #[serde(default)]
    #[ts(optional)]
    pub language: Option<LanguageChoice>,
}

/// The colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The languages of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    En,
    /// German.
    #[serde(rename = "de")]
    De,
}

/// A language or the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum LanguageChoice {
    System,
    En,
    De,
}
