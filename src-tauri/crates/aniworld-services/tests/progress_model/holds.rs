//! What holds under every schedule.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aniworld_services::progress::{Delivery, ProgressStatus};
use futures_util::FutureExt;
use shuttle::future::block_on;
use shuttle::sync::mpsc;
use shuttle::thread;

use super::{Heard, check, service, tell};

#[test]
fn who_joins_misses_nothing_behind_its_snapshot_and_hears_nothing_twice() {
    check(|| {
        let service = service();
        let source = service.clone();
        let telling = thread::spawn(move || (1..=3).for_each(|n| tell(&source, "a", n, true)));
        let (heard, _, snapshot) = Heard::join(&service);
        telling.join().unwrap();
        block_on(service.settled());
        let expected: Vec<u64> = (snapshot.seq + 1..=service.snapshot().seq).collect();
        assert_eq!(heard.seqs(), expected);
    });
}

#[test]
fn samples_may_be_left_out_but_the_last_arrives_and_each_operation_is_heard_in_order() {
    check(|| {
        let service = service();
        let (heard, _, _) = Heard::join(&service);
        let sources = ["a", "b"].map(|id| {
            let source = service.clone();
            thread::spawn(move || (1..=4).for_each(|n| tell(&source, id, n, n == 3)))
        });
        for source in sources {
            source.join().unwrap();
        }
        block_on(service.settled());
        for id in ["a", "b"] {
            let figures = heard.of(id);
            assert!(
                figures.is_sorted_by(|earlier, later| earlier < later),
                "{figures:?}"
            );
            assert!(figures.ends_with(&[4]) && figures.contains(&3), "{figures:?}");
        }
    });
}

#[test]
fn a_state_change_reaches_a_handler_whose_task_rests_without_anybody_waiting_for_it() {
    check(|| {
        let service = service();
        let (sender, receiver) = mpsc::channel();
        service.subscribe("room:progress:a", move |event| {
            sender.send(event.progress.current).unwrap();
            async {}
        });
        for n in 1..=3 {
            tell(&service, "a", n, true);
            assert_eq!(receiver.recv(), Ok(n));
        }
    });
}

#[test]
fn settled_returns_when_all_that_came_before_has_been_handled_by_all() {
    check(|| {
        let service = service();
        let (first, _, _) = Heard::join(&service);
        let (second, _, _) = Heard::join(&service);
        let callers = ["a", "b"].map(|id| {
            let (service, heard) = (service.clone(), [first.clone(), second.clone()]);
            thread::spawn(move || {
                for n in 1..=2 {
                    tell(&service, id, n, true);
                    block_on(service.settled());
                    assert!(
                        heard.iter().all(|it| it.of(id).contains(&n)),
                        "{heard:?} lack {n} of {id}"
                    );
                }
            })
        });
        for caller in callers {
            caller.join().unwrap();
        }
    });
}

#[test]
fn who_waits_ends_the_rest_before_a_sample() {
    check(|| {
        let service = service();
        let (heard, _, _) = Heard::join(&service);
        for n in 1..=3 {
            tell(&service, "a", n, false);
            block_on(service.settled());
            assert!(heard.of("a").ends_with(&[n]));
        }
    });
}

#[test]
fn nothing_new_is_handed_to_who_has_left_and_nobody_waits_for_it() {
    check(|| {
        let service = service();
        let begun = Arc::new(AtomicU64::new(0));
        let last = Arc::new(AtomicU64::new(0));
        let (count, seen) = (Arc::clone(&begun), Arc::clone(&last));
        let id = service.subscribe_deliveries("scan_progress", move |delivery| {
            count.fetch_add(1, Ordering::SeqCst);
            if let Delivery::Event(event) = delivery {
                seen.fetch_max(event.seq, Ordering::SeqCst);
            }
            async { Ok(()) }.boxed()
        });
        let source = service.clone();
        let telling = thread::spawn(move || {
            (1..=3).for_each(|n| tell(&source, "a", n, true));
            block_on(source.settled());
        });
        assert!(service.unsubscribe(id));
        let begun_before = begun.load(Ordering::SeqCst);
        let left_at = service.snapshot().seq;
        telling.join().unwrap();
        tell(&service, "a", 9, true);
        block_on(service.settled());
        thread::yield_now();
        assert!(
            last.load(Ordering::SeqCst) <= left_at,
            "an event from after its leaving"
        );
        // the one that its task held already
        assert!(begun.load(Ordering::SeqCst) <= begun_before + 1);
    });
}

#[test]
fn a_handler_may_use_the_service_and_leave_from_within() {
    check(|| {
        let service = service();
        let inner = service.clone();
        let own_id = Arc::new(AtomicU64::new(0));
        let (heard, _, _) = Heard::join(&service);
        let known = Arc::clone(&own_id);
        let ids = Arc::new(std::sync::Mutex::new(None));
        let own = Arc::clone(&ids);
        let id = service.subscribe("room:progress:a", move |event| {
            let (inner, own, known) = (inner.clone(), Arc::clone(&own), Arc::clone(&known));
            async move {
                tell(&inner, "b", event.progress.current, true);
                let own = own.lock().unwrap().take();
                if own.is_some_and(|id| inner.unsubscribe(id)) {
                    known.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        *ids.lock().unwrap() = Some(id);
        let source = service.clone();
        let telling = thread::spawn(move || (1..=2).for_each(|n| tell(&source, "a", n, true)));
        telling.join().unwrap();
        block_on(service.settled());
        block_on(service.settled());
        assert_eq!(own_id.load(Ordering::SeqCst), 1, "it left once");
        assert_eq!(heard.of("a"), [1, 2]);
        assert_eq!(heard.of("b"), [1], "it had left before the second");
    });
}

#[test]
fn one_that_fails_is_detached_and_one_that_must_stay_ends_with_the_last_state() {
    check(|| {
        let service = service();
        service.subscribe_deliveries("room:progress:a", |_| async { Err("broken".into()) }.boxed());
        let final_state = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&final_state);
        let stays = service.subscribe_deliveries("room:progress:a", move |delivery| {
            let outcome = match delivery {
                Delivery::Event(_) => Err("lost it".into()),
                Delivery::Resync(snapshot) => {
                    let mut all = snapshot.active.iter().chain(&snapshot.past);
                    let ended = all.any(|it| it.status == ProgressStatus::Completed);
                    seen.store(ended.into(), Ordering::SeqCst);
                    Ok(())
                }
            };
            async { outcome }.boxed()
        });
        assert!(service.never_detach(stays));
        let source = service.clone();
        let telling = thread::spawn(move || {
            (1..=11).for_each(|n| tell(&source, "a", n, true));
            block_on(source.complete_progress("a", "done")).unwrap();
        });
        telling.join().unwrap();
        block_on(service.settled());
        assert_eq!(final_state.load(Ordering::SeqCst), 1);
    });
}
