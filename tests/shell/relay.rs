//! The relay between one service and the windows, seen from both ends: what is put in, and which frames come out.
//!
//! Every frame leaves by one channel. That a window hears nothing is shown by another one that hears what was
//! put in later: frames leave in rounds, so by then the round before is over.

mod failures;
mod reach;
mod rooms;

use aniworld_services::ProgressService;
use aniworld_services::progress::{DOWNLOAD_QUEUE, ProgressType, Update};
use aniworld_shell::EventRelay;
use aniworld_wire::message::{MessageData, ProgressState};
use aniworld_wire::{Frame, JoinAnswer, JoinRequest};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::program::PATIENCE;

/// All but `system`, which is the witness's.
const ALL: [&str; 4] = ["downloads", "scan", "queue", "errors"];
/// A window that tells when a round is over.
const WITNESS: &str = "witness";

/// A service, a relay, and everything that leaves it.
struct Stage {
    progress: ProgressService,
    relay: EventRelay,
    out: UnboundedReceiver<(String, Frame)>,
    rounds: u32,
}

impl Stage {
    /// A relay whose way out is called before each frame leaves, and may panic.
    fn with(before_each: impl Fn(&str) + Send + Sync + 'static) -> Self {
        let progress = ProgressService::new();
        let (way_out, out) = unbounded_channel();
        let relay = EventRelay::start(&progress, move |label, frame| {
            before_each(label);
            // nobody looks any more at the end of a test
            let _ = way_out.send((label.to_owned(), frame.clone()));
        });
        Self {
            progress,
            relay,
            out,
            rounds: 0,
        }
    }

    fn new() -> Self {
        Self::with(|_| {})
    }

    async fn start(&self, id: &str, kind: ProgressType) {
        self.progress.start_progress(id, kind, id).await.unwrap();
    }

    /// A download that began, got somewhere and is done.
    async fn whole_download(&self, id: &str) {
        self.start(id, ProgressType::Download).await;
        self.advance(id, 50).await;
        self.complete(id).await;
    }

    async fn advance(&self, id: &str, current: u64) {
        let update = Update {
            current: Some(current),
            total: Some(100),
            ..Update::default()
        };
        self.progress.update_progress(id, update).await.unwrap();
    }

    async fn complete(&self, id: &str) {
        self.progress.complete_progress(id, "done").await.unwrap();
    }

    fn join(&self, label: &str, rooms: &[&str]) -> JoinAnswer {
        self.join_as(label, None, rooms)
    }

    fn join_as(&self, label: &str, name: Option<&str>, rooms: &[&str]) -> JoinAnswer {
        let request = JoinRequest {
            rooms: rooms.iter().map(ToString::to_string).collect(),
            name: name.map(str::to_owned),
            replace: false,
        };
        self.relay.join(label, &request)
    }

    async fn next(&mut self) -> (String, Frame) {
        let next = timeout(PATIENCE, self.out.recv()).await;
        next.unwrap().expect("the relay lives")
    }

    /// Everything that leaves until a window hears that an operation is done.
    async fn until_done(&mut self, label: &str, id: &str) -> Vec<(String, Frame)> {
        let mut frames = Vec::new();
        loop {
            let (to, frame) = self.next().await;
            let done = to == label && states(&frame).contains(&(id, ProgressState::Completed));
            frames.push((to, frame));
            if done {
                return frames;
            }
        }
    }

    /// Every state change that leaves because of what was put in up to now, without what the witness hears.
    async fn rest(&mut self) -> Vec<(String, Frame)> {
        let mut frames = Vec::new();
        self.join(WITNESS, &["system"]);
        // when the first is heard, everything before was taken in; what had to keep its distance from a frame before
        // leaves with the second at the latest; when the third is heard, that round is over
        for _ in 0..3 {
            self.rounds += 1;
            let mark = format!("system_mark_{}", self.rounds);
            self.progress
                .start_progress(&mark, ProgressType::System, "")
                .await
                .unwrap();
            self.complete(&mark).await;
            frames.extend(self.until_done(WITNESS, &mark).await);
        }
        self.relay.forget(WITNESS);
        frames.retain(|(to, _)| to != WITNESS);
        frames
    }
}

/// Each message of a frame as id and status.
fn states(frame: &Frame) -> Vec<(&str, ProgressState)> {
    let data = frame.messages.iter().map(|it| &it.message.data);
    data.map(|data| (data.id.as_str(), data.status)).collect()
}

/// The last that was said of an operation.
fn last_of<'a>(frames: &'a [(String, Frame)], id: &str) -> Option<&'a MessageData> {
    let messages = frames.iter().flat_map(|(_, frame)| &frame.messages);
    messages.map(|it| &it.message.data).rfind(|data| data.id == id)
}

/// The ids in an answer.
fn ids(answer: &JoinAnswer) -> Vec<&str> {
    answer
        .messages
        .iter()
        .map(|it| it.message.data.id.as_str())
        .collect()
}

/// The queue, which is there from the start in a real program.
async fn start_queue(stage: &Stage) {
    stage.start(DOWNLOAD_QUEUE, ProgressType::Queue).await;
}
