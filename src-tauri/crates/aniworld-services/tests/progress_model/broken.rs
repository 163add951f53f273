//! Checks of things that are wrong: each must be found, or the checks in `holds` prove nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aniworld_services::progress::{Delivery, lose_wake_ups};
use futures_util::FutureExt;
use shuttle::future::block_on;
use shuttle::thread;

use super::{Heard, check, service, tell};

/// Runs a check that has to fail, and gives what it failed with.
fn failure(body: fn()) -> String {
    let outcome = catch_unwind(AssertUnwindSafe(|| check(body)));
    let panic = outcome.expect_err("no schedule showed what is wrong here");
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
        .unwrap_or_default()
}

#[test]
fn a_wake_up_that_comes_too_early_and_is_lost_is_found_as_a_deadlock() {
    lose_wake_ups(true);
    let found = failure(|| {
        let service = service();
        let (_heard, _, _) = Heard::join(&service);
        tell(&service, "a", 1, true);
        block_on(service.settled());
    });
    lose_wake_ups(false);
    assert!(found.contains("deadlock"), "{found}");
}

#[test]
fn joining_in_two_steps_is_found_to_miss_events() {
    let found = failure(|| {
        let service = service();
        let source = service.clone();
        let telling = thread::spawn(move || tell(&source, "a", 1, true));
        let snapshot = service.snapshot();
        let (heard, _, _) = Heard::join(&service);
        telling.join().unwrap();
        block_on(service.settled());
        let expected: Vec<u64> = (snapshot.seq + 1..=service.snapshot().seq).collect();
        assert_eq!(heard.seqs(), expected, "missed or doubled");
    });
    assert!(found.contains("missed or doubled"), "{found}");
}

#[test]
fn not_waiting_for_the_handlers_is_found() {
    let found = failure(|| {
        let service = service();
        let (heard, _, _) = Heard::join(&service);
        tell(&service, "a", 1, true);
        assert_eq!(heard.of("a"), [1], "not handled yet");
    });
    assert!(found.contains("not handled yet"), "{found}");
}

#[test]
fn an_event_after_the_wish_to_leave_but_before_the_leaving_is_found() {
    let found = failure(|| {
        let service = service();
        let last = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&last);
        let id = service.subscribe_deliveries("scan_progress", move |delivery| {
            if let Delivery::Event(event) = delivery {
                seen.fetch_max(event.seq, Ordering::SeqCst);
            }
            async { Ok(()) }.boxed()
        });
        let source = service.clone();
        let telling = thread::spawn(move || tell(&source, "a", 1, true));
        let left_at = service.snapshot().seq;
        service.unsubscribe(id);
        telling.join().unwrap();
        assert!(last.load(Ordering::SeqCst) <= left_at, "heard later");
    });
    assert!(found.contains("heard later"), "{found}");
}
