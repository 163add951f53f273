//! One trial: a download that is killed a few times and then not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aniworld_testkit::servers::{Nginx, NginxOptions};
use aniworld_tests::terminal::{Ran, Running};
use aniworld_tests::{Outcome, media};
use rustix::process::{Signal, kill_process};
use tempfile::TempDir;
use url::Url;

use crate::chance::Chance;
use crate::relay::Relay;
use crate::served::{Replacement, Served};

/// What is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One file, by so many connections.
    File { connections: u8 },
    /// An HLS stream, many pieces at a time.
    Stream,
}

impl Kind {
    /// What stands behind the address of the server.
    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::File { .. } => "film.bin",
            Self::Stream => "film.m3u8",
        }
    }

    /// The name of the file that it becomes.
    fn target(self) -> &'static str {
        match self {
            Self::File { .. } => "film.bin",
            Self::Stream => "film.ts",
        }
    }
}

/// What happened in trials.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) kills: usize,
    replacements: usize,
    resumed: usize,
    published_before_a_kill: usize,
    old_versions: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        self.replacements += other.replacements;
        self.resumed += other.resumed;
        self.published_before_a_kill += other.published_before_a_kill;
        self.old_versions += other.old_versions;
    }
}

/// Longer than any run may take: whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(1);

struct Stage {
    folders: TempDir,
    served: Served,
    relay: Relay,
    _nginx: Nginx,
    kind: Kind,
    /// What happened so far, for whoever has to find a mistake.
    story: Vec<String>,
}

pub(crate) async fn trial(kind: Kind, chance: &mut Chance) -> Outcome<Tally> {
    let mut stage = Stage::new(kind, chance).await?;
    let mut tally = Tally::default();
    match stage.play(chance, &mut tally).await {
        Ok(()) => Ok(tally),
        Err(error) => Err(format!("{error}\n  {}", stage.story.join("\n  ")).into()),
    }
}

impl Stage {
    async fn play(&mut self, chance: &mut Chance, tally: &mut Tally) -> Outcome {
        for _ in 0..=chance.below(4) {
            tally.kills += usize::from(self.killed(chance, tally).await?);
            if self.target().exists() {
                self.is_whole(tally)?;
                tally.published_before_a_kill += 1;
                // the next round begins anew: what is there is never replaced
                std::fs::remove_file(self.target())?;
                self.story.push("it was there; removed".to_owned());
            }
            if chance.once_in(3) {
                self.replace(chance, tally)?;
            }
        }
        let ran = self.ends(self.start()?).await?;
        if ran.code != 0 {
            return Err(format!("nobody killed the last run, and it failed: {ran:?}").into());
        }
        self.note_resume(&ran, tally);
        self.is_whole(tally)?;
        let left = media::tree(&self.folders.path().join("got"))?;
        let target = Path::new(self.kind.target());
        let allowed = [target.to_path_buf(), aniworld_transfer::manifest_path(target)];
        if left.iter().any(|name| !allowed.contains(&name.into())) {
            return Err(format!("something stays behind: {left:?}").into());
        }
        Ok(())
    }

    fn note_resume(&mut self, ran: &Ran, tally: &mut Tally) {
        let resumed = ran.lines.iter().find_map(|line| line["resumed_from"].as_u64());
        tally.resumed += usize::from(resumed > Some(0));
        self.story.push(format!("the last run resumed from {resumed:?}"));
    }

    async fn new(kind: Kind, chance: &mut Chance) -> Outcome<Self> {
        let folders = tempfile::tempdir()?;
        let at = |name: &str| folders.path().join(name);
        std::fs::create_dir(at("served"))?;
        std::fs::create_dir(at("got"))?;
        let length = usize::try_from(2_000_000 + chance.below(4_000_000))?;
        let served = Served::new(&at("served"), kind, length, chance)?;
        let options = NginxOptions {
            // pieces of a stream come eight at a time
            rate_per_connection: Some(if kind == Kind::Stream { "1m" } else { "4m" }.into()),
            ..NginxOptions::json()
        };
        let nginx = Nginx::start(&at("served"), options)?;
        let port = Url::parse(nginx.url())?.port().ok_or("no port")?;
        Ok(Self {
            served,
            relay: Relay::start(port).await?,
            _nginx: nginx,
            kind,
            folders,
            story: Vec::new(),
        })
    }

    fn target(&self) -> PathBuf {
        self.folders.path().join("got").join(self.kind.target())
    }

    fn start(&self) -> Outcome<Running> {
        let url = self.relay.url(self.kind.address());
        let target = self.target().display().to_string();
        let connections = match self.kind {
            Kind::File { connections } => connections.to_string(),
            Kind::Stream => "8".to_owned(),
        };
        let words = ["get", &url, "-o", &target, "--connections", &connections];
        Running::start(&self.folders.path().join("data"), &words)
    }

    /// Starts a run and kills it at some moment: after some byte, or soon after the last. The file may be
    /// replaced in the middle of it. `false`: it ended before.
    async fn killed(&mut self, chance: &mut Chance, tally: &mut Tally) -> Outcome<bool> {
        let before = self.relay.passed();
        let whole = self.served.length();
        let moment = if chance.once_in(4) {
            whole
        } else {
            chance.below(whole)
        };
        // nothing ties the pieces of a stream together while it is replaced
        let may_be_replaced = self.kind != Kind::Stream && chance.once_in(6);
        let replaced = may_be_replaced.then(|| chance.below(moment.max(1)));
        let turns = chance.below(3_000);
        let running = self.start()?;
        let pid = running.pid()?;
        let ended = tokio::spawn(running.end());
        let moments = async {
            if let Some(bytes) = replaced {
                self.relay.until(before + bytes).await;
                self.served.replace(Replacement::Dated, chance)?;
                tally.replacements += 1;
            }
            self.relay.until(before + moment).await;
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            Outcome::Ok(())
        };
        tokio::pin!(ended);
        let in_time = tokio::select! {
            moment = moments => { moment?; true }
            _ = &mut ended => return Ok(false),
            () = tokio::time::sleep(PATIENCE) => return Err("a run hangs".into()),
        };
        // it may have ended by itself in this instant; then there is no such process, and no kill
        let killed = in_time && kill_process(pid, Signal::KILL).is_ok();
        let ran = ended.await??;
        self.story.push(format!(
            "killed after {moment} bytes of {whole}, replaced after {replaced:?}; exit {}",
            ran.code
        ));
        Ok(killed && ran.code != 0)
    }

    fn replace(&mut self, chance: &mut Chance, tally: &mut Tally) -> Outcome {
        let how = if chance.once_in(2) {
            Replacement::Dated
        } else {
            Replacement::SameTag
        };
        tally.replacements += 1;
        self.story.push(format!("replaced: {how:?}"));
        self.served.replace(how, chance)
    }

    async fn ends(&self, running: Running) -> Outcome<Ran> {
        let ended = tokio::time::timeout(PATIENCE, running.end()).await;
        ended.map_err(|_| "a run hangs")?
    }

    /// What stands under the final name is one version of the file, whole. An old one is right too: all its
    /// bytes had come before it was replaced.
    fn is_whole(&self, tally: &mut Tally) -> Outcome {
        let found = media::sha256(&self.target())?;
        let version = self.served.version_of(&found);
        tally.old_versions += usize::from(version.is_some_and(|version| version < self.served.version()));
        match version {
            Some(_) => Ok(()),
            None => Err("what stands there was never served".into()),
        }
    }
}
