//! Settings from files as people leave them.

use std::fs;

use aniworld_core::transfer::ProxyChoice;

use super::*;

fn with_file(text: &str) -> (tempfile::TempDir, Settings, Vec<SettingsError>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(SETTINGS_FILE), text).unwrap();
    let (settings, wrong) = Settings::load(dir.path());
    (dir, settings, wrong)
}

#[test]
fn without_a_file_everything_has_its_default() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Settings::load(dir.path()), (Settings::default(), Vec::new()));
    assert_eq!(Settings::default().parallel_downloads, 3);
}

#[test]
fn a_bad_value_is_named_and_the_others_survive() {
    let (_dir, settings, wrong) = with_file("parallel_downloads = 40\ntheme = \"dark\"\nlanguage = \"xx\"\n");
    assert_eq!(settings.parallel_downloads, 3);
    assert_eq!(settings.theme, Theme::Dark);
    assert_eq!(settings.language, None);
    let named: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(
        named,
        [
            "40 is no value for parallel_downloads: it must be a whole number from 1 to 16",
            "\"xx\" is no value for language: it must be en or de",
        ]
    );
}

#[test]
fn a_change_keeps_what_this_version_does_not_know() {
    let (dir, ..) = with_file("theme = \"light\"\n[window]\nwidth = 900\n");
    let patch = SettingsPatch {
        parallel_downloads: Some(16),
        language: Some(Some(Language::De)),
        ..SettingsPatch::default()
    };
    let saved = Settings::save(dir.path(), &patch).unwrap();
    assert_eq!(Settings::load(dir.path()), (saved.clone(), Vec::new()));
    assert_eq!((saved.parallel_downloads, saved.theme), (16, Theme::Light));
    let text = fs::read_to_string(dir.path().join(SETTINGS_FILE)).unwrap();
    assert!(text.contains("width = 900"), "{text}");
    let back = SettingsPatch {
        language: Some(None),
        ..SettingsPatch::default()
    };
    assert_eq!(Settings::save(dir.path(), &back).unwrap().language, None);
}

#[test]
fn a_value_out_of_range_is_refused_and_nothing_is_written() {
    let dir = tempfile::tempdir().unwrap();
    for number in [0, 17] {
        let patch = SettingsPatch {
            parallel_downloads: Some(number),
            theme: Some(Theme::Dark),
            ..SettingsPatch::default()
        };
        let refused = Settings::save(dir.path(), &patch).unwrap_err();
        assert!(matches!(
            refused,
            SettingsError::Invalid {
                field: "parallel_downloads",
                ..
            }
        ));
    }
    assert!(!dir.path().join(SETTINGS_FILE).exists());
}

#[test]
fn a_broken_file_is_named_and_never_overwritten() {
    let broken = "theme = \"dark\nlanguage = ";
    let (dir, settings, wrong) = with_file(broken);
    assert_eq!(settings, Settings::default());
    assert!(matches!(&wrong[..], [SettingsError::File { .. }]));
    let patch = SettingsPatch {
        theme: Some(Theme::Dark),
        ..SettingsPatch::default()
    };
    assert!(matches!(
        Settings::save(dir.path(), &patch),
        Err(SettingsError::File { .. })
    ));
    assert_eq!(
        fs::read_to_string(dir.path().join(SETTINGS_FILE)).unwrap(),
        broken
    );
}

#[test]
fn nothing_but_the_file_is_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    Settings::save(dir.path(), &SettingsPatch::default()).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn the_history_is_kept_for_a_year_for_some_days_or_for_ever() {
    assert_eq!(Settings::default().history_days, 365);
    for (text, days, faults) in [
        ("history_days = 0\n", 0, 0),
        ("history_days = 36500\n", 36_500, 0),
        ("history_days = 36501\n", 365, 1),
        ("history_days = -1\n", 365, 1),
        ("history_days = \"long\"\ntheme = \"dark\"\n", 365, 1),
    ] {
        let (_dir, settings, wrong) = with_file(text);
        assert_eq!((settings.history_days, wrong.len()), (days, faults), "{text}");
    }
    let (_dir, _, wrong) = with_file("history_days = \"long\"\n");
    assert_eq!(
        wrong[0].to_string(),
        "\"long\" is no value for history_days: it must be a whole number of days up to 36500, or 0 to keep it for ever"
    );
    let dir = tempfile::tempdir().unwrap();
    let patch = |days| SettingsPatch {
        history_days: Some(days),
        ..SettingsPatch::default()
    };
    assert_eq!(Settings::save(dir.path(), &patch(30)).unwrap().history_days, 30);
    assert!(Settings::save(dir.path(), &patch(36_501)).is_err());
    assert_eq!(Settings::load(dir.path()).0.history_days, 30);
}

#[test]
fn notifications_are_shown_unless_the_user_says_otherwise() {
    for (text, wanted, faults) in [
        ("", true, 0),
        ("notifications = false\n", false, 0),
        ("notifications = \"no\"\n", true, 1),
    ] {
        let (_dir, settings, wrong) = with_file(text);
        assert_eq!((settings.notifications, wrong.len()), (wanted, faults), "{text}");
    }
    let (_dir, _, wrong) = with_file("notifications = 0\n");
    assert_eq!(
        wrong[0].to_string(),
        "0 is no value for notifications: it must be true or false"
    );
    let (dir, ..) = with_file("theme = \"dark\"\n");
    let off = SettingsPatch {
        notifications: Some(false),
        ..SettingsPatch::default()
    };
    assert!(!Settings::save(dir.path(), &off).unwrap().notifications);
    let (kept, wrong) = Settings::load(dir.path());
    assert_eq!(
        (kept.notifications, kept.theme, wrong.len()),
        (false, Theme::Dark, 0)
    );
}

#[test]
fn transfers_have_their_defaults_and_their_ranges() {
    let defaults = TransferSettings::default();
    assert_eq!((defaults.speed_limit, defaults.speed_limit_per_host), (0, 0));
    assert_eq!(
        (defaults.connections_per_file, defaults.connections_per_host),
        (8, 8)
    );
    assert_eq!((defaults.tries, defaults.stall_timeout_s), (5, 30));
    assert_eq!(defaults.proxy, ProxyChoice::System);
    for (text, faults) in [
        ("speed_limit = 1000000000000\nspeed_limit_per_host = 1\n", 0),
        ("speed_limit = -1\nspeed_limit_per_host = 1000000000001\n", 2),
        ("connections_per_file = 16\nconnections_per_host = 1\n", 0),
        ("connections_per_file = 17\nconnections_per_host = 0\n", 2),
        ("tries = 100\nstall_timeout_s = 600\n", 0),
        ("tries = 0\nstall_timeout_s = 4\n", 2),
        ("limit_speed = \"yes\"\nproxy = 7\n", 2),
        ("proxy = \"nonsense://x\"\n", 1),
    ] {
        let (_dir, settings, wrong) = with_file(text);
        assert_eq!(wrong.len(), faults, "{text}");
        assert_eq!(faults > 0, settings.transfers == defaults, "{text}");
    }
    let (_dir, _, wrong) = with_file("tries = \"many\"\n");
    let expected = "\"many\" is no value for tries: it must be a whole number from 1 to 100";
    assert_eq!(wrong[0].to_string(), expected);
}

#[test]
fn a_change_of_transfers_keeps_the_rest_and_is_checked_first() {
    let (dir, ..) = with_file("tries = 7\ntheme = \"dark\"\n");
    let change = |transfers| SettingsPatch {
        transfers,
        ..SettingsPatch::default()
    };
    let patch = change(TransferPatch {
        speed_limit: Some(2_000_000),
        limit_speed: Some(false),
        proxy: Some("socks5h://ann:s3cret@proxy.example:1080".to_owned()),
        ..TransferPatch::default()
    });
    assert!(!format!("{patch:?}").contains("s3cret"));
    let saved = Settings::save(dir.path(), &patch).unwrap();
    assert!(!format!("{saved:?}").contains("s3cret"));
    assert_eq!(Settings::load(dir.path()), (saved.clone(), Vec::new()));
    let transfers = &saved.transfers;
    assert_eq!(
        (transfers.tries, transfers.speed_limit, saved.theme),
        (7, 2_000_000, Theme::Dark)
    );
    assert_eq!(transfers.global_limit(), None, "it is turned off");
    let text = fs::read_to_string(dir.path().join(SETTINGS_FILE)).unwrap();
    assert!(
        text.contains("ann:s3cret@"),
        "the login is kept where it is needed"
    );
    let wrong = change(TransferPatch {
        tries: Some(9),
        proxy: Some("ftp://ann:s3cret@proxy.example".to_owned()),
        ..TransferPatch::default()
    });
    let refused = Settings::save(dir.path(), &wrong).unwrap_err();
    assert!(matches!(refused, SettingsError::Invalid { field: "proxy", .. }));
    assert!(!format!("{refused} {refused:?}").contains("s3cret"));
    assert_eq!(Settings::load(dir.path()).0, saved);
}
