//! The relay's state for one window: which messages it gets, in which frame, and when. Pure: events and
//! the time go in, frames come out.
//!
//! A frame with a state change leaves at once, but not within 34 ms of the last one (30 a second). Samples
//! wait for the window's pace: 10 a second focused, 4 visible, none hidden. A frame holds at most 200
//! messages; the rest comes with the next. Within an operation nothing overtakes anything.
//!
//! The page reports the frames that came. With 64 on their way nothing more is sent until it does.
//!
//! Where something had to be dropped (the window was hidden, a queue ran full) a frame without messages
//! carries a new `epoch`: the window joins again and begins from the snapshot. The answer to a join and the
//! frames after it fit together only if the snapshot is taken while no event is being offered, so hold one
//! lock around both.

mod backlog;

use std::time::{Duration, Instant};

use aniworld_services::progress::{Progress, ProgressEvent, Snapshot};

use self::backlog::Backlog;
use crate::message::{Frame, JoinAnswer, JoinRequest, Message, RoomMessage};
use crate::rooms::Rooms;

/// The least time between two frames, unless a window has another [`Pace`].
pub const FRAME_GAP: Duration = Duration::from_millis(34);
/// The most messages in one frame.
pub const FRAME_LIMIT: usize = 200;

/// The most frames that may be on their way: a page that does not listen any more, because it hangs or is being
/// debugged, costs no memory. What it misses is coalesced here, and bounded.
const ON_THE_WAY_LIMIT: u32 = 64;

/// How much somebody looks at a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// It has the keyboard.
    Focused,
    /// It can be seen.
    Visible,
    /// It is minimised or closed into the tray.
    Hidden,
}

/// How often a window may get frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two frames.
    pub gap: Duration,
    /// The least time between two frames with samples while the window is focused.
    pub focused: Duration,
    /// The same while it is only visible.
    pub visible: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            gap: FRAME_GAP,
            focused: Duration::from_millis(100),
            visible: Duration::from_millis(250),
        }
    }
}

impl Pace {
    /// The least time between two frames with samples; none where there are no frames.
    fn of(self, attention: Attention) -> Option<Duration> {
        match attention {
            Attention::Focused => Some(self.focused),
            Attention::Visible => Some(self.visible),
            Attention::Hidden => None,
        }
    }
}

/// One window.
#[derive(Debug)]
pub struct Client {
    epoch: u64,
    frame: u64,
    rooms: Rooms,
    attention: Attention,
    pace: Pace,
    backlog: Backlog,
    /// Something was dropped that it should have got.
    missed: bool,
    /// It has to be told of a new epoch.
    announce: bool,
    /// Frames that left and that the page has not reported yet.
    on_the_way: u32,
    frame_due: Instant,
    last_samples: Option<Instant>,
}

impl Client {
    /// A visible window that has joined nothing. `epoch` differs from every one it can have seen before.
    pub fn new(epoch: u64, now: Instant) -> Self {
        Self {
            epoch,
            frame: 0,
            rooms: Rooms::default(),
            attention: Attention::Visible,
            pace: Pace::default(),
            backlog: Backlog::default(),
            missed: false,
            announce: false,
            on_the_way: 0,
            frame_due: now,
            last_samples: None,
        }
    }

    /// Another pace than the usual one from now on: for measuring what a window can take.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Joins a union of rooms, in place of one with the same name or, where the request says so, of all. The answer
    /// holds everything that the union brings, active operations first, then the past, newest first.
    pub fn join(&mut self, request: &JoinRequest, snapshot: &Snapshot) -> JoinAnswer {
        // whoever joins listens
        self.on_the_way = 0;
        let joined = self.rooms.join(request, snapshot.seq);
        let rooms = &self.rooms;
        let inside = |progress: &Progress| joined && rooms.brings(request, progress);
        self.backlog.retain(|event| {
            rooms.sends(&event.progress) && (event.seq > snapshot.seq || !inside(&event.progress))
        });
        let operations = snapshot.active.iter().chain(&snapshot.past);
        JoinAnswer {
            epoch: self.epoch,
            frame: self.frame,
            messages: operations
                .filter(|progress| inside(progress))
                .map(|progress| message_of(progress, snapshot.seq))
                .collect(),
        }
    }

    /// The page reports frames that have come since its last report.
    pub fn heard(&mut self, frames: u32) {
        self.on_the_way = self.on_the_way.saturating_sub(frames);
    }

    /// Leaves a union. `false` if there was none of that name.
    pub fn leave(&mut self, name: &str) -> bool {
        let left = self.rooms.leave(name);
        self.drop_what_is_unwanted();
        left
    }

    /// The unions it has joined.
    pub fn rooms(&self) -> Vec<JoinRequest> {
        self.rooms.list()
    }

    /// Restricts the downloads that rooms of whole kinds bring to the rows of its list (at most 1,000); `None` lifts
    /// the restriction. Rows that come into view are sent as they stand. Everything that is no download always
    /// passes, and so do the downloads of a series or an operation whose room was joined.
    pub fn show_rows(&mut self, ids: Option<Vec<String>>, snapshot: &Snapshot) {
        let Some(ids) = ids else {
            if self.rooms.show_all_rows() {
                // it may lack any row: begin anew
                self.restart();
            }
            return;
        };
        let appeared = self.rooms.show_rows(ids, snapshot);
        self.drop_what_is_unwanted();
        for event in appeared {
            self.take(event);
        }
    }

    /// Tells how much somebody looks at the window. A hidden one gets nothing; when it is shown again after it
    /// missed something, it begins anew.
    pub fn set_attention(&mut self, attention: Attention) {
        let was = std::mem::replace(&mut self.attention, attention);
        if attention == Attention::Hidden {
            self.missed |= !self.backlog.is_empty();
            self.backlog.clear();
        } else if was == Attention::Hidden && self.missed {
            self.restart();
        }
    }

    /// Takes an event.
    pub fn offer(&mut self, event: &ProgressEvent) {
        if self.rooms.want(&event.progress, event.seq) {
            self.take(event.clone());
        }
    }

    /// Begins anew: whoever feeds this client lost events itself.
    pub fn resync(&mut self) {
        if self.attention == Attention::Hidden {
            self.missed = true;
        } else {
            self.restart();
        }
    }

    /// The frame that is due now. Call again until there is none, then at [`Client::next_deadline`].
    pub fn due(&mut self, now: Instant) -> Option<Frame> {
        if self.next_deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        let messages = if self.announce {
            self.announce = false;
            Vec::new()
        } else {
            let samples_too = self.samples_due().is_some_and(|due| now >= due);
            let (events, with_samples) = self.backlog.drain(FRAME_LIMIT, samples_too);
            if with_samples {
                self.last_samples = Some(now);
            }
            events.iter().map(RoomMessage::from).collect()
        };
        self.frame += 1;
        self.on_the_way += 1;
        self.frame_due = now + self.pace.gap;
        Some(Frame {
            epoch: self.epoch,
            frame: self.frame,
            messages,
        })
    }

    /// When the next frame is due, if nothing else happens. In the past: now. None while too many are on their way.
    pub fn next_deadline(&self) -> Option<Instant> {
        if self.on_the_way >= ON_THE_WAY_LIMIT {
            return None;
        }
        let pace = self.pace.of(self.attention);
        if pace.is_some() && (self.announce || self.backlog.has_changes()) {
            return Some(self.frame_due);
        }
        if self.backlog.is_empty() {
            None
        } else {
            self.samples_due()
        }
    }

    fn samples_due(&self) -> Option<Instant> {
        let pace = self.pace.of(self.attention)?;
        Some(match self.last_samples {
            Some(last) => self.frame_due.max(last + pace),
            None => self.frame_due,
        })
    }

    fn take(&mut self, event: ProgressEvent) {
        if self.attention == Attention::Hidden {
            self.missed = true;
        } else if !self.backlog.push(event) {
            self.restart();
        }
    }

    fn restart(&mut self) {
        self.epoch += 1;
        self.frame = 0;
        self.backlog.clear();
        self.rooms.expire();
        self.missed = false;
        self.announce = true;
    }

    /// What waits was fresh when it came: whether somebody still asks for it is all that matters.
    fn drop_what_is_unwanted(&mut self) {
        let rooms = &self.rooms;
        self.backlog.retain(|event| rooms.sends(&event.progress));
    }
}

fn message_of(progress: &Progress, seq: u64) -> RoomMessage {
    RoomMessage {
        room: progress.kind.room().to_owned(),
        seq,
        message: Message::from(progress),
    }
}
