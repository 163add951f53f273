//! The form of the settings file: TOML, one field after the other.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{
    HISTORY_DAYS_EXPECTED, Settings, SettingsError, SettingsPatch, history_days, parallel, transfers,
};

/// Larger is no settings file.
const LIMIT_BYTES: u64 = 1 << 20;

pub(super) fn load(path: &Path) -> (Settings, Vec<SettingsError>) {
    match read(path) {
        Ok(table) => settings_in(&table),
        Err(error) => (Settings::default(), vec![error]),
    }
}

/// A file that is no TOML is left alone: there may be something in it that its owner wants back.
pub(super) fn change(path: &Path, changed: &SettingsPatch) -> Result<Settings, SettingsError> {
    let mut kept = read(path)?;
    if let Some(number) = changed.parallel_downloads {
        kept.insert("parallel_downloads".to_owned(), Value::Integer(number.into()));
    }
    if let Some(days) = changed.history_days {
        kept.insert("history_days".to_owned(), Value::Integer(days.into()));
    }
    if let Some(wanted) = changed.notifications {
        kept.insert("notifications".to_owned(), Value::Boolean(wanted));
    }
    changed.transfers.put(&mut kept);
    let failed = |error: toml::ser::Error| failure(path, &error);
    if let Some(theme) = changed.theme {
        kept.insert("theme".to_owned(), Value::try_from(theme).map_err(failed)?);
    }
    match changed.language {
        Some(Some(language)) => {
            kept.insert("language".to_owned(), Value::try_from(language).map_err(failed)?);
        }
        Some(None) => {
            kept.remove("language");
        }
        None => {}
    }
    let text = toml::to_string_pretty(&kept).map_err(failed)?;
    write(path, &text).map_err(|error| failure(path, &error))?;
    Ok(settings_in(&kept).0)
}

fn read(path: &Path) -> Result<Table, SettingsError> {
    let text = match fs::metadata(path) {
        Ok(meta) if meta.len() > LIMIT_BYTES => Err(failure(path, &"it is larger than 1 MiB")),
        Ok(_) => fs::read_to_string(path).map_err(|error| failure(path, &error)),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Table::new()),
        Err(error) => Err(failure(path, &error)),
    }?;
    text.parse::<Table>()
        .map_err(|error| failure(path, &error.message()))
}

fn settings_in(table: &Table) -> (Settings, Vec<SettingsError>) {
    let mut settings = Settings::default();
    let (transfers, mut wrong) = transfers::read(table);
    settings.transfers = transfers;
    let mut note = |error| wrong.push(error);
    match number(
        table,
        "parallel_downloads",
        "a whole number from 1 to 16",
        parallel,
    ) {
        Ok(number) => settings.parallel_downloads = number.unwrap_or(settings.parallel_downloads),
        Err(error) => note(error),
    }
    match number(table, "history_days", HISTORY_DAYS_EXPECTED, history_days) {
        Ok(days) => settings.history_days = days.unwrap_or(settings.history_days),
        Err(error) => note(error),
    }
    match word(table, "notifications", "true or false") {
        Ok(wanted) => settings.notifications = wanted.unwrap_or(settings.notifications),
        Err(error) => note(error),
    }
    match word(table, "theme", "system, light or dark") {
        Ok(theme) => settings.theme = theme.unwrap_or_default(),
        Err(error) => note(error),
    }
    match word(table, "language", "en or de") {
        Ok(language) => settings.language = language,
        Err(error) => note(error),
    }
    (settings, wrong)
}

fn number(
    table: &Table,
    field: &'static str,
    expected: &'static str,
    check: impl Fn(i64) -> Result<u32, SettingsError>,
) -> Result<Option<u32>, SettingsError> {
    match table.get(field) {
        Some(Value::Integer(number)) => check(*number).map(Some),
        Some(other) => Err(invalid(field, other, expected)),
        None => Ok(None),
    }
}

pub(super) fn word<T: DeserializeOwned>(
    table: &Table,
    field: &'static str,
    expected: &'static str,
) -> Result<Option<T>, SettingsError> {
    match table.get(field) {
        Some(value) => match value.clone().try_into() {
            Ok(word) => Ok(Some(word)),
            Err(_) => Err(invalid(field, value, expected)),
        },
        None => Ok(None),
    }
}

pub(super) fn invalid(field: &'static str, value: &Value, expected: &'static str) -> SettingsError {
    SettingsError::Invalid {
        field,
        value: value.to_string(),
        expected,
    }
}

/// Beside the file first, then in its place: a crash leaves the old one or the new one.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".settings-")
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn failure(path: &Path, detail: &impl ToString) -> SettingsError {
    SettingsError::File {
        path: path.to_owned(),
        detail: detail.to_string(),
    }
}
