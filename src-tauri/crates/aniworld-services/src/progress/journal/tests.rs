//! Bounds, order and what counts as news.

use aniworld_core::transfer::{Answer, Strength, TransferNote};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::progress::ProgressStatus;

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_762_509_600 + second, 0).unwrap()
}

fn resumed(at_bytes: u64) -> Note {
    Note::Transfer(TransferNote::Resumed { at_bytes })
}

fn state(status: ProgressStatus) -> Note {
    Note::State {
        status,
        phase: None,
        reason: None,
        until: None,
        error_code: None,
    }
}

#[test]
fn one_that_lost_its_beginning_keeps_its_numbers() {
    let mut journal = Journal::default();
    for number in 0..6 {
        journal.take(resumed(number), at(0));
    }
    let kept = journal.numbered().filter(|(number, _)| *number >= 4);
    let kept: Vec<_> = kept.map(|(number, entry)| (number, entry.clone())).collect();
    let mut restored = Journal::restored(kept, 6);
    restored.take(resumed(6), at(1));
    let numbers: Vec<u64> = restored.numbered().map(|(number, _)| number).collect();
    assert_eq!(numbers, [4, 5, 6]);
    assert_eq!((restored.total(), restored.left_out()), (7, 4));
}

proptest! {
    #[test]
    fn the_first_and_the_last_stay_and_the_count_is_true(count in 0..300_u64, cut in 0..300_u64) {
        let mut journal = Journal::default();
        for number in 0..count {
            journal.take(resumed(number), at(0));
            if number == cut {
                // as the store gives it back in the middle of it
                let kept: Vec<_> = journal.numbered().map(|(number, it)| (number, it.clone())).collect();
                journal = Journal::restored(kept, journal.total());
            }
        }
        let numbers: Vec<u64> = journal.numbered().map(|(number, _)| number).collect();
        let expected: Vec<u64> = (0..count).filter(|it| *it < FIRST as u64 || *it + LAST as u64 >= count).collect();
        prop_assert_eq!(&numbers, &expected);
        for (number, entry) in journal.numbered() {
            prop_assert_eq!(&entry.note, &resumed(number));
        }
        prop_assert_eq!(journal.total(), count);
        prop_assert_eq!(journal.left_out() + numbers.len() as u64, count);
    }

    #[test]
    fn attempts_count_ends_whatever_is_noted(ends in proptest::collection::vec(any::<bool>(), 0..40)) {
        let mut journal = Journal::default();
        let mut expected = 1;
        for ended in &ends {
            journal.take(state(ProgressStatus::InProgress), at(0));
            journal.take(resumed(1), at(0));
            prop_assert_eq!(journal.newest().map(|it| it.attempt), Some(expected));
            if *ended {
                journal.take(state(ProgressStatus::Failed), at(0));
                expected += 1;
            }
        }
    }
}

#[test]
fn a_state_is_written_once_and_a_start_that_goes_on_not_at_all() {
    let mut journal = Journal::default();
    assert!(journal.take(state(ProgressStatus::Started), at(0)));
    assert!(journal.take(state(ProgressStatus::InProgress), at(1)));
    assert!(!journal.take(state(ProgressStatus::InProgress), at(2)));
    assert!(!journal.take(state(ProgressStatus::Started), at(3)));
    assert!(journal.take(state(ProgressStatus::Completed), at(4)));
    assert!(journal.take(state(ProgressStatus::Started), at(5)));
    assert_eq!(journal.newest().unwrap().attempt, 2);
}

#[test]
fn a_retry_says_the_state_that_it_leads_to() {
    let mut journal = Journal::default();
    let waiting = |until| Note::State {
        status: ProgressStatus::Waiting,
        phase: None,
        reason: Some("retry".to_owned()),
        until: Some(until),
        error_code: Some("connect".to_owned()),
    };
    let retry = Note::Retry {
        tries: 1,
        reason: "retry".to_owned(),
        code: "connect".to_owned(),
        params: Params::new(),
        until: Some(at(9)),
    };
    assert!(journal.take(retry, at(0)));
    assert!(!journal.take(waiting(at(9)), at(0)));
    assert!(journal.take(waiting(at(10)), at(1)), "another one");
}

#[test]
fn secrets_stop_at_the_door_and_long_texts_are_cut() {
    let mut journal = Journal::default();
    let secret = "no connection: http://ann:hush@host/a?token=hush";
    let params = |text: &str| Params::from([("detail".to_owned(), text.to_owned())]);
    journal.take(
        Note::Failed {
            code: "connect".to_owned(),
            params: params(secret),
        },
        at(0),
    );
    journal.take(
        Note::Retry {
            tries: 1,
            reason: "retry".to_owned(),
            code: "connect".to_owned(),
            params: params(&format!("{secret} {}", "ä".repeat(1_000))),
            until: None,
        },
        at(0),
    );
    let answer = Answer {
        status: 200,
        host: "ann:hush@host token=hush".to_owned(),
        total: None,
        ranges: false,
        validator: Strength::None,
        content_type: Some("video/mp4 password=hush".to_owned()),
    };
    journal.take(Note::Transfer(TransferNote::Answered(answer)), at(0));
    let text = serde_json::to_string(&journal.entries().collect::<Vec<_>>()).unwrap();
    assert!(!text.contains("hush@") && !text.contains("=hush"), "{text}");
    assert!(text.contains("http://host/a"), "{text}");
    assert!(text.chars().count() < 1_500, "{text}");
}

#[test]
fn every_note_survives_the_store() {
    let notes = [
        state(ProgressStatus::Paused),
        resumed(7),
        Note::Decided(Decision::Picked {
            running: 2,
            parallel: 3,
        }),
        Note::Decided(Decision::Quarantined { crashes: 2 }),
        Note::Failed {
            code: "disk_full".to_owned(),
            params: Params::from([("path".to_owned(), "/a".to_owned())]),
        },
    ];
    for note in notes {
        let json = serde_json::to_string(&note).unwrap();
        assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note, "{json}");
    }
}
