//! The frames of one window: pace, order, bounds, and that the final state always arrives.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use aniworld_services::progress::{
    Action, Board, Clock, DOWNLOAD_QUEUE, ManualClock, ProgressEvent, ProgressStatus, ProgressType,
    ProgressUpdate, Significance,
};
use aniworld_wire::framing::{FRAME_GAP, FRAME_LIMIT};
use aniworld_wire::message::{MessageData, ProgressState};
use aniworld_wire::{Attention, Client, Frame, JoinRequest};
use proptest::prelude::*;

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
            name: None,
        };
        let answer = self.client.join(&request, &self.board.snapshot());
        let operations = answer.messages.into_iter().map(|message| message.message.data);
        self.page = Page {
            epoch: answer.epoch,
            frame: answer.frame,
            operations: operations.map(|data| (data.id.clone(), data)).collect(),
            needs_join: false,
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
            self.page.take(&frame);
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

#[test]
fn a_state_change_leaves_at_once_and_the_next_after_the_gap() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    stage.deliver();
    stage.start("b");
    stage.deliver();
    assert_eq!(stage.frames.len(), 1);
    assert_eq!(stage.client.next_deadline(), Some(stage.origin + FRAME_GAP));
    stage.pass(FRAME_GAP);
    assert_eq!(stage.frames.len(), 2);
    assert_eq!(
        stage.client.next_deadline(),
        None,
        "nothing more to do: no wake-ups"
    );
}

#[test]
fn samples_keep_the_pace_of_the_window() {
    for (attention, expected) in [
        (Attention::Focused, 10),
        (Attention::Visible, 4),
        (Attention::Hidden, 0),
    ] {
        let mut stage = Stage::new(Attention::Focused);
        stage.start("a");
        stage.advance("a", 0);
        stage.pass(millis(1_000));
        stage.frames.clear();
        stage.client.set_attention(attention);
        for current in 1..500 {
            stage.advance("a", current);
            stage.pass(millis(2));
        }
        assert_eq!(stage.frames.len(), expected, "{attention:?}");
    }
}

#[test]
fn a_hidden_window_gets_nothing_and_begins_anew_when_it_is_shown() {
    let mut stage = Stage::new(Attention::Visible);
    stage.start("a");
    stage.pass(millis(100));
    stage.client.set_attention(Attention::Hidden);
    stage.frames.clear();
    stage.advance("a", 700);
    stage.start("b");
    stage.pass(millis(5_000));
    assert_eq!(stage.frames.len(), 0);
    stage.client.set_attention(Attention::Focused);
    stage.pass(millis(100));
    let (_, announcement) = &stage.frames[0];
    assert_eq!((announcement.epoch, announcement.messages.len()), (2, 0));
    assert_eq!(stage.page.current("a"), 700);
    assert!(stage.page.operations.contains_key("b"));
}

#[test]
fn a_window_that_missed_nothing_while_hidden_goes_on() {
    let mut stage = Stage::new(Attention::Visible);
    stage.client.set_attention(Attention::Hidden);
    stage.client.set_attention(Attention::Visible);
    stage.start("a");
    stage.pass(millis(1));
    assert_eq!(stage.frames[0].1.epoch, 1);
}

#[test]
fn a_frame_is_bounded_and_the_rest_follows_in_order() {
    let mut stage = Stage::new(Attention::Focused);
    for n in 0..450 {
        stage.start(&format!("op{n}"));
    }
    stage.pass(millis(1_000));
    let sizes: Vec<usize> = stage
        .frames
        .iter()
        .map(|(_, frame)| frame.messages.len())
        .collect();
    assert_eq!(sizes, [FRAME_LIMIT, FRAME_LIMIT, 50]);
    let seqs = stage
        .frames
        .iter()
        .flat_map(|(_, frame)| frame.messages.iter().map(|it| it.seq));
    assert!(seqs.is_sorted_by(|a, b| a < b));
}

#[test]
fn too_many_state_changes_become_a_new_epoch() {
    let mut stage = Stage::new(Attention::Focused);
    for n in 0..5_000 {
        stage.start(&format!("op{n}"));
    }
    stage.pass(millis(1_000));
    assert_eq!(stage.page.epoch, 2);
    assert_eq!(stage.page.operations.len(), 5_000);
}

#[test]
fn only_rows_in_view_are_sent_and_totals_always() {
    let mut stage = Stage::new(Attention::Focused);
    for id in [DOWNLOAD_QUEUE, "seen", "unseen"] {
        stage.start(id);
    }
    stage.pass(millis(1_000));
    stage.frames.clear();
    let snapshot = stage.board.snapshot();
    stage.client.show_rows(Some(vec!["seen".to_owned()]), &snapshot);
    for id in [DOWNLOAD_QUEUE, "seen", "unseen"] {
        stage.advance(id, 500);
    }
    stage.pass(millis(1_000));
    let sent: HashSet<&str> = stage
        .frames
        .iter()
        .flat_map(|(_, frame)| frame.messages.iter().map(|it| it.message.data.id.as_str()))
        .collect();
    assert_eq!(sent, HashSet::from([DOWNLOAD_QUEUE, "seen"]));
    assert_eq!(stage.page.current("unseen"), 0);
    // it comes into view
    let snapshot = stage.board.snapshot();
    stage.client.show_rows(Some(vec!["unseen".to_owned()]), &snapshot);
    stage.pass(millis(1_000));
    assert_eq!(stage.page.current("unseen"), 500);
    // all rows again: the page begins anew
    stage.advance("seen", 900);
    stage.client.show_rows(None, &stage.board.snapshot());
    stage.pass(millis(1_000));
    assert_eq!(stage.page.current("seen"), 900);
}

#[test]
fn rooms_are_joined_left_replaced_and_listed() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    stage.start("b");
    let snapshot = stage.board.snapshot();
    let only_a = JoinRequest {
        rooms: vec!["progress:a".to_owned(), "nonsense".to_owned()],
        name: Some("detail".to_owned()),
    };
    let answer = stage.client.join(&only_a, &snapshot);
    assert_eq!(answer.messages.len(), 1);
    let names = |client: &Client| {
        let unions = client.rooms().into_iter();
        unions
            .map(|it| (it.name.unwrap(), it.rooms.len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&stage.client),
        [("detail".to_owned(), 1), ("main".to_owned(), 5)]
    );
    stage.client.replace_all(&only_a, &snapshot);
    assert_eq!(names(&stage.client), [("detail".to_owned(), 1)]);
    stage.advance("b", 10);
    stage.pass(millis(1_000));
    assert!(
        stage
            .frames
            .iter()
            .all(|(_, frame)| { frame.messages.iter().all(|it| it.message.data.id == "a") })
    );
    assert!(stage.client.leave("detail"));
    assert!(!stage.client.leave("detail"));
    assert!(stage.client.rooms().is_empty());
}

#[test]
fn an_event_that_the_answer_to_a_join_holds_is_not_sent_again() {
    let mut stage = Stage::new(Attention::Focused);
    stage.start("a");
    let late = stage
        .board
        .apply(
            ProgressUpdate::new(
                "a",
                Action::Advance {
                    current: 5,
                    total: Some(10),
                    message: None,
                },
            ),
            stage.clock.now(),
        )
        .unwrap();
    stage.join();
    // it was on its way when the window joined
    stage.client.offer(&late.event);
    stage.pass(millis(1_000));
    assert_eq!(stage.frames.len(), 0);
    assert_eq!(stage.page.current("a"), 5);
}

#[derive(Debug, Clone)]
enum Step {
    Start(u8),
    Advance(u8, u64),
    Pause(u8),
    Complete(u8),
    Attend(Attention),
    Pass(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = 0..12_u8;
    let step = prop_oneof![
        3 => id.clone().prop_map(Step::Start),
        9 => (id.clone(), 0..1_000_u64).prop_map(|(id, current)| Step::Advance(id, current)),
        1 => id.clone().prop_map(Step::Pause),
        1 => id.prop_map(Step::Complete),
        1 => prop_oneof![Just(Attention::Focused), Just(Attention::Visible), Just(Attention::Hidden)].prop_map(Step::Attend),
        8 => (0..80_u64).prop_map(Step::Pass),
    ];
    proptest::collection::vec(step, 1..300)
}

impl Stage {
    fn step(&mut self, step: &Step) {
        let name = |id: &u8| format!("download_{id}");
        match step {
            Step::Start(id) => self.start(&name(id)),
            Step::Advance(id, current) => self.advance(&name(id), *current),
            Step::Pause(id) => {
                let action = Action::State {
                    status: ProgressStatus::Paused,
                    message: None,
                };
                self.update(ProgressUpdate::new(name(id), action));
            }
            Step::Complete(id) => {
                let message = String::new();
                self.update(ProgressUpdate::new(name(id), Action::Complete { message }));
            }
            Step::Attend(attention) => self.client.set_attention(*attention),
            Step::Pass(time) => self.pass(millis(*time)),
        }
    }

    /// In every second at most 30 frames, none closer than the gap, none too large.
    fn assert_caps(&self) {
        let times: Vec<Duration> = self.frames.iter().map(|(at, _)| *at).collect();
        for (n, from) in times.iter().enumerate() {
            let within = times[n..]
                .iter()
                .take_while(|at| **at < *from + millis(1_000))
                .count();
            assert!(within <= 30, "{within} frames in a second");
        }
        assert!(times.windows(2).all(|pair| pair[1] >= pair[0] + FRAME_GAP));
        assert!(
            self.frames
                .iter()
                .all(|(_, frame)| frame.messages.len() <= FRAME_LIMIT)
        );
    }

    /// Whatever the window's attention, frames with samples keep the fastest pace.
    fn assert_pace_of_samples(&self) {
        let changes: HashSet<(&str, u64)> =
            self.offered.iter().map(|(id, seq)| (id.as_str(), *seq)).collect();
        let times: Vec<Duration> = self
            .frames
            .iter()
            .filter(|(_, frame)| {
                let messages = &frame.messages;
                messages
                    .iter()
                    .any(|it| !changes.contains(&(it.message.data.id.as_str(), it.seq)))
            })
            .map(|(at, _)| *at)
            .collect();
        assert!(times.windows(2).all(|pair| pair[1] >= pair[0] + millis(100)));
    }

    fn assert_order(&self) {
        let mut last: HashMap<(u64, &str), u64> = HashMap::new();
        for (_, frame) in &self.frames {
            for message in &frame.messages {
                let seq = last.entry((frame.epoch, &message.message.data.id)).or_insert(0);
                assert!(message.seq > *seq, "an operation went backwards");
                *seq = message.seq;
            }
        }
    }
}

proptest! {
    #[test]
    fn the_rules_hold_and_the_final_state_arrives(steps in steps()) {
        let mut stage = Stage::new(Attention::Focused);
        for step in &steps {
            stage.step(step);
        }
        stage.client.set_attention(Attention::Visible);
        stage.pass(millis(2_000));
        stage.assert_caps();
        stage.assert_pace_of_samples();
        stage.assert_order();
        let snapshot = stage.board.snapshot();
        for progress in snapshot.active.iter().chain(&snapshot.past) {
            let seen = &stage.page.operations[&progress.id];
            prop_assert_eq!(seen.status, ProgressState::from(progress.status));
            prop_assert_eq!(seen.current, progress.current);
        }
        prop_assert_eq!(stage.client.next_deadline(), None);
    }

    #[test]
    fn a_window_that_is_never_hidden_gets_every_state_change(steps in steps()) {
        let mut stage = Stage::new(Attention::Focused);
        for step in steps.iter().filter(|step| !matches!(step, Step::Attend(_))) {
            stage.step(step);
        }
        stage.pass(millis(2_000));
        let sent: HashSet<(String, u64)> = stage
            .frames
            .iter()
            .flat_map(|(_, frame)| &frame.messages)
            .map(|message| (message.message.data.id.clone(), message.seq))
            .collect();
        for change in &stage.offered {
            prop_assert!(sent.contains(change), "{:?} was lost", change);
        }
    }
}
