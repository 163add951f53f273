//! What the program says once: to the main window, when its page listens.

use aniworld_wire::notice::NOTICE_EVENT;
use aniworld_wire::socket;
use serde_json::json;

use crate::program::{Ears, Program};

#[test]
fn a_page_that_listens_is_told_once_that_there_is_no_tray() {
    let program = Program::start();
    let other = program.other_window();
    let (ears, others) = (
        Ears::of(&program.main, NOTICE_EVENT),
        Ears::of(&other, NOTICE_EVENT),
    );
    assert!(ears.so_far().is_empty(), "nobody reads before the page says so");
    // a page may repeat a command, and may be loaded again
    for _ in 0..3 {
        program.ask("window_ready", &json!({}));
    }
    let told = json!({ "code": "no_tray_close_minimises", "params": {} });
    assert_eq!(ears.so_far(), [told]);
    assert!(others.so_far().is_empty());
}

#[test]
fn a_second_start_reaches_the_window_before_and_after_its_page_is_ready() {
    let program = Program::start();
    let asked = || tauri::async_runtime::block_on(socket::request_show(&program.data_dir()));
    assert_eq!(asked(), Ok(()));
    program.ask("window_ready", &json!({}));
    assert_eq!(asked(), Ok(()));
}
