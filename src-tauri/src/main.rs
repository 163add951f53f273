//! The program `aniworld`. Everything it does is in the library beside it.

// a window needs no console; a debug build keeps it for its log
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    aniworld_shell::run()
}
