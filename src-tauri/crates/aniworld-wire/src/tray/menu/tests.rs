//! The menu in both languages, in every state that has a line of its own.

use std::time::Duration;

use aniworld_services::settings::TransferSettings;

use super::{Item, Menu, SpeedLimit};
use crate::app::Language;
use crate::tray::Facts;

const BUSY: Facts = Facts {
    paused: false,
    scanning: false,
    active: 2,
    pending: 12,
    failed: 0,
    done: Some((3, 17)),
    percent: Some(45.9),
    speed: 4_231_000,
};

fn lines(facts: Facts, language: Language) -> Vec<String> {
    let menu = Menu::of(&facts, SpeedLimit::None, language);
    let line = |item: Item| {
        let mark = if menu.is_enabled(item) { "" } else { "# " };
        format!("{mark}{}", menu.text(item))
    };
    Item::ALL.into_iter().map(line).collect()
}

fn status(facts: Facts, language: Language) -> String {
    Menu::of(&facts, SpeedLimit::None, language).status
}

#[test]
fn the_menu_while_downloads_run() {
    assert_eq!(
        lines(BUSY, Language::En),
        [
            "# ↓ 4.2 MB/s · 3 of 17 · 45%",
            "Show Aniworld",
            "Check now",
            "Pause all",
            "# Limit speed",
            "Quit Aniworld"
        ]
    );
    assert_eq!(
        lines(BUSY, Language::De),
        [
            "# ↓ 4,2 MB/s · 3 von 17 · 45\u{a0}%",
            "Aniworld anzeigen",
            "Jetzt prüfen",
            "Alle anhalten",
            "# Tempo begrenzen",
            "Aniworld beenden"
        ]
    );
}

#[test]
fn the_menu_while_paused_offers_to_resume() {
    let paused = Facts { paused: true, ..BUSY };
    assert_eq!(
        lines(paused, Language::En),
        [
            "# Paused · 14 waiting",
            "Show Aniworld",
            "Check now",
            "Resume all",
            "# Limit speed",
            "Quit Aniworld"
        ]
    );
    assert_eq!(
        lines(paused, Language::De),
        [
            "# Angehalten · 14 warten",
            "Aniworld anzeigen",
            "Jetzt prüfen",
            "Alle fortsetzen",
            "# Tempo begrenzen",
            "Aniworld beenden"
        ]
    );
}

#[test]
fn a_scan_cannot_be_asked_for_twice() {
    let scanning = Facts {
        scanning: true,
        ..Facts::default()
    };
    assert_eq!(
        lines(scanning, Language::En)[..3],
        ["# Checking for new episodes …", "Show Aniworld", "# Check now"]
    );
    assert_eq!(status(scanning, Language::De), "Suche nach neuen Folgen …");
}

#[test]
fn idle_waiting_and_failed_have_lines_without_a_percentage() {
    assert_eq!(
        status(Facts::default(), Language::En),
        "Idle – nothing to download"
    );
    assert_eq!(status(Facts::default(), Language::De), "Bereit – nichts zu laden");
    let failed = Facts {
        failed: 2,
        percent: Some(80.0),
        ..Facts::default()
    };
    assert_eq!(
        status(failed, Language::En),
        "Idle – nothing to download · 2 failed"
    );
    let waiting = Facts {
        pending: 4,
        ..Facts::default()
    };
    assert_eq!(status(waiting, Language::En), "4 waiting");
    assert_eq!(status(waiting, Language::De), "4 warten");
}

#[test]
fn unknown_figures_are_left_out() {
    let unknown = Facts {
        done: None,
        percent: None,
        speed: 0,
        ..BUSY
    };
    assert_eq!(status(unknown, Language::En), "↓ 0 B/s");
    for (speed, text) in [
        (999, "999 B/s"),
        (1_000, "1 kB/s"),
        (999_960, "1.0 MB/s"),
        (2_340_000_000, "2.3 GB/s"),
    ] {
        assert_eq!(
            status(Facts { speed, ..unknown }, Language::En),
            format!("↓ {text}")
        );
    }
    let nearly = Facts {
        percent: Some(99.99),
        ..unknown
    };
    assert_eq!(status(nearly, Language::En), "↓ 0 B/s · 99%");
}

#[test]
fn a_new_state_is_written_at_once_and_new_figures_once_a_second() {
    let menu = |facts| Menu::of(&facts, SpeedLimit::None, Language::En);
    let due_in = |wanted, age| menu(BUSY).due_in(&wanted, Duration::from_millis(age));
    let faster = Facts {
        speed: 9_000_000,
        percent: Some(50.0),
        ..BUSY
    };
    assert_eq!(due_in(menu(BUSY), 0), None);
    assert_eq!(due_in(menu(faster), 300), Some(Duration::from_millis(700)));
    assert_eq!(due_in(menu(faster), 5_000), Some(Duration::ZERO));
    let paused = Facts { paused: true, ..BUSY };
    for new in [
        menu(paused),
        menu(Facts::default()),
        Menu::of(&faster, SpeedLimit::None, Language::De),
        Menu::of(&BUSY, SpeedLimit::On, Language::En),
    ] {
        assert_eq!(due_in(new, 300), Some(Duration::ZERO));
    }
}

#[test]
fn a_limit_that_was_chosen_can_be_lifted_and_put_back() {
    let entry = |speed_limit, limit_speed, language| {
        let settings = TransferSettings {
            speed_limit,
            limit_speed,
            ..TransferSettings::default()
        };
        let menu = Menu::of(&BUSY, SpeedLimit::of(&settings), language);
        (menu.text(Item::Limit).to_owned(), menu.is_enabled(Item::Limit))
    };
    for (language, lift, limit) in [
        (Language::En, "Lift the speed limit", "Limit speed"),
        (Language::De, "Tempolimit aufheben", "Tempo begrenzen"),
    ] {
        assert_eq!(entry(5_000, true, language), (lift.to_owned(), true));
        assert_eq!(entry(5_000, false, language), (limit.to_owned(), true));
        assert_eq!(entry(0, true, language), (limit.to_owned(), false));
    }
}

#[test]
fn ids_lead_back_to_their_items() {
    for item in Item::ALL {
        assert_eq!(Item::from_id(item.id()), Some(item));
    }
    assert_eq!(Item::from_id("settings"), None);
}
