//! `cargo xtask bench transfer`: `aniworld-cli get` beside the best of its kind, row by row of the
//! design's budgets, in one run on one machine.

mod measure;
mod programs;
mod row;
mod rows;
mod scratch;

use std::process::Command;

use self::programs::Site;
use self::row::{Metric, Row, Runs, Verdict};
use self::scratch::{Data, Scratch};
use super::nginx::Nginx;
use super::warm::Warm;
use super::{report, yt_dlp};
use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::{project, test};

/// How to measure.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    rounds: usize,
    /// Empty: all.
    rows: Vec<String>,
    /// The debug build, little data and no report: shows only that everything works.
    smoke: bool,
    /// Runs count however much else is going on: for a look on a busy machine. No report either.
    hasty: bool,
}

/// One row with its figures.
#[derive(Debug)]
struct Measured {
    row: Row,
    runs: Vec<Runs>,
    /// Runs that count although something else took the processor.
    disturbed: usize,
}

/// Measures, checks every result, writes the report and fails where a budget does not hold.
pub(crate) fn transfer(arguments: &[&str]) -> Outcome {
    let plan = parse(arguments)?;
    prepare(plan.smoke)?;
    let scratch = Scratch::new()?;
    let server = Nginx::start(scratch.path())?;
    let site = Site {
        scratch: &scratch,
        server: &server,
        smoke: plan.smoke,
    };
    let wanted = |row: &Row| plan.rows.is_empty() || plan.rows.iter().any(|id| id == row.id);
    let mut tables = vec![head(&plan)];
    let mut missed = Vec::new();
    let mut made = None;
    for row in rows::rows(&site, plan.rounds).into_iter().filter(wanted) {
        let measured = measure_row(&site, row, plan.hasty, &mut made)?;
        let table = measured.table();
        println!("\n{table}\n");
        tables.push(table);
        missed.extend(measured.missed());
    }
    if plan.smoke {
        // nobody optimised this build: its figures say nothing about a budget
        return Ok(());
    }
    if plan.rows.is_empty() && !plan.hasty {
        report::write("transfer", &tables.join("\n\n"))?;
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("budgets that do not hold:\n{}", missed.join("\n")))
    }
}

fn parse(arguments: &[&str]) -> Outcome<Plan> {
    let mut plan = Plan {
        rounds: 5,
        rows: Vec::new(),
        smoke: false,
        hasty: false,
    };
    let mut rest = arguments.iter();
    while let Some(&argument) = rest.next() {
        match argument {
            "--rounds" => {
                plan.rounds = rest
                    .next()
                    .and_then(|value| value.parse().ok())
                    .filter(|value| *value > 0)
                    .ok_or("--rounds needs a number above 0")?;
            }
            "--rows" => {
                let names = rest.next().ok_or("--rows needs names")?;
                plan.rows = names.split(',').map(str::to_owned).collect();
            }
            "--hasty" => plan.hasty = true,
            "--smoke" => {
                plan.smoke = true;
                plan.rounds = 1;
            }
            other => return Err(format!("`bench transfer` does not know {other:?}")),
        }
    }
    if let Some(unknown) = plan.rows.iter().find(|id| !rows::IDS.contains(&id.as_str())) {
        return Err(format!(
            "no row is called {unknown}; there are: {}",
            rows::IDS.join(", ")
        ));
    }
    Ok(plan)
}

fn prepare(smoke: bool) -> Outcome {
    packages::ensure(if smoke {
        Purpose::WindowlessTests
    } else {
        Purpose::Peers
    })?;
    if !smoke {
        yt_dlp::ensure()?;
    }
    let mut command = project::cargo();
    command.arg("build");
    if smoke {
        // the selection of `cargo xtask test`, so that nothing is built twice
        command.args(test::CRATES).arg("--bins");
    } else {
        command.args(["--release", "--package", "aniworld-cli", "--bins"]);
        command.args(["--package", "aniworld-transfer"]);
    }
    process::run(command.args(["--example", "bare"]))
}

/// `made` is the data that is there already, with its fingerprint.
fn measure_row(
    site: &Site<'_>,
    row: Row,
    hasty: bool,
    made: &mut Option<(Data, scratch::Fingerprint)>,
) -> Outcome<Measured> {
    println!("\n{}: {}", row.id, row.what);
    let (data, fingerprint) = match made.take() {
        Some((data, fingerprint)) if data == row.data => (data, fingerprint),
        _ => (row.data, site.scratch.make(row.data)?),
    };
    if let Data::Many { files, .. } = row.data {
        site.write_lists(files)?;
    }
    // now: what is served must not lie in the memory that is meant for the runs
    let _warm = (!site.smoke)
        .then(|| Warm::keep(site.scratch.path()))
        .transpose()?;
    let contenders: Vec<_> = row
        .contenders
        .iter()
        .filter(|contender| !(site.smoke && contender.extra))
        .collect();
    let mut runs: Vec<Runs> = contenders
        .iter()
        .map(|contender| Runs {
            name: contender.name,
            costs: Vec::new(),
        })
        .collect();
    let mut disturbed = 0;
    // round 0 touches the memory and is not counted
    for round in 0..=row.rounds {
        for step in 0..contenders.len() {
            let index = (round + step) % contenders.len();
            let contender = contenders[index];
            let cost = if round == 0 || site.smoke || hasty {
                site.scratch.clear_out()?;
                measure::run(&contender.argv, site.scratch)?
            } else {
                measure::run_calmly(&contender.argv, site.server, site.scratch, &mut disturbed)?
            };
            let out = site.scratch.out(matches!(row.data, Data::Stream { .. }));
            if !fingerprint.fits(&out, contender.remuxes)? {
                return Err(format!("{}: {} wrote something else", row.id, contender.name));
            }
            if round > 0 {
                println!(
                    "round {round}: {:<34} {:.3} s wall, {:.3} s CPU, {:.1} MiB",
                    contender.name, cost.wall, cost.cpu, cost.peak
                );
                runs[index].costs.push(cost);
            }
        }
    }
    site.scratch.clear_out()?;
    *made = Some((data, fingerprint));
    Ok(Measured { row, runs, disturbed })
}

impl Measured {
    fn verdicts(&self) -> Vec<Verdict> {
        let judge = |budget: &row::Budget| budget.judge(&self.runs);
        self.row.budgets.iter().filter_map(judge).collect()
    }

    /// The demanded budgets that do not hold, as sentences.
    fn missed(&self) -> Vec<String> {
        let missed = |verdict: &Verdict| verdict.demanded && !verdict.holds;
        self.verdicts()
            .into_iter()
            .filter(missed)
            .map(|verdict| format!("{}: {}", self.row.id, verdict.sentence))
            .collect()
    }

    fn table(&self) -> String {
        let peer = &self.runs[0];
        let mut lines = vec![
            format!(
                "**{}**: {}. {} rounds{}.",
                self.row.id,
                self.row.what,
                self.row.rounds,
                match self.disturbed {
                    0 => String::new(),
                    number => format!(", {number} of the runs disturbed by other programs"),
                }
            ),
            String::new(),
            format!(
                "| program | wall, s | least–most | CPU, s | peak, MiB | wall / {0} | CPU / {0} |",
                peer.name
            ),
            "|---|---:|---:|---:|---:|---:|---:|".to_owned(),
        ];
        lines.extend(self.runs.iter().map(|runs| {
            let (least, most) = runs.spread(Metric::Wall);
            let (wall, cpu) = (runs.median(Metric::Wall), runs.median(Metric::Cpu));
            format!(
                "| `{}` | {wall:.3} | {least:.3}–{most:.3} | {cpu:.3} | {:.1} | {:.2} | {:.2} |",
                runs.name,
                runs.spread(Metric::Peak).1,
                wall / peer.median(Metric::Wall),
                cpu / peer.median(Metric::Cpu)
            )
        }));
        lines.push(String::new());
        lines.extend(self.verdicts().iter().map(|verdict| {
            let word = match (verdict.holds, verdict.demanded) {
                (true, true) => "holds",
                (false, true) => "**missed**",
                (true, false) => "goal reached",
                (false, false) => "goal not reached",
            };
            format!("- {} – {word}", verdict.sentence)
        }));
        lines.join("\n")
    }
}

fn head(plan: &Plan) -> String {
    let kernel = process::read(Command::new("uname").arg("-sr")).unwrap_or_default();
    format!(
        "`cargo xtask bench transfer` repeats this and fails where a budget does not hold. A private nginx (sendfile) \
         on loopback, results in memory. Medians of at least {} rounds with rotated order after one uncounted round; \
         a run that another program disturbs is repeated; every result is compared byte for byte or by SHA-256 (what ffmpeg writes: by \
         the packets inside). CPU is the program's own, user and system; the peak is the highest of all rounds. \
         \"get\" is `aniworld-cli get`; the bare loop is the HTTP client below it that only receives and writes. {}, \
         {}, {}.",
        plan.rounds.min(3),
        report::machine(),
        kernel.trim(),
        programs::versions()
    )
}

#[cfg(test)]
mod tests {
    use super::{Plan, parse};

    #[test]
    fn rows_and_rounds_are_chosen() {
        assert_eq!(
            parse(&["--rows", "http,files", "--rounds", "2"]),
            Ok(Plan {
                rounds: 2,
                rows: vec!["http".to_owned(), "files".to_owned()],
                smoke: false,
                hasty: false
            })
        );
        assert!(parse(&["--rows", "http,nothing"]).is_err());
        assert!(parse(&["--rounds", "0"]).is_err());
        assert!(parse(&["--size"]).is_err());
    }
}
