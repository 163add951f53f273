//! Tells Tauri which commands the page may be given, where the capabilities are, and that the page is built.

/// Every command of the shell. What is not in here cannot be granted, and what is granted stands in
/// `capabilities/main.json`; `tests/shell` compares both with the commands that exist.
const COMMANDS: &[&str] = &[
    "app_state",
    "app_quit",
    "library_pick",
    "library_set",
    "library_rescan",
    "series_list",
    "series_detail",
    "source_list",
    "source_add",
    "source_refresh",
    "source_remove",
    "queue_add",
    "queue_list",
    "queue_act",
    "queue_pause_all",
    "queue_resume_all",
    "queue_clear_finished",
    "history_list",
    "history_figures",
    "history_export",
    "operation_report",
    "settings_set",
    "demo_start",
    "demo_stop",
    "open_folder",
    "progress_join",
    "progress_leave",
    "progress_rooms",
    "progress_heard",
    "progress_visible_rows",
    "window_ready",
];

fn main() {
    println!("cargo::rerun-if-changed=ui/dist/index.html");
    if !std::path::Path::new("ui/dist/index.html").is_file() {
        println!(
            "cargo::error=the page is not built: run `cargo xtask run`, or `npm ci && npm run build` in ui/"
        );
        return;
    }
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
