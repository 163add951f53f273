//! The built-in demo.

use aniworld_wire::app::AppState;
use tauri::State;

use super::{Answer, app_state};
use crate::app::App;

/// Shows the demo instead of the user's own library. When it runs already, nothing changes.
#[tauri::command]
pub(super) async fn demo_start(app: State<'_, App>) -> Answer<AppState> {
    app.start_demo().await?;
    app_state::of(&app).await
}

/// Ends the demo, and with it everything it made.
#[tauri::command]
pub(super) async fn demo_stop(app: State<'_, App>) -> Answer<AppState> {
    app.stop_demo().await;
    app_state::of(&app).await
}
