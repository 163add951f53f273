//! `cargo xtask bench get`: one large file over loopback, `aniworld-cli get` beside curl.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::nginx::Nginx;
use super::report;
use super::scratch::ScratchFolder;
use crate::packages::{self, Purpose};
use crate::process::{self, Outcome};
use crate::project;

const MIB: u64 = 1024 * 1024;
const FILE: &str = "file.bin";

/// How to measure.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    mib: u64,
    rounds: usize,
    /// The debug build and no report: shows only that everything works.
    smoke: bool,
}

/// Wall and CPU time of one run, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost {
    wall: f64,
    cpu: f64,
}

/// A program that fetches the file.
#[derive(Debug)]
struct Contender {
    name: &'static str,
    program: PathBuf,
    /// What stands before the address; `-o OUT` follows it.
    before: Vec<&'static str>,
    after: Vec<&'static str>,
}

/// Measures, checks every result, and writes the report.
pub(crate) fn get(arguments: &[&str]) -> Outcome {
    let plan = parse(arguments)?;
    packages::ensure(Purpose::WindowlessTests)?;
    build(plan.smoke)?;
    let folder = ScratchFolder::new()?;
    let sha256 = make_file(&folder.0, plan.mib)?;
    let server = Nginx::start(&folder.0)?;
    let contenders = contenders(plan.smoke);
    let costs = measure(&plan, &contenders, &server, &folder.0, &sha256)?;
    let table = table(&plan, &contenders, &costs);
    println!("\n{table}");
    if plan.smoke {
        Ok(())
    } else {
        report::write("get", &table)
    }
}

fn parse(arguments: &[&str]) -> Outcome<Plan> {
    let mut plan = Plan {
        mib: 1024,
        rounds: 5,
        smoke: false,
    };
    let mut rest = arguments.iter();
    while let Some(&argument) = rest.next() {
        let mut number = || {
            rest.next()
                .and_then(|value| value.parse::<u64>().ok())
                .filter(|value| *value > 0)
                .ok_or_else(|| format!("{argument} needs a number above 0"))
        };
        match argument {
            "--size" => plan.mib = number()?,
            "--rounds" => plan.rounds = usize::try_from(number()?).map_err(|error| error.to_string())?,
            "--smoke" => {
                plan = Plan {
                    mib: 32,
                    rounds: 1,
                    smoke: true,
                }
            }
            other => return Err(format!("`bench get` does not know {other:?}")),
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
        command.args(["--release", "--package", "aniworld-cli"]);
    }
    process::run(&mut command)
}

fn contenders(smoke: bool) -> Vec<Contender> {
    let profile = if smoke { "debug" } else { "release" };
    let ours = |name, after| Contender {
        name,
        program: project::built(profile, "aniworld-cli"),
        before: vec!["get"],
        after,
    };
    vec![
        ours("aniworld-cli get --no-manifest", vec!["--no-manifest"]),
        ours("aniworld-cli get", vec![]),
        Contender {
            name: "curl",
            program: "curl".into(),
            before: vec!["-sS"],
            after: vec![],
        },
    ]
}

fn make_file(folder: &Path, mib: u64) -> Outcome<String> {
    let path = folder.join("files").join(FILE);
    let fill = || -> io::Result<u64> {
        let mut random = File::open("/dev/urandom")?.take(mib * MIB);
        let mut file = File::create(&path)?;
        let copied = io::copy(&mut random, &mut file)?;
        file.flush()?;
        Ok(copied)
    };
    fill().map_err(|error| format!("{}: {error}", path.display()))?;
    sha256(&path)
}

fn sha256(path: &Path) -> Outcome<String> {
    let line = process::read(Command::new("sha256sum").arg("--").arg(path))?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}

fn measure(
    plan: &Plan,
    contenders: &[Contender],
    server: &Nginx,
    folder: &Path,
    expected: &str,
) -> Outcome<Vec<Vec<Cost>>> {
    let mut costs = vec![Vec::new(); contenders.len()];
    // round 0 touches the memory and is not counted
    for round in 0..=plan.rounds {
        for step in 0..contenders.len() {
            let index = (round + step) % contenders.len();
            let contender = &contenders[index];
            let out = folder.join("out.bin");
            let cost = run_once(contender, &server.url(FILE), &out)?;
            if sha256(&out)? != expected {
                return Err(format!("{} wrote a wrong file", contender.name));
            }
            fs::remove_file(&out).map_err(|error| format!("{}: {error}", out.display()))?;
            if round > 0 {
                println!(
                    "round {round}: {:<32} {:.3} s wall, {:.3} s CPU",
                    contender.name, cost.wall, cost.cpu
                );
                costs[index].push(cost);
            }
        }
    }
    Ok(costs)
}

/// Times one run with bash's own clock: it knows the CPU time of the child, the standard library does not.
fn run_once(contender: &Contender, url: &str, out: &Path) -> Outcome<Cost> {
    let output = Command::new("bash")
        .args(["-c", "TIMEFORMAT='%R %U %S'; time \"$@\"", "bash"])
        .arg(&contender.program)
        .args(&contender.before)
        .arg(url)
        .arg("-o")
        .arg(out)
        .args(&contender.after)
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| format!("bash did not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{} failed: {}", contender.name, text.trim()));
    }
    read_times(&text).ok_or_else(|| format!("bash gave no times: {text}"))
}

fn read_times(text: &str) -> Option<Cost> {
    let mut numbers = text.lines().last()?.split_whitespace().map(str::parse::<f64>);
    let mut next = || numbers.next().and_then(Result::ok);
    let (wall, user, system) = (next()?, next()?, next()?);
    Some(Cost {
        wall,
        cpu: user + system,
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn table(plan: &Plan, contenders: &[Contender], costs: &[Vec<Cost>]) -> String {
    let medians: Vec<Cost> = costs
        .iter()
        .map(|runs| Cost {
            wall: median(runs.iter().map(|cost| cost.wall).collect()),
            cpu: median(runs.iter().map(|cost| cost.cpu).collect()),
        })
        .collect();
    let peer = medians.last().copied().unwrap_or(Cost { wall: 0.0, cpu: 0.0 });
    let mut lines = vec![
        format!(
            "{} MiB over HTTP/1.1 from nginx (sendfile) on loopback to memory, one connection; median of {} \
             rounds with rotated order after one uncounted round, every file compared by SHA-256. {}.",
            plan.mib,
            plan.rounds,
            machine()
        ),
        String::new(),
        "| program | wall, s | CPU, s | wall, ratio to curl | CPU, ratio to curl |".to_owned(),
        "|---|---:|---:|---:|---:|".to_owned(),
    ];
    lines.extend(contenders.iter().zip(&medians).map(|(contender, cost)| {
        format!(
            "| `{}` | {:.3} | {:.3} | {:.2} | {:.2} |",
            contender.name,
            cost.wall,
            cost.cpu,
            cost.wall / peer.wall,
            cost.cpu / peer.cpu
        )
    }));
    lines.join("\n")
}

fn machine() -> String {
    let curl = process::read(Command::new("curl").arg("--version")).unwrap_or_default();
    let curl = curl.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    format!("{}, {curl}", report::machine())
}

#[cfg(test)]
mod tests {
    use super::{Cost, Plan, median, parse, read_times};

    #[test]
    fn the_times_stand_on_the_last_line() {
        assert_eq!(
            read_times("some warning\n0.512 0.101 0.300\n"),
            Some(Cost {
                wall: 0.512,
                cpu: 0.401
            })
        );
        assert_eq!(read_times("nothing"), None);
    }

    #[test]
    fn the_median_is_the_middle_or_between_the_two() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }

    #[test]
    fn sizes_must_be_positive_numbers() {
        assert_eq!(
            parse(&["--size", "64", "--rounds", "2"]),
            Ok(Plan {
                mib: 64,
                rounds: 2,
                smoke: false
            })
        );
        assert!(parse(&["--size", "0"]).is_err());
        assert!(parse(&["--rounds"]).is_err());
    }
}
