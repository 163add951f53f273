//! What the relay sends to the window, as it leaves the program.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aniworld_shell::FRAME_EVENT;
use aniworld_wire::Frame;
use serde_json::{Value, json};
use tauri::{AppHandle, Listener};
use tokio::sync::watch;

/// The window of the rule "so many frames a second".
const SECOND: Duration = Duration::from_secs(1);

/// Counts from [`Frames::begin`] on.
#[derive(Debug)]
pub(crate) struct Frames {
    counts: Mutex<Counts>,
    sent: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Counts {
    began: Option<Instant>,
    frames: u64,
    messages: u64,
    bytes: u64,
    most_messages: usize,
    most_bytes: usize,
    /// The frames of the last second, and the most that there ever were.
    last_second: VecDeque<Instant>,
    most_in_a_second: usize,
}

impl Frames {
    /// Hears every frame for any window.
    pub(crate) fn listen(app: &AppHandle) -> Arc<Self> {
        let frames = Arc::new(Self {
            counts: Mutex::default(),
            sent: watch::Sender::new(0),
        });
        let heard = Arc::clone(&frames);
        app.listen_any(FRAME_EVENT, move |event| {
            heard.take(event.payload(), Instant::now());
        });
        frames
    }

    /// Counts from zero.
    pub(crate) fn begin(&self) {
        *self.counts.lock().unwrap() = Counts {
            began: Some(Instant::now()),
            ..Counts::default()
        };
        self.sent.send_replace(0);
    }

    /// Waits until so many frames were sent.
    pub(crate) async fn reached(&self, frames: u64) {
        let mut sent = self.sent.subscribe();
        sent.wait_for(|sent| *sent >= frames).await.unwrap();
    }

    /// What was counted.
    pub(crate) fn report(&self) -> Value {
        let counts = self.counts.lock().unwrap();
        json!({
            "seconds": counts.began.map_or(0.0, |began| began.elapsed().as_secs_f64()),
            "frames": counts.frames,
            "messages": counts.messages,
            "bytes": counts.bytes,
            "most_messages": counts.most_messages,
            "most_bytes": counts.most_bytes,
            "most_in_a_second": counts.most_in_a_second,
        })
    }

    fn take(&self, payload: &str, now: Instant) {
        let frame: Frame = serde_json::from_str(payload).unwrap();
        let mut counts = self.counts.lock().unwrap();
        counts.frames += 1;
        counts.messages += frame.messages.len() as u64;
        counts.bytes += payload.len() as u64;
        counts.most_messages = counts.most_messages.max(frame.messages.len());
        counts.most_bytes = counts.most_bytes.max(payload.len());
        while counts
            .last_second
            .front()
            .is_some_and(|sent| now.duration_since(*sent) >= SECOND)
        {
            counts.last_second.pop_front();
        }
        counts.last_second.push_back(now);
        counts.most_in_a_second = counts.most_in_a_second.max(counts.last_second.len());
        self.sent.send_replace(counts.frames);
    }
}
