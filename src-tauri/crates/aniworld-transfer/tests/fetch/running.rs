//! A transfer on its way: what it reports, how it is steered, how it ends.

use std::path::Path;
use std::time::SystemTime;

use aniworld_transfer::{
    Control, Engine, FetchRequest, Fetched, Observer, TransferError, TransferEvent, TransferNote,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub(crate) type Outcome = Result<Fetched, TransferError>;

struct Reporter(UnboundedSender<(Instant, TransferEvent)>);

impl Observer for Reporter {
    fn event(&self, event: TransferEvent) {
        // a test that hears no more of it has seen enough
        let _heard = self.0.send((Instant::now(), event));
    }
}

/// A transfer in a task of its own.
pub(crate) struct Running {
    pub(crate) control: Control,
    reports: UnboundedReceiver<(Instant, TransferEvent)>,
    seen: Vec<(Instant, TransferEvent)>,
    notes: Vec<TransferNote>,
    task: JoinHandle<Outcome>,
}

impl Running {
    pub(crate) fn start(engine: Engine, request: FetchRequest, control: Control) -> Self {
        let (sender, reports) = unbounded_channel();
        let reporter = Reporter(sender);
        let steered = control.clone();
        let task = tokio::spawn(async move { engine.fetch(&request, &steered, &reporter).await });
        Self {
            control,
            reports,
            seen: Vec::new(),
            notes: Vec::new(),
            task,
        }
    }

    /// The next report that is no note; `None`: the transfer is over.
    pub(crate) async fn next(&mut self) -> Option<TransferEvent> {
        loop {
            let (at, event) = self.reports.recv().await?;
            if let Some(event) = self.sort(at, event) {
                return Some(event);
            }
        }
    }

    /// Notes are kept apart from what else is reported.
    fn sort(&mut self, at: Instant, event: TransferEvent) -> Option<TransferEvent> {
        if let TransferEvent::Noted(note) = event {
            self.notes.push(note);
            return None;
        }
        self.seen.push((at, event.clone()));
        Some(event)
    }

    /// Waits until so many answers are noted.
    pub(crate) async fn answered(&mut self, count: usize) {
        let is_answer = |note: &&TransferNote| matches!(note, TransferNote::Answered(_));
        while self.notes.iter().filter(is_answer).count() < count {
            let (at, event) = self.reports.recv().await.expect("more answers");
            self.sort(at, event);
        }
    }

    /// Waits for a report.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&TransferEvent) -> bool) -> TransferEvent {
        loop {
            match self.next().await {
                Some(event) if wanted(&event) => return event,
                Some(_) => {}
                None => panic!("{:?} after {:?}", (&mut self.task).await, events(&self.seen)),
            }
        }
    }

    /// Waits until so many bytes are reported.
    pub(crate) async fn received(&mut self, wanted: u64) {
        self.until(|event| matches!(event, TransferEvent::Progress { bytes, .. } if *bytes == wanted))
            .await;
    }

    /// Waits until so many bytes stand in the part file, reported or not.
    pub(crate) async fn until_on_disk(&mut self, part: &Path, bytes: u64) {
        while part.metadata().map_or(0, |meta| meta.len()) != bytes {
            assert!(!self.task.is_finished(), "{:?}", self.pending());
            tokio::task::yield_now().await;
        }
    }

    /// Waits for the head of an answer.
    pub(crate) async fn started(&mut self) {
        self.until(|event| matches!(event, TransferEvent::Started { .. }))
            .await;
    }

    /// Waits for the pause before the next try; when that comes, and why.
    pub(crate) async fn waiting(&mut self) -> (SystemTime, TransferError) {
        match self
            .until(|event| matches!(event, TransferEvent::Waiting { .. }))
            .await
        {
            TransferEvent::Waiting { until, cause, .. } => (until, cause),
            other => unreachable!("{other:?}"),
        }
    }

    /// What is reported right now, without waiting for more.
    pub(crate) fn pending(&mut self) -> Vec<TransferEvent> {
        let mut pending = Vec::new();
        while let Ok((at, event)) = self.reports.try_recv() {
            pending.extend(self.sort(at, event));
        }
        pending
    }

    /// Waits for the end.
    pub(crate) async fn end(self) -> Outcome {
        self.end_with_reports().await.0
    }

    /// Waits for the end; with all that was reported from the beginning, and when.
    pub(crate) async fn end_with_reports(mut self) -> (Outcome, Vec<(Instant, TransferEvent)>) {
        let outcome = (&mut self.task).await.unwrap();
        self.pending();
        (outcome, self.seen)
    }

    /// Waits for the end; with all that was noted.
    pub(crate) async fn end_with_notes(mut self) -> (Outcome, Vec<TransferNote>) {
        let outcome = (&mut self.task).await.unwrap();
        self.pending();
        (outcome, self.notes)
    }

    /// Waits for the end, but drops the transfer when something else happens before: `None`.
    pub(crate) async fn end_or_drop(mut self, event: impl Future<Output = ()>) -> Option<Outcome> {
        tokio::select! {
            outcome = &mut self.task => return Some(outcome.unwrap()),
            () = event => self.task.abort(),
        }
        // it may have come to its end in the same moment
        self.task.await.ok()
    }

    /// Drops the transfer in the middle.
    pub(crate) async fn drop_it(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

/// The reports without their times.
pub(crate) fn events(seen: &[(Instant, TransferEvent)]) -> Vec<TransferEvent> {
    seen.iter().map(|(_, event)| event.clone()).collect()
}
