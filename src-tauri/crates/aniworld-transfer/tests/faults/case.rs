//! One fault, one number of connections, one entrance: played to its end and judged.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aniworld_testkit::fault::{Cast, Entrance, FaultServer, Right, Scenario, Staging, Version};
use aniworld_transfer::{
    Connections, Control, Engine, EngineOptions, Expects, FetchRequest, Fetched, Observer, RetryPolicy,
    Signal, TransferError, TransferEvent,
};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

/// Longer than any case may take on a busy machine, and much shorter than a hang.
const MOST: Duration = Duration::from_secs(30);
/// How long the earlier run gets to come as far as its server lets it.
const EARLIER: Duration = Duration::from_millis(1_500);

pub(crate) struct Case {
    pub(crate) scenario: &'static Scenario,
    pub(crate) connections: u8,
    pub(crate) entrance: Entrance,
}

/// What came of a case.
pub(crate) enum Ending {
    /// The right file.
    Right,
    /// Rightly no file, in words that say why.
    Refused,
    /// A file with other bytes than any that would be right.
    Wrong(String),
    /// No file, and yet something under the final name.
    Partial(String),
    /// No file though there is one, no reason that names the cause, or traces.
    Failed(String),
    /// No end.
    Hang,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scenario,
            connections,
            entrance,
        } = self;
        write!(formatter, "{} x {connections}, {entrance:?}", scenario.name)
    }
}

impl Case {
    pub(crate) async fn play(&self, cast: &Cast) -> Ending {
        let staging = Staging::new(self.scenario, cast, self.entrance);
        let server = FaultServer::stage(staging).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(self.name());
        if self.entrance == Entrance::AfterRun {
            self.earlier_run(&server, &target, cast).await;
            server.enter();
        }
        let request = self.request(&server, &target, Duration::from_millis(500));
        let engine = engine(&server);
        let control = Control::new();
        let transfer = engine.fetch(&request, &control, &Deaf);
        match timeout(MOST, transfer).await {
            Ok(outcome) => self.judge(outcome, &target, &folder, cast, &server),
            Err(_) => Ending::Hang,
        }
    }

    /// A run that is interrupted once every connection has what its server gives, an eighth of the file.
    async fn earlier_run(&self, server: &FaultServer, target: &Path, cast: &Cast) {
        let request = self.request(server, target, MOST);
        let engine = engine(server);
        let control = Control::new();
        let ear = Ear(watch::Sender::new(0));
        let mut bytes = ear.0.subscribe();
        let length = cast.bytes(self.right()[0]).len() as u64;
        let enough = length / 8 * u64::from(self.connections) - length / 32;
        let interrupt = async {
            // fewer connections than allowed come less far, and that is their right
            let _reached = timeout(EARLIER, bytes.wait_for(|bytes| *bytes >= enough)).await;
            control.set(Signal::Interrupt);
        };
        let transfer = engine.fetch(&request, &control, &ear);
        let (outcome, ()) = tokio::join!(transfer, interrupt);
        assert!(outcome.is_err(), "{self}: the earlier run was not interrupted");
    }

    fn request(&self, server: &FaultServer, target: &Path, stall: Duration) -> FetchRequest {
        let expects = if self.scenario.media {
            Expects::Media
        } else {
            Expects::AnyFile
        };
        let key = (
            "x-api-key".parse().unwrap(),
            "for the first origin".parse().unwrap(),
        );
        FetchRequest {
            connections: Connections::Exactly(self.connections),
            expects,
            headers: vec![key],
            retry: RetryPolicy {
                tries: 7,
                base: Duration::from_millis(10),
                cap: Duration::from_millis(100),
                stall,
            },
            ..FetchRequest::new(Url::parse(&server.film_url()).unwrap(), target.to_owned())
        }
    }

    fn name(&self) -> &'static str {
        if self.scenario.media {
            "film.mp4"
        } else {
            "notes.txt"
        }
    }

    /// The files that may come out; for a refusal the one that is served.
    fn right(&self) -> &'static [Version] {
        match self.scenario.right_after(self.entrance) {
            Right::File(versions) => versions,
            Right::FileOrRefusal | Right::Refusal(_) => &[Version::First],
        }
    }

    fn judge(
        &self,
        outcome: Result<Fetched, TransferError>,
        target: &PathBuf,
        folder: &TempDir,
        cast: &Cast,
        server: &FaultServer,
    ) -> Ending {
        let right = self.scenario.right_after(self.entrance);
        let fetched = match outcome {
            Err(error) if target.symlink_metadata().is_ok() => return Ending::Partial(error.to_string()),
            Err(error) => return refusal(right, &error),
            Ok(fetched) => fetched,
        };
        let bytes = fs::read(target).unwrap_or_default();
        let is_right = |version: &Version| cast.bytes(*version) == bytes;
        if matches!(right, Right::Refusal(_)) || !self.right().iter().any(is_right) {
            return Ending::Wrong(format!("{} bytes that nobody serves", bytes.len()));
        }
        self.fault_of_manner(&fetched, folder, server)
            .map_or(Ending::Right, Ending::Failed)
    }

    /// What can be wrong though the file is right.
    fn fault_of_manner(&self, fetched: &Fetched, folder: &TempDir, server: &FaultServer) -> Option<String> {
        let others: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != self.name())
            .collect();
        if !others.is_empty() {
            return Some(format!("left behind: {others:?}"));
        }
        let weak = |condition: &str| condition.starts_with("W/");
        let requests = server.requests();
        if requests.iter().filter_map(|request| request.if_range()).any(weak) {
            return Some("a weak tag in If-Range".to_owned());
        }
        let again = self.scenario.name == "ok" && self.entrance == Entrance::AfterRun;
        (again && fetched.resumed_from == 0).then(|| "fetched again what was there".to_owned())
    }
}

/// A refusal is right where no file can be had, and only with a sentence that names the cause.
fn refusal(right: Right, error: &TransferError) -> Ending {
    let sentence = error.to_string();
    match right {
        Right::File(_) => Ending::Failed(format!("refused: {sentence}")),
        Right::FileOrRefusal => Ending::Refused,
        Right::Refusal(words) if words.iter().any(|word| sentence.contains(word)) => Ending::Refused,
        Right::Refusal(words) => Ending::Failed(format!("refused in other words than {words:?}: {sentence}")),
    }
}

fn engine(server: &FaultServer) -> Engine {
    let mut options = EngineOptions::default();
    options.client.extra_root_pem = server.root_pem().map(|pem| pem.as_bytes().to_vec());
    Engine::new(&options).unwrap()
}

/// Hears nothing.
struct Deaf;

impl Observer for Deaf {
    fn event(&self, _: TransferEvent) {}
}

/// Hears how far a transfer is.
struct Ear(watch::Sender<u64>);

impl Observer for Ear {
    fn event(&self, event: TransferEvent) {
        if let TransferEvent::Progress { bytes, .. } = event {
            self.0.send_replace(bytes);
        }
    }
}
