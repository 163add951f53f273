//! The settings.

use aniworld_wire::app::{Settings, SettingsPatch};
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
    let settings = Settings::from(&app.change_settings((&patch).into()).await?);
    if patch.theme.is_some() {
        window::set_theme(&handle, settings.theme);
    }
    Ok(settings)
}
