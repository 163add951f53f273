//! Hears progress, and hands over what is due, for as long as the program runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aniworld_services::progress::{Delivery, SubscriptionId};
use aniworld_services::{Aniworld, ProgressService};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::{Due, Policy, Words};
use crate::Attention;
use crate::app::Language;

/// Hands the words of each notification to `deliver`, which must not wait. Follows the services in `current` and
/// how much is seen of the window; the demo and a user who does not want any get none.
pub async fn keep(
    mut current: watch::Receiver<Arc<Aniworld>>,
    mut attention: watch::Receiver<Attention>,
    language: impl Fn() -> Language,
    deliver: impl Fn(Words),
) {
    let mut is_start = true;
    loop {
        let services = Arc::clone(&current.borrow_and_update());
        let ears = Ears::start(&services.progress, std::mem::take(&mut is_start));
        loop {
            let is_wanted = services.settings().notifications && !services.is_demo();
            let seen = *attention.borrow_and_update();
            let seen = if is_wanted { seen } else { Attention::Focused };
            let wait = match ears.due(seen) {
                Due::Now(notification) => {
                    deliver(notification.words(language()));
                    continue;
                }
                Due::In(wait) => Some(wait),
                Due::Nothing => None,
            };
            tokio::select! {
                changed = current.changed() => match changed {
                    Ok(()) if Arc::ptr_eq(&current.borrow_and_update(), &services) => {}
                    Ok(()) => break,
                    Err(_) => return,
                },
                changed = attention.changed() => if changed.is_err() {
                    return;
                },
                () = ears.news.notified() => {}
                () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => {}
            }
        }
    }
}

/// Listens to one service until dropped.
struct Ears {
    progress: ProgressService,
    subscription: SubscriptionId,
    policy: Arc<Mutex<Policy>>,
    news: Arc<Notify>,
    began: Instant,
}

impl Ears {
    /// At the start of the program, what ended before anybody listened is news as well.
    fn start(progress: &ProgressService, is_start: bool) -> Self {
        let began = Instant::now();
        let policy = Arc::new(Mutex::new(Policy::default()));
        let news = Arc::new(Notify::new());
        let handler = {
            let (policy, news) = (Arc::clone(&policy), Arc::clone(&news));
            move |delivery| {
                if locked(&policy).take(&delivery, began.elapsed()) {
                    news.notify_one();
                }
                Box::pin(std::future::ready(Ok(()))) as _
            }
        };
        // held until the snapshot is taken in: what comes after it waits here
        let mut first = locked(&policy);
        let (subscription, snapshot) = progress.subscribe_with_snapshot("progress_updated", handler);
        if is_start {
            first.take(&Delivery::Resync(snapshot), Duration::ZERO);
        } else {
            *first = Policy::begin(&snapshot, Duration::ZERO);
        }
        drop(first);
        progress.never_detach(subscription);
        Self {
            progress: progress.clone(),
            subscription,
            policy,
            news,
            began,
        }
    }

    fn due(&self, attention: Attention) -> Due {
        locked(&self.policy).due(attention, self.began.elapsed())
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.progress.unsubscribe(self.subscription);
    }
}

fn locked(policy: &Mutex<Policy>) -> MutexGuard<'_, Policy> {
    policy.lock().unwrap_or_else(PoisonError::into_inner)
}
