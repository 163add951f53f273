//! `cargo xtask bench faults`: every fault of the fault server, met by our program and by others.
//!
//! 7 tries, 3 s time-outs, cut off after 30 s, an empty folder for each. What is right says the server;
//! this command fails where our own program does not do it.

mod downloader;
mod server;
mod trial;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use self::downloader::Downloader;
use self::server::Server;
use self::trial::{Ending, Trial};
use super::report;
use super::scratch::ScratchFolder;
use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::project;

/// Most runs wait for time-outs, so more of them go on than there are cores.
const AT_ONCE: usize = 6;

/// What was asked for on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// Our program in its debug build, and no report.
    smoke: bool,
    /// Only these scenarios, and no report.
    only: Vec<String>,
}

/// Runs all, writes the table, and fails where our program was wrong.
pub(crate) fn faults(arguments: &[&str]) -> Outcome {
    let plan = parse(arguments)?;
    packages::ensure(if plan.smoke {
        Purpose::WindowlessTests
    } else {
        Purpose::Peers
    })?;
    build(plan.smoke)?;
    let folder = ScratchFolder::new()?;
    let downloaders = if plan.smoke {
        downloader::ours("debug")
    } else {
        let mut all = downloader::ours("release");
        all.extend(downloader::others()?);
        all
    };
    let table = Table::measure(&plan, downloaders, &folder)?;
    println!("\n{}", table.text());
    if !plan.smoke && plan.only.is_empty() {
        report::write("faults", &table.text())?;
    }
    table.verdict()
}

fn parse(arguments: &[&str]) -> Outcome<Plan> {
    let mut plan = Plan::default();
    let mut rest = arguments.iter();
    while let Some(&argument) = rest.next() {
        match argument {
            "--smoke" => plan.smoke = true,
            "--only" => {
                let names = rest.next().ok_or("--only needs names with commas")?;
                plan.only = names.split(',').map(str::to_owned).collect();
            }
            other => return Err(format!("`bench faults` does not know {other:?}")),
        }
    }
    Ok(plan)
}

fn build(smoke: bool) -> Outcome {
    let mut command = project::cargo();
    command.arg("build");
    if smoke {
        // the selection of `cargo xtask test`, so that nothing is built twice
        command.args(["--workspace", "--exclude", project::SHELL, "--bins"]);
    } else {
        command.args([
            "--release",
            "--package",
            "aniworld-cli",
            "--package",
            "aniworld-testkit",
        ]);
    }
    process::run(&mut command)
}

/// Who did what with which fault.
#[derive(Debug)]
struct Table {
    downloaders: Vec<Downloader>,
    rows: Vec<Row>,
}

/// One fault.
#[derive(Debug)]
struct Row {
    name: String,
    /// What is right: names of files, or nothing.
    right: String,
    cells: Vec<Trial>,
}

impl Table {
    /// Several servers at once; each plays one fault for all downloaders, one after the other.
    fn measure(plan: &Plan, downloaders: Vec<Downloader>, folder: &ScratchFolder) -> Outcome<Self> {
        let profile = if plan.smoke { "debug" } else { "release" };
        let names = Server::start(profile, &folder.sub("names")?)?.names()?;
        let names: Vec<String> = names
            .into_iter()
            .filter(|name| plan.only.is_empty() || plan.only.contains(name))
            .collect();
        let next = AtomicUsize::new(0);
        let rows = Mutex::new(BTreeMap::new());
        let work = |worker: usize| -> Outcome {
            let place = folder.sub(&worker.to_string())?;
            let mut server = Server::start(profile, &place)?;
            loop {
                let index = next.fetch_add(1, Ordering::SeqCst);
                let Some(name) = names.get(index) else {
                    return Ok(());
                };
                let row = row(&mut server, name, &downloaders, &place)?;
                println!("{}", row.text());
                rows.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(index, row);
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE)
                .map(|worker| scope.spawn(move || work(worker)))
                .collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().map_err(|_| "a worker panicked".to_owned())?)
        })?;
        let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self {
            downloaders,
            rows: rows.into_values().collect(),
        })
    }

    fn text(&self) -> String {
        let names: Vec<&str> = self
            .downloaders
            .iter()
            .map(|downloader| downloader.name.as_str())
            .collect();
        let versions: Vec<&str> = self
            .downloaders
            .iter()
            .filter_map(|downloader| downloader.version.as_deref())
            .collect();
        let mut lines = vec![
            format!(
                "8 MiB from `fault-server` on loopback, 7 tries, 3 s time-outs, cut off after {} s, an empty folder \
                 for each run. What each fault is stands beside its code in `aniworld-testkit`. \"refuse\": no \
                 complete file can exist, so giving up is right. A partial file counts as such where it is not \
                 empty and nothing beside it says that it is one. Who asks once before the download, as axel and \
                 yt-dlp do, spends the first answer of a fault on that. {}, {}.",
                trial::MOST.as_secs(),
                report::machine(),
                versions.join(", ")
            ),
            String::new(),
            format!("| fault | right outcome | {} |", names.join(" | ")),
            format!("|---|---|{}", "---|".repeat(names.len())),
        ];
        lines.extend(self.rows.iter().map(Row::text));
        let tallies: Vec<String> = (0..names.len()).map(|column| self.tally(column)).collect();
        lines.push(format!("| tally | | {} |", tallies.join(" | ")));
        lines.join("\n")
    }

    fn column(&self, column: usize) -> impl Iterator<Item = &Trial> {
        self.rows.iter().filter_map(move |row| row.cells.get(column))
    }

    fn tally(&self, column: usize) -> String {
        let count = |wanted: fn(&Trial) -> bool| self.column(column).filter(|trial| wanted(trial)).count();
        format!(
            "right {}, gave up {}, silent wrong {}, success without a file {}, hang {}, partial under the final \
             name {}, `If-Range` sent in {}",
            count(|trial| trial.ending == Ending::Right),
            count(|trial| matches!(trial.ending, Ending::GaveUp(_))),
            count(|trial| trial.ending == Ending::SilentWrong),
            count(|trial| trial.ending == Ending::NoFile),
            count(|trial| trial.ending == Ending::Hang),
            count(|trial| trial.partial),
            count(|trial| trial.if_range > 0),
        )
    }

    /// Whether our program did what is right everywhere.
    fn verdict(&self) -> Outcome {
        let ours = self
            .downloaders
            .iter()
            .filter(|downloader| downloader.is_ours)
            .count();
        let mut problems = Vec::new();
        for row in &self.rows {
            for (downloader, trial) in self.downloaders.iter().zip(&row.cells).take(ours) {
                if !trial.is_right() {
                    problems.push(format!("{}: {} {}", downloader.name, row.name, trial.text()));
                }
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "our program was not right everywhere:\n{}",
                problems.join("\n")
            ))
        }
    }
}

fn row(server: &mut Server, name: &str, downloaders: &[Downloader], place: &std::path::Path) -> Outcome<Row> {
    let mut cells = Vec::new();
    let mut right = String::new();
    for downloader in downloaders {
        let task = server.put_on(name)?;
        right = task.right_in_words();
        let mut trial = trial::run(downloader, &task, place)?;
        trial.if_range = server.take_off()?;
        cells.push(trial);
    }
    Ok(Row {
        name: name.to_owned(),
        right,
        cells,
    })
}

impl Row {
    fn text(&self) -> String {
        let cells: Vec<String> = self.cells.iter().map(Trial::text).collect();
        format!("| {} | {} | {} |", self.name, self.right, cells.join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, parse};

    #[test]
    fn a_few_faults_can_be_named() {
        let plan = Plan {
            smoke: true,
            only: vec!["ok".to_owned(), "cut5".to_owned()],
        };
        assert_eq!(parse(&["--smoke", "--only", "ok,cut5"]), Ok(plan));
        assert!(parse(&["--only"]).is_err());
        assert!(parse(&["--fast"]).is_err());
    }
}
