//! What one watching client still has to be told: a bounded queue that falls back to a snapshot.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aniworld_services::ProgressService;
use aniworld_services::progress::{Delivery, ProgressEvent, SubscriptionId};
use tokio::sync::{Notify, mpsc};

use crate::Message;

/// Events that wait for a slow reader before they are replaced by a snapshot.
const BACKLOG: usize = 256;

/// The messages for one client. Ends its subscription when dropped.
#[derive(Debug)]
pub(super) struct Feed {
    progress: ProgressService,
    subscription: SubscriptionId,
    events: mpsc::Receiver<ProgressEvent>,
    missed: Arc<Missed>,
    /// The last event that the client knows from a snapshot.
    contained: u64,
}

/// Set when the client did not hear of something.
#[derive(Debug)]
struct Missed {
    flag: AtomicBool,
    wake: Notify,
}

impl Missed {
    fn set(&self) {
        self.flag.store(true, Ordering::Release);
        self.wake.notify_one();
    }
}

impl Feed {
    /// Listens from now on; the first [`Feed::next`] is everything known.
    pub(super) fn new(progress: &ProgressService) -> Self {
        let (sender, events) = mpsc::channel(BACKLOG);
        let missed = Arc::new(Missed {
            flag: AtomicBool::new(true),
            wake: Notify::new(),
        });
        let gap = Arc::clone(&missed);
        // the handler never waits for the client: a reader that hangs must not hold up the program
        let subscription = progress.subscribe_deliveries("progress_updated", move |delivery| {
            let kept = match delivery {
                Delivery::Event(event) => sender.try_send(event).is_ok(),
                Delivery::Resync(_) => false,
            };
            if !kept {
                gap.set();
            }
            Box::pin(std::future::ready(Ok(())))
        });
        Self {
            progress: progress.clone(),
            subscription,
            events,
            missed,
            contained: 0,
        }
    }

    /// The next messages, in order. `None` when the service has ended. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<Vec<Message>> {
        loop {
            if self.missed.flag.swap(false, Ordering::AcqRel) {
                return Some(self.everything());
            }
            tokio::select! {
                biased;
                () = self.missed.wake.notified() => {}
                event = self.events.recv() => {
                    let event = event?;
                    // older ones are in the snapshot that was sent meanwhile
                    if event.seq > self.contained {
                        return Some(vec![Message::from(event.progress.as_ref())]);
                    }
                }
            }
        }
    }

    fn everything(&mut self) -> Vec<Message> {
        let snapshot = self.progress.snapshot();
        self.contained = snapshot.seq;
        let oldest_first = snapshot.past.iter().rev();
        oldest_first
            .chain(&snapshot.active)
            .map(|progress| Message::from(progress.as_ref()))
            .collect()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.progress.unsubscribe(self.subscription);
    }
}

#[cfg(test)]
mod tests {
    use aniworld_services::ProgressService;
    use aniworld_services::progress::{Action, Metadata, ProgressType, ProgressUpdate};

    use super::{BACKLOG, Feed};
    use crate::message::ProgressState;

    fn apply(progress: &ProgressService, id: &str, action: Action) {
        let update = ProgressUpdate {
            id: id.to_owned(),
            action,
            metadata: Metadata::new(),
            force_broadcast: true,
        };
        progress.apply(update).unwrap();
    }

    fn start(progress: &ProgressService, id: &str) {
        let action = Action::Start {
            kind: ProgressType::Download,
            title: "Downloading".into(),
            message: String::new(),
            current: 0,
            total: Some(1_000_000),
        };
        apply(progress, id, action);
    }

    #[tokio::test]
    async fn a_reader_that_hangs_holds_up_nobody_and_still_gets_the_last_state() {
        let progress = ProgressService::new();
        let mut feed = Feed::new(&progress);
        assert_eq!(feed.next().await.map(|known| known.len()), Some(0));

        start(&progress, "a");
        for current in 0..4 * BACKLOG as u64 {
            let action = Action::Advance {
                current,
                total: Some(1_000_000),
                message: None,
            };
            apply(&progress, "a", action);
        }
        apply(
            &progress,
            "a",
            Action::Complete {
                message: "done".into(),
            },
        );
        // returns although the feed took nothing
        progress.settled().await;

        let caught_up = feed.next().await.unwrap();
        assert_eq!(caught_up.len(), 1, "one operation, once");
        assert_eq!(caught_up[0].data.status, ProgressState::Completed);

        // nothing older comes after the snapshot
        start(&progress, "b");
        let later = feed.next().await.unwrap();
        assert_eq!(later[0].data.id, "b");
    }
}
