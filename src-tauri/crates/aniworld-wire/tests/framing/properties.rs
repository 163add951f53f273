//! All rules under random events.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use aniworld_services::progress::{Action, ProgressStatus, ProgressUpdate};
use aniworld_wire::Attention;
use aniworld_wire::framing::{FRAME_GAP, FRAME_LIMIT};
use aniworld_wire::message::ProgressState;
use proptest::prelude::*;

use super::{Stage, millis};

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
