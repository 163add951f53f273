//! `EventRelay`: from `ProgressService` to frames for windows. The only way a window hears of progress.
//!
//! What a frame holds and when it is due is the pure [`Client`] of `aniworld-wire`, one per window. This
//! module gives it events, the time and a way out, and nothing else: it does not know what a frame says.

mod pump;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aniworld_services::ProgressService;
use aniworld_services::progress::{Delivery, SubscriptionId};
use aniworld_wire::{Attention, Client, Frame, JoinAnswer, JoinRequest, Pace};
use tokio::sync::Notify;

/// The name of the one event that a window receives.
pub const FRAME_EVENT: &str = "progress-frame";

/// Numbers from one page's first epoch to the next page's. A page that sees more than a million restarts
/// of its stream would only join once more.
const EPOCHS_PER_PAGE: u64 = 1 << 20;

/// Hands a frame to the window of this label.
type Emit = Box<dyn Fn(&str, &Frame) + Send + Sync>;

/// Relays progress to windows, for as long as the program runs. Clones are the same relay.
#[derive(Debug, Clone)]
pub struct EventRelay {
    shared: Arc<Shared>,
}

struct Shared {
    /// Held while an event is offered and while a snapshot is taken: so a join is one step.
    windows: Mutex<Windows>,
    wake: Notify,
    emit: Emit,
}

#[derive(Debug)]
struct Windows {
    progress: ProgressService,
    subscription: SubscriptionId,
    /// Counts the services that were relayed: what an earlier one still delivers is foreign.
    service: u64,
    by_label: HashMap<String, Window>,
    pages: u64,
    pace: Pace,
}

#[derive(Debug)]
struct Window {
    client: Client,
    attention: Attention,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("windows", &self.windows)
            .finish_non_exhaustive()
    }
}

impl EventRelay {
    /// Begins to relay. Must be called inside a tokio runtime; `emit` is called from there, one frame at a time.
    pub fn start(progress: &ProgressService, emit: impl Fn(&str, &Frame) + Send + Sync + 'static) -> Self {
        let shared = Arc::new_cyclic(|shared| {
            let windows = Windows {
                progress: progress.clone(),
                subscription: pump::subscribe(shared.clone(), progress, 0),
                service: 0,
                by_label: HashMap::new(),
                pages: 0,
                pace: Pace::default(),
            };
            Shared {
                windows: Mutex::new(windows),
                wake: Notify::new(),
                emit: Box::new(emit),
            }
        });
        tokio::spawn(pump::supervise(Arc::clone(&shared)));
        Self { shared }
    }

    /// Relays another service from now on. Every window is told of a new epoch and joins again. Must be
    /// called inside a tokio runtime.
    pub fn switch(&self, progress: &ProgressService) {
        let mut windows = self.shared.lock();
        windows.progress.unsubscribe(windows.subscription);
        windows.service += 1;
        windows.subscription = pump::subscribe(Arc::downgrade(&self.shared), progress, windows.service);
        windows.progress = progress.clone();
        for window in windows.by_label.values_mut() {
            window.client.resync();
        }
        drop(windows);
        self.shared.wake.notify_one();
    }

    /// Joins a union of rooms; the answer holds everything in it, and the frames after it what comes next.
    pub fn join(&self, label: &str, request: &JoinRequest) -> JoinAnswer {
        let mut windows = self.shared.lock();
        let snapshot = windows.progress.snapshot();
        let answer = windows.window(label).client.join(request, &snapshot);
        drop(windows);
        // frames that were held back may leave now
        self.shared.wake.notify_one();
        answer
    }

    /// The page of a window reports frames that have come.
    pub fn heard(&self, label: &str, frames: u32) {
        self.shared.lock().window(label).client.heard(frames);
        self.shared.wake.notify_one();
    }

    /// Leaves a union. `false` if the window had none of that name.
    pub fn leave(&self, label: &str, name: &str) -> bool {
        self.shared.lock().window(label).client.leave(name)
    }

    /// The unions that a window has joined.
    pub fn rooms(&self, label: &str) -> Vec<JoinRequest> {
        self.shared.lock().window(label).client.rooms()
    }

    /// Restricts download rows to those that a window shows; `None` lifts the restriction.
    pub fn show_rows(&self, label: &str, ids: Option<Vec<String>>) {
        let mut windows = self.shared.lock();
        let snapshot = windows.progress.snapshot();
        windows.window(label).client.show_rows(ids, &snapshot);
        drop(windows);
        self.shared.wake.notify_one();
    }

    /// Says how much somebody looks at a window.
    pub fn set_attention(&self, label: &str, attention: Attention) {
        let mut windows = self.shared.lock();
        let window = windows.window(label);
        window.attention = attention;
        window.client.set_attention(attention);
        drop(windows);
        self.shared.wake.notify_one();
    }

    /// Another pace for every window: for measuring what one can take.
    pub fn set_pace(&self, pace: Pace) {
        let mut windows = self.shared.lock();
        windows.pace = pace;
        for window in windows.by_label.values_mut() {
            window.client.set_pace(pace);
        }
    }

    /// A new page begins in a window: whatever the page before had joined is left.
    pub fn page_began(&self, label: &str) {
        let mut windows = self.shared.lock();
        let attention = windows.window(label).attention;
        windows.by_label.remove(label);
        windows.window(label).attention = attention;
        windows.window(label).client.set_attention(attention);
    }

    /// A window is gone: it leaves everything.
    pub fn forget(&self, label: &str) {
        self.shared.lock().by_label.remove(label);
    }
}

impl Windows {
    /// The window of this label, which has joined nothing when it is new.
    fn window(&mut self, label: &str) -> &mut Window {
        let Self { pages, pace, .. } = self;
        self.by_label.entry(label.to_owned()).or_insert_with(|| {
            *pages += 1;
            let mut client = Client::new(*pages * EPOCHS_PER_PAGE, Instant::now());
            client.set_pace(*pace);
            Window {
                client,
                attention: Attention::Visible,
            }
        })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Windows> {
        // a client is whole between any two statements that can panic, and a failed relay resyncs
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Offers what a service delivered to every window.
    fn take(&self, service: u64, delivery: &Delivery) {
        let mut windows = self.lock();
        if windows.service != service {
            return;
        }
        for window in windows.by_label.values_mut() {
            match delivery {
                Delivery::Event(event) => window.client.offer(event),
                Delivery::Resync(_) => window.client.resync(),
            }
        }
        drop(windows);
        self.wake.notify_one();
    }

    /// Begins anew with every window.
    fn resync(&self) {
        for window in self.lock().by_label.values_mut() {
            window.client.resync();
        }
    }

    /// Sends every frame that is due, and says when the next one will be.
    fn flush(&self, now: Instant) -> Option<Instant> {
        let mut frames = Vec::new();
        let mut next: Option<Instant> = None;
        let mut windows = self.lock();
        for (label, Window { client, .. }) in &mut windows.by_label {
            while let Some(frame) = client.due(now) {
                frames.push((label.clone(), frame));
            }
            next = next.into_iter().chain(client.next_deadline()).min();
        }
        drop(windows);
        // not under the lock: handing over a frame may take its time
        for (label, frame) in frames {
            (self.emit)(&label, &frame);
        }
        next
    }
}
