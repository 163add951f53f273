//! The frames of one window: pace, order, bounds, and that the final state always arrives.

mod examples;
mod properties;
mod unions;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aniworld_services::progress::{
    Action, Board, Clock, DOWNLOAD_QUEUE, ManualClock, ProgressEvent, ProgressType, ProgressUpdate,
    Significance,
};
use aniworld_wire::message::MessageData;
use aniworld_wire::{Attention, Client, Frame, JoinRequest};

/// A board, a window, and the page in it.
struct Stage {
    board: Board,
    clock: ManualClock,
    origin: Instant,
    client: Client,
    page: Page,
    /// Each frame with the time at which it came.
    frames: Vec<(Duration, Frame)>,
    /// State changes that the window was offered.
    offered: Vec<(String, u64)>,
}

/// What the page keeps.
#[derive(Debug, Default)]
struct Page {
    epoch: u64,
    frame: u64,
    operations: HashMap<String, MessageData>,
    needs_join: bool,
    /// It hangs: nothing comes out of it.
    hangs: bool,
}

impl Stage {
    fn new(attention: Attention) -> Self {
        let origin = Instant::now();
        let mut client = Client::new(1, origin);
        client.set_attention(attention);
        let mut stage = Self {
            board: Board::new(),
            clock: ManualClock::new(),
            origin,
            client,
            page: Page::default(),
            frames: Vec::new(),
            offered: Vec::new(),
        };
        stage.join();
        stage
    }

    fn join(&mut self) {
        let rooms = ["downloads", "queue", "system", "scan", "errors"].map(str::to_owned);
        let request = JoinRequest {
            rooms: rooms.to_vec(),
            ..JoinRequest::default()
        };
        let answer = self.client.join(&request, &self.board.snapshot());
        let operations = answer.messages.into_iter().map(|message| message.message.data);
        self.page = Page {
            epoch: answer.epoch,
            frame: answer.frame,
            operations: operations.map(|data| (data.id.clone(), data)).collect(),
            needs_join: false,
            hangs: false,
        };
    }

    fn now(&self) -> Instant {
        self.origin + self.clock.now().steady
    }

    fn update(&mut self, update: ProgressUpdate) {
        if let Ok(applied) = self.board.apply(update, self.clock.now()) {
            self.offer(&applied.event);
            if let Some(queue) = applied.queue {
                self.offer(&queue);
            }
        }
    }

    fn offer(&mut self, event: &ProgressEvent) {
        if event.significance == Significance::StateChange {
            self.offered.push((event.progress.id.clone(), event.seq));
        }
        self.client.offer(event);
    }

    fn start(&mut self, id: &str) {
        let kind = if id == DOWNLOAD_QUEUE {
            ProgressType::Queue
        } else {
            ProgressType::Download
        };
        self.update(ProgressUpdate::new(
            id,
            Action::Start {
                kind,
                title: String::new(),
                message: String::new(),
                current: 0,
                total: Some(1_000),
            },
        ));
    }

    fn advance(&mut self, id: &str, current: u64) {
        self.update(ProgressUpdate::new(
            id,
            Action::Advance {
                current,
                total: Some(1_000),
                message: None,
            },
        ));
    }

    /// Lets time pass and delivers every frame at its deadline.
    fn pass(&mut self, time: Duration) {
        let end = self.now() + time;
        self.deliver();
        while let Some(deadline) = self.client.next_deadline().filter(|deadline| *deadline <= end) {
            self.clock.advance(deadline.saturating_duration_since(self.now()));
            self.deliver();
        }
        self.clock.advance(end.saturating_duration_since(self.now()));
    }

    fn deliver(&mut self) {
        while let Some(frame) = self.client.due(self.now()) {
            if !self.page.hangs {
                self.page.take(&frame);
                self.client.heard(1);
            }
            self.frames.push((self.clock.now().steady, frame));
            if self.page.needs_join {
                self.join();
            }
        }
    }
}

impl Page {
    fn take(&mut self, frame: &Frame) {
        if frame.epoch != self.epoch {
            self.needs_join = true;
            return;
        }
        assert_eq!(frame.frame, self.frame + 1, "a gap without a new epoch");
        self.frame = frame.frame;
        for message in &frame.messages {
            let data = message.message.data.clone();
            self.operations.insert(data.id.clone(), data);
        }
    }

    fn current(&self, id: &str) -> u64 {
        self.operations[id].current
    }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
