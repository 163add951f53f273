//! `cargo xtask fuzz`: feeds every parser of foreign bytes, with the stable compiler and LLVM's fuzzer.

mod watch;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use self::watch::{Figures, watch};
use crate::process::{self, Outcome};
use crate::project;

/// How long each target runs when nobody says otherwise.
const SECONDS_EACH: u64 = 600;
/// What `cargo xtask test` gives to all targets together.
const SMOKE_SECONDS: &str = "30";
/// An input that takes longer is a finding.
const SLOWEST_INPUT_S: u64 = 5;
/// More memory is a finding.
const MOST_MEMORY_MIB: u64 = 512;
/// The longest input: long enough for some boxes, packets and lines.
const LONGEST_INPUT: u64 = 16 * 1024;
/// Counts the branches that were taken, and shows the fuzzer what was compared (LLVM, `SanitizerCoverage`).
const INSTRUMENTS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked<'a> {
    /// For all targets together.
    seconds: Option<u64>,
    /// Empty: all.
    targets: Vec<&'a str>,
}

/// Runs the targets, one after the other; a finding ends the run and says where it is kept.
pub(crate) fn fuzz(arguments: &[&str]) -> Outcome {
    let asked = asked(arguments)?;
    let targets = targets(&asked)?;
    let each = asked
        .seconds
        .map_or(SECONDS_EACH, |seconds| (seconds / targets.len() as u64).max(1));
    let program = build()?;
    for target in targets {
        let figures = run(&program, &target, Duration::from_secs(each))?;
        println!("{target}: {figures}");
    }
    Ok(())
}

/// Half a minute for all, as CI runs it.
pub(crate) fn smoke() -> Outcome {
    fuzz(&["--seconds", SMOKE_SECONDS])
}

fn asked<'a>(arguments: &[&'a str]) -> Outcome<Asked<'a>> {
    let (seconds, targets) = match arguments {
        ["--seconds", seconds, rest @ ..] => {
            let seconds = seconds.parse().ok().filter(|seconds| *seconds > 0);
            (Some(seconds.ok_or("`--seconds` takes a number above 0")?), rest)
        }
        rest => (None, rest),
    };
    if targets.iter().any(|target| target.starts_with('-')) {
        return Err("`fuzz` takes --seconds N, then names of targets, and nothing else".into());
    }
    Ok(Asked {
        seconds,
        targets: targets.to_vec(),
    })
}

/// The chosen targets. Each has a folder with inputs to begin with.
fn targets(asked: &Asked) -> Outcome<Vec<String>> {
    let folder = seeds();
    let listed = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut all: Vec<String> = listed
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    all.sort();
    if let Some(unknown) = asked
        .targets
        .iter()
        .find(|name| !all.iter().any(|target| target == *name))
    {
        return Err(format!("there is no target {unknown}: {}", all.join(", ")));
    }
    if asked.targets.is_empty() {
        return Ok(all);
    }
    Ok(asked.targets.iter().map(ToString::to_string).collect())
}

fn build() -> Outcome<PathBuf> {
    let host = host()?;
    // naming the target keeps the instruments out of build scripts and macros
    process::run(
        project::cargo()
            .args(["build", "--quiet", "--release", "--target", &host])
            .args(["--manifest-path", "src-tauri/fuzz/Cargo.toml", "--target-dir"])
            .arg(work())
            .env("RUSTFLAGS", INSTRUMENTS),
    )?;
    let name = format!("aniworld-fuzz{}", std::env::consts::EXE_SUFFIX);
    Ok(work().join(host).join("release").join(name))
}

/// The system that this compiler builds for.
fn host() -> Outcome<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = process::read(Command::new(rustc).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not say its host".to_owned())
}

/// Runs one target. What it finds on the way is kept for the next run, beside the build.
fn run(program: &Path, target: &str, time: Duration) -> Outcome<Figures> {
    let found = work().join("corpus").join(target);
    let crashes = work().join("crashes").join(target);
    for folder in [&found, &crashes] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(program);
    command
        .env("ANIWORLD_FUZZ_TARGET", target)
        .arg(&found)
        .arg(seeds().join(target))
        .arg(format!("-max_total_time={}", time.as_secs()))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg(format!("-timeout={SLOWEST_INPUT_S}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY_MIB}"))
        .arg(format!("-artifact_prefix={}/", crashes.display()))
        .arg("-print_final_stats=1");
    watch(&mut command, target).map_err(|problem| {
        format!(
            "{target}: {problem}\nthe input that did it is kept in {}",
            crashes.display()
        )
    })
}

/// Inputs to begin with; part of the project, and small.
fn seeds() -> PathBuf {
    project::root().join("src-tauri/fuzz/corpus")
}

/// Everything that fuzzing leaves behind.
fn work() -> PathBuf {
    project::target_dir().join("fuzz")
}

#[cfg(test)]
mod tests {
    use super::{asked, targets};

    #[test]
    fn time_is_for_all_and_names_are_known() {
        let all = asked(&[]).and_then(|asked| targets(&asked)).unwrap_or_default();
        assert!(all.contains(&"mp4".to_owned()), "{all:?}");
        let two = asked(&["--seconds", "7", "ts", "mp4"]);
        assert_eq!(two.as_ref().map(|asked| asked.seconds), Ok(Some(7)));
        assert_eq!(
            two.and_then(|asked| targets(&asked)),
            Ok(vec!["ts".to_owned(), "mp4".to_owned()])
        );
        assert!(asked(&["--seconds", "0"]).is_err());
        assert!(asked(&["--seconds"]).is_err());
        assert!(asked(&["mp4", "--seconds", "7"]).is_err());
        assert!(asked(&["mp5"]).and_then(|asked| targets(&asked)).is_err());
    }
}
