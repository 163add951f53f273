//! The programs of the benchmark and how each is told what to fetch. Must not know the budgets.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::nginx::{Door, Nginx};
use super::super::yt_dlp;
use super::row::Contender;
use super::scratch::{FILE, PLAYLIST, Scratch, name_of};
use crate::process::Outcome;
use crate::project;

/// Where everything is, for one run of the benchmark.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) scratch: &'a Scratch,
    pub(super) server: &'a Nginx,
    pub(super) smoke: bool,
}

impl Site<'_> {
    fn url(&self, door: Door) -> String {
        self.server.url(door, FILE)
    }

    fn out(&self) -> OsString {
        self.scratch.out(false).into_os_string()
    }

    fn stream_out(&self) -> OsString {
        self.scratch.out(true).into_os_string()
    }

    fn list(&self) -> PathBuf {
        self.scratch.path().join("list.txt")
    }

    /// `aniworld-cli get` of the one file.
    pub(super) fn ours(&self, name: &'static str, door: Door, flags: &str) -> Contender {
        let mut argv = vec![self.built("aniworld-cli"), "get".into(), self.url(door).into()];
        argv.extend(["-o".into(), self.out()]);
        argv.extend(words(flags));
        if door == Door::Tls {
            argv.extend(["--cacert".into(), self.server.authority().into_os_string()]);
        }
        contender(name, argv)
    }

    /// `aniworld-cli get` of the list.
    pub(super) fn ours_list(&self, name: &'static str, flags: &str) -> Contender {
        let mut argv = vec![self.built("aniworld-cli"), "get".into(), "--input".into()];
        argv.extend([self.list().into_os_string(), "-d".into(), self.out()]);
        argv.extend(words(flags));
        contender(name, argv)
    }

    /// `aniworld-cli get` of the stream.
    pub(super) fn ours_stream(&self, name: &'static str) -> Contender {
        let argv = vec![
            self.built("aniworld-cli"),
            "get".into(),
            self.playlist().into(),
            "-o".into(),
            self.stream_out(),
        ];
        contender(name, argv)
    }

    /// The client below the engine, without the engine.
    pub(super) fn bare(&self, name: &'static str, door: Door) -> Contender {
        let mut argv = vec![self.built("examples/bare"), self.url(door).into(), self.out()];
        if door == Door::Tls {
            argv.push(self.server.authority().into_os_string());
        }
        contender(name, argv)
    }

    pub(super) fn bare_list(&self, name: &'static str, at_once: &str) -> Contender {
        let argv = vec![
            self.built("examples/bare"),
            "--list".into(),
            at_once.into(),
            self.list().into_os_string(),
            self.out(),
        ];
        contender(name, argv)
    }

    pub(super) fn curl(&self, name: &'static str, door: Door) -> Contender {
        let mut argv = words("curl -q -sS");
        if door == Door::Tls {
            argv.extend(["--cacert".into(), self.server.authority().into_os_string()]);
        }
        argv.extend([self.url(door).into(), "-o".into(), self.out()]);
        contender(name, argv)
    }

    pub(super) fn curl_list(&self, name: &'static str, at_once: &str) -> Contender {
        let mut argv = words("curl -q -sS --parallel --parallel-max");
        argv.extend([
            at_once.into(),
            "-K".into(),
            self.scratch.path().join("curl.txt").into(),
        ]);
        contender(name, argv)
    }

    pub(super) fn wget2(&self, name: &'static str, door: Door) -> Contender {
        let mut argv = words("wget2 --no-config --no-hsts -q");
        if door == Door::Tls {
            let mut flag = OsString::from("--ca-certificate=");
            flag.push(self.server.authority());
            argv.push(flag);
        }
        argv.extend(["-O".into(), self.out(), self.url(door).into()]);
        extra(name, argv)
    }

    pub(super) fn wget2_list(&self, name: &'static str, at_once: &str) -> Contender {
        let mut argv = words("wget2 --no-config --no-hsts -q");
        argv.push(format!("--max-threads={at_once}").into());
        argv.extend(["-P".into(), self.out(), "-i".into(), self.list().into()]);
        extra(name, argv)
    }

    /// aria2 fills a file with zeros first by default; without that it is faster here.
    pub(super) fn aria2(&self, name: &'static str, door: Door, connections: &str) -> Contender {
        let mut argv = words("aria2c --no-conf -q --file-allocation=none -k1M");
        argv.extend([
            format!("-x{connections}").into(),
            format!("-s{connections}").into(),
        ]);
        if door == Door::Tls {
            let mut flag = OsString::from("--ca-certificate=");
            flag.push(self.server.authority());
            argv.push(flag);
        }
        let out = self.scratch.out(false);
        argv.extend(["-d".into(), folder_of(&out).into(), "-o".into()]);
        argv.extend([
            out.file_name().unwrap_or_default().to_owned(),
            self.url(door).into(),
        ]);
        extra(name, argv)
    }

    pub(super) fn aria2_list(&self, name: &'static str, at_once: &str) -> Contender {
        let mut argv = words("aria2c --no-conf -q --file-allocation=none");
        argv.extend([format!("-j{at_once}").into(), "-d".into(), self.out()]);
        argv.extend(["-i".into(), self.list().into()]);
        extra(name, argv)
    }

    pub(super) fn ffmpeg(&self, name: &'static str) -> Contender {
        let mut argv = words("ffmpeg -v error -nostdin -y -i");
        argv.push(self.playlist().into());
        argv.extend(words("-c copy -f mpegts"));
        argv.push(self.stream_out());
        let mut contender = contender(name, argv);
        contender.remuxes = true;
        contender
    }

    pub(super) fn yt_dlp(&self, name: &'static str, at_once: &str) -> Contender {
        let mut argv = vec![yt_dlp::program().into_os_string()];
        argv.extend(words(
            "--ignore-config --no-cache-dir -q --no-progress --fixup never -N",
        ));
        argv.extend([
            at_once.into(),
            "-o".into(),
            self.stream_out(),
            self.playlist().into(),
        ]);
        extra(name, argv)
    }

    fn playlist(&self) -> String {
        self.server.url(Door::Plain, PLAYLIST)
    }

    fn built(&self, name: &str) -> OsString {
        project::built(if self.smoke { "debug" } else { "release" }, name).into_os_string()
    }

    /// The list of many files, and the same for curl, which wants a name for each.
    pub(super) fn write_lists(&self, files: usize) -> Outcome {
        let out = self.scratch.out(false);
        let urls = (0..files).map(|index| (name_of(index), self.server.url(Door::Plain, &name_of(index))));
        let (mut list, mut curl) = (Vec::new(), vec!["create-dirs".to_owned()]);
        for (name, url) in urls {
            curl.push(format!("url={url}\noutput={}", out.join(name).display()));
            list.push(url);
        }
        let (list, curl) = (list.join("\n") + "\n", curl.join("\n"));
        for (path, text) in [(self.list(), list), (self.scratch.path().join("curl.txt"), curl)] {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }
}

fn contender(name: &'static str, argv: Vec<OsString>) -> Contender {
    Contender {
        name,
        argv,
        remuxes: false,
        extra: false,
    }
}

fn extra(name: &'static str, argv: Vec<OsString>) -> Contender {
    Contender {
        extra: true,
        ..contender(name, argv)
    }
}

fn words(text: &str) -> Vec<OsString> {
    text.split_whitespace().map(OsString::from).collect()
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The names and versions of the peers, for the report.
pub(super) fn versions() -> String {
    let yt_dlp = yt_dlp::program();
    let ask = |name: &str, program: &Path, argument: &str| {
        version_of(program, argument).map(|version| format!("{name} {version}"))
    };
    let found = [
        ask("curl", Path::new("curl"), "--version"),
        ask("wget2", Path::new("wget2"), "--version"),
        ask("aria2", Path::new("aria2c"), "--version"),
        ask("ffmpeg", Path::new("ffmpeg"), "-version"),
        ask("yt-dlp", &yt_dlp, "--version"),
        ask("nginx", Path::new("nginx"), "-v"),
    ];
    found.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The first word with a digit at its beginning, or behind a slash.
fn version_of(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    version_in(&String::from_utf8_lossy(&text))
}

fn version_in(text: &str) -> Option<String> {
    let mut words = text.lines().next()?.split([' ', '/']);
    let found = words.find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn versions_are_found_however_they_are_told() {
        let found = |text| version_in(text).unwrap_or_default();
        assert_eq!(found("curl 7.88.1 (x86_64-pc-linux-gnu)"), "7.88.1");
        assert_eq!(found("GNU Wget2 1.99.1 - multithreaded"), "1.99.1");
        assert_eq!(found("nginx version: nginx/1.22.1"), "1.22.1");
        assert_eq!(found("2026.10.26\n"), "2026.10.26");
        assert_eq!(found("none"), "");
    }
}
