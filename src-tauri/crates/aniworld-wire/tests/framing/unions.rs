//! Several unions in one window: each brings what its rooms say, whatever the others show, and a page that follows
//! the protocol ends in the right state, however it joins, leaves, scrolls, is hidden or loses frames.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use aniworld_services::progress::{
    Action, Board, Clock, ManualClock, ProgressType, ProgressUpdate, Snapshot, keys,
};
use aniworld_wire::framing::FRAME_LIMIT;
use aniworld_wire::message::{MessageData, ProgressState};
use aniworld_wire::{Attention, Client, Frame, JoinAnswer, JoinRequest, RoomMessage};
use proptest::prelude::*;
use serde_json::Value;

use super::millis;

const MAIN: &str = "main";
const DETAIL: &str = "detail";

/// A window whose page joins unions by name.
struct Window {
    board: Board,
    clock: ManualClock,
    origin: Instant,
    client: Client,
    page: Page,
    /// The next frame with messages does not arrive.
    loses: bool,
}

#[derive(Debug, Default)]
struct Page {
    unions: BTreeMap<String, Vec<String>>,
    rows: Option<HashSet<String>>,
    epoch: u64,
    frame: u64,
    operations: HashMap<String, (u64, MessageData)>,
    heals: u32,
}

fn folder(n: u8) -> String {
    format!("series {}", n % 3)
}

fn folder_of(data: &MessageData) -> Option<&str> {
    data.metadata.get(keys::SERIE_FOLDER).and_then(Value::as_str)
}

fn id(n: u8) -> String {
    format!("download_{n}")
}

impl Window {
    fn new() -> Self {
        let origin = Instant::now();
        let mut client = Client::new(1, origin);
        client.set_attention(Attention::Focused);
        let mut window = Self {
            board: Board::new(),
            clock: ManualClock::new(),
            origin,
            client,
            page: Page::default(),
            loses: false,
        };
        window.join(MAIN, &["downloads", "scan"]);
        window
    }

    fn now(&self) -> Instant {
        self.origin + self.clock.now().steady
    }

    fn snapshot(&self) -> Snapshot {
        self.board.snapshot()
    }

    fn update(&mut self, n: u8, action: Action) {
        let update = ProgressUpdate::new(id(n), action).with(keys::SERIE_FOLDER, folder(n));
        if let Ok(applied) = self.board.apply(update, self.clock.now()) {
            self.client.offer(&applied.event);
        }
    }

    fn start(&mut self, n: u8) {
        let (title, message) = (String::new(), String::new());
        self.update(
            n,
            Action::Start {
                kind: ProgressType::Download,
                title,
                message,
                current: 0,
                total: Some(1_000),
            },
        );
    }

    fn advance(&mut self, n: u8, current: u64) {
        self.update(
            n,
            Action::Advance {
                current,
                total: Some(1_000),
                message: None,
            },
        );
    }

    fn complete(&mut self, n: u8) {
        let message = String::new();
        self.update(n, Action::Complete { message });
    }

    fn ask(&mut self, name: &str, replace: bool) -> JoinAnswer {
        let request = JoinRequest {
            rooms: self.page.unions[name].clone(),
            name: Some(name.to_owned()),
            replace,
        };
        self.client.join(&request, &self.board.snapshot())
    }

    fn join(&mut self, name: &str, rooms: &[&str]) {
        let rooms = rooms.iter().map(ToString::to_string).collect();
        self.page.unions.insert(name.to_owned(), rooms);
        if self.page.epoch == 0 {
            return self.heal();
        }
        let answer = self.ask(name, false);
        if answer.epoch == self.page.epoch {
            self.page.merge(answer.messages);
            self.page.prune();
        }
    }

    fn leave(&mut self, name: &str) {
        self.page.unions.remove(name);
        self.client.leave(name);
        self.page.prune();
    }

    fn show(&mut self, rows: Option<&[u8]>) {
        let ids = rows.map(|rows| rows.iter().map(|n| id(*n)).collect::<Vec<_>>());
        self.page.rows = ids.clone().map(|ids| ids.into_iter().collect());
        let snapshot = self.snapshot();
        self.client.show_rows(ids, &snapshot);
        self.page.prune();
    }

    /// Joins everything again: the first union in place of all.
    fn heal(&mut self) {
        self.page.heals += 1;
        self.page.operations.clear();
        let names: Vec<String> = self.page.unions.keys().cloned().collect();
        for (index, name) in names.iter().enumerate() {
            let answer = self.ask(name, index == 0);
            (self.page.epoch, self.page.frame) = (answer.epoch, answer.frame);
            self.page.merge(answer.messages);
        }
    }

    fn pass(&mut self, time: u64) {
        let end = self.now() + millis(time);
        self.deliver();
        while let Some(deadline) = self.client.next_deadline().filter(|deadline| *deadline <= end) {
            self.clock.advance(deadline.saturating_duration_since(self.now()));
            self.deliver();
        }
        self.clock.advance(end.saturating_duration_since(self.now()));
    }

    fn deliver(&mut self) {
        while let Some(frame) = self.client.due(self.now()) {
            assert!(frame.messages.len() <= FRAME_LIMIT);
            // the word of a new epoch is the one that has to come
            let lost = !frame.messages.is_empty() && std::mem::take(&mut self.loses);
            if lost {
                continue;
            }
            self.client.heard(1);
            if !self.page.take(frame) {
                self.heal();
            }
        }
    }

    /// A page of its own begins in the window: the program knows only that, and so does it.
    fn reload(&mut self) {
        let unions = std::mem::take(&mut self.page.unions);
        self.page = Page {
            unions,
            heals: self.page.heals,
            ..Page::default()
        };
        self.client = Client::new(1 << 30, self.now());
        self.client.set_attention(Attention::Focused);
        self.heal();
    }

    fn known(&self) -> HashSet<&str> {
        self.page.operations.keys().map(String::as_str).collect()
    }

    fn current(&self, n: u8) -> Option<u64> {
        let (_, data) = self.page.operations.get(&id(n))?;
        Some(data.current)
    }

    /// What the page asked for it knows as it stands, and nothing else.
    fn assert_right(&mut self) {
        // a frame that was lost is noticed with the next one, and everybody hears of a scan
        self.loses = false;
        self.client.set_attention(Attention::Focused);
        for scan in ["first", "second"] {
            let action = Action::Start {
                kind: ProgressType::Scan,
                title: String::new(),
                message: String::new(),
                current: 0,
                total: None,
            };
            let applied = self
                .board
                .apply(ProgressUpdate::new(scan, action), self.clock.now());
            if let Ok(applied) = applied {
                self.client.offer(&applied.event);
            }
            self.pass(2_000);
        }
        let snapshot = self.snapshot();
        for progress in snapshot.active.iter().chain(&snapshot.past) {
            let folder = progress.metadata.get(keys::SERIE_FOLDER).and_then(Value::as_str);
            let seen = self.page.operations.get(&progress.id);
            if !self.page.covers(&progress.id, folder) {
                assert!(seen.is_none(), "{} is nobody's", progress.id);
                continue;
            }
            let (_, seen) = seen.unwrap_or_else(|| panic!("{} is missing", progress.id));
            assert_eq!(
                seen.status,
                ProgressState::from(progress.status),
                "{}",
                progress.id
            );
            assert_eq!(seen.current, progress.current, "{}", progress.id);
        }
    }
}

impl Page {
    /// `false` if something was lost.
    fn take(&mut self, frame: Frame) -> bool {
        if frame.epoch != self.epoch || frame.frame != self.frame + 1 {
            return false;
        }
        self.frame = frame.frame;
        for message in &frame.messages {
            let data = &message.message.data;
            assert!(
                self.covers(&data.id, folder_of(data)),
                "{} was not asked for",
                data.id
            );
        }
        self.merge(frame.messages);
        true
    }

    fn merge(&mut self, messages: Vec<RoomMessage>) {
        for message in messages {
            let data = message.message.data;
            let known = self.operations.get(&data.id).map_or(0, |(seq, _)| *seq);
            if message.seq >= known {
                self.operations.insert(data.id.clone(), (message.seq, data));
            }
        }
    }

    /// Forgets what no union brings any more.
    fn prune(&mut self) {
        let mut operations = std::mem::take(&mut self.operations);
        operations.retain(|id, (_, data)| self.covers(id, folder_of(data)));
        self.operations = operations;
    }

    fn covers(&self, id: &str, folder: Option<&str>) -> bool {
        let in_view = self.rows.as_ref().is_none_or(|rows| rows.contains(id));
        let mut rooms = self.unions.values().flatten();
        rooms.any(|room| match room.split_once(':') {
            Some(("series", wanted)) => folder == Some(wanted),
            Some(("progress", wanted)) => id == wanted,
            Some(("type", kind)) => in_view && kind == "download",
            _ if folder.is_none() => room == "scan",
            _ => in_view && room == "downloads",
        })
    }
}

#[test]
fn a_series_brings_its_downloads_whatever_a_list_shows() {
    let mut window = Window::new();
    window.show(Some(&[]));
    for n in 0..6 {
        window.start(n);
    }
    window.pass(200);
    assert_eq!(window.known(), HashSet::new(), "the list shows none");
    window.join(DETAIL, &["series:series 1"]);
    assert_eq!(window.known(), HashSet::from(["download_1", "download_4"]));
    window.show(Some(&[0, 1]));
    window.advance(1, 100);
    window.advance(4, 400);
    window.advance(3, 300);
    window.pass(200);
    assert_eq!(
        window.known(),
        HashSet::from(["download_0", "download_1", "download_4"])
    );
    assert_eq!((window.current(1), window.current(4)), (Some(100), Some(400)));
    window.leave(DETAIL);
    window.advance(1, 110);
    window.advance(4, 410);
    window.pass(200);
    assert_eq!(
        window.known(),
        HashSet::from(["download_0", "download_1"]),
        "those in view"
    );
    assert_eq!(window.current(1), Some(110));
    window.assert_right();
}

#[test]
fn one_operation_is_brought_by_its_id() {
    let mut window = Window::new();
    window.show(Some(&[]));
    window.start(1);
    window.start(2);
    window.join(DETAIL, &["progress:download_2"]);
    window.advance(1, 10);
    window.advance(2, 20);
    window.complete(2);
    window.pass(200);
    assert_eq!(window.known(), HashSet::from(["download_2"]));
    window.assert_right();
}

#[test]
fn a_row_that_comes_into_view_is_sent_once_however_often_the_view_changes() {
    let mut window = Window::new();
    window.show(Some(&[]));
    window.start(1);
    window.advance(1, 10);
    // nothing was sent in between: the row still waits
    window.show(Some(&[1]));
    window.show(Some(&[1, 2]));
    window.join(DETAIL, &["series:series 2"]);
    window.leave(DETAIL);
    window.pass(200);
    assert_eq!(window.current(1), Some(10));
    window.assert_right();
}

#[test]
fn another_union_in_place_of_all_ends_the_others() {
    let mut window = Window::new();
    window.join(DETAIL, &["series:series 1"]);
    for n in 0..3 {
        window.start(n);
    }
    window.page.unions.remove(MAIN);
    let answer = window.ask(DETAIL, true);
    assert_eq!(answer.messages.len(), 1);
    let listed = window.client.rooms();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(
        (listed[0].name.as_deref(), listed[0].replace),
        (Some(DETAIL), false)
    );
    window.page.merge(answer.messages);
    window.page.prune();
    window.assert_right();
}

#[test]
fn a_lost_frame_is_healed_by_joining_every_union_again() {
    let mut window = Window::new();
    window.show(Some(&[]));
    window.join(DETAIL, &["series:series 1"]);
    window.start(1);
    window.loses = true;
    window.pass(200);
    assert_eq!(window.current(1), None, "it was in the frame that was lost");
    window.start(4);
    window.pass(200);
    assert_eq!(window.page.heals, 2, "the first was the beginning");
    assert_eq!(window.current(1), Some(0));
    window.assert_right();
}

#[test]
fn a_page_that_begins_anew_ends_in_the_right_state() {
    let mut window = Window::new();
    window.show(Some(&[1]));
    window.join(DETAIL, &["series:series 0"]);
    window.start(1);
    window.start(3);
    window.reload();
    assert_eq!(window.known(), HashSet::from(["download_1", "download_3"]));
    window.advance(3, 30);
    window.pass(200);
    assert_eq!(window.current(3), Some(30));
    window.assert_right();
}

#[derive(Debug, Clone)]
enum Step {
    Start(u8),
    Advance(u8, u64),
    Complete(u8),
    Join(bool, u8),
    Leave(bool),
    Show(Option<Vec<u8>>),
    Attend(Attention),
    Lose,
    Reload,
    Pass(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = 0..9_u8;
    let attention = prop_oneof![
        Just(Attention::Focused),
        Just(Attention::Visible),
        Just(Attention::Hidden)
    ];
    let step = prop_oneof![
        4 => n.clone().prop_map(Step::Start),
        9 => (n.clone(), 0..1_000_u64).prop_map(|(n, current)| Step::Advance(n, current)),
        1 => n.clone().prop_map(Step::Complete),
        3 => (any::<bool>(), n.clone()).prop_map(|(series, n)| Step::Join(series, n)),
        2 => any::<bool>().prop_map(Step::Leave),
        3 => proptest::option::weighted(0.8, proptest::collection::vec(n, 0..4)).prop_map(Step::Show),
        1 => attention.prop_map(Step::Attend),
        1 => Just(Step::Lose),
        1 => Just(Step::Reload),
        9 => (0..90_u64).prop_map(Step::Pass),
    ];
    proptest::collection::vec(step, 1..200)
}

impl Window {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Start(n) => self.start(*n),
            Step::Advance(n, current) => self.advance(*n, *current),
            Step::Complete(n) => self.complete(*n),
            Step::Join(true, n) => self.join("series", &[&format!("series:{}", folder(*n))]),
            Step::Join(false, n) => self.join(DETAIL, &[&format!("progress:{}", id(*n)), "scan"]),
            Step::Leave(true) => self.leave("series"),
            Step::Leave(false) => self.leave(DETAIL),
            Step::Show(rows) => self.show(rows.as_deref()),
            Step::Attend(attention) => self.client.set_attention(*attention),
            Step::Lose => self.loses = true,
            Step::Reload => self.reload(),
            Step::Pass(time) => self.pass(*time),
        }
    }
}

proptest! {
    #[test]
    fn whatever_a_page_joins_leaves_and_loses_it_ends_in_the_right_state(steps in steps()) {
        let mut window = Window::new();
        for step in &steps {
            window.step(step);
        }
        window.assert_right();
    }
}
