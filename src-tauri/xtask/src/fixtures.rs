//! `cargo xtask fixtures`: playlists and manifests that other parsers are tested with, beside what those expect.
//!
//! Fetched from the public registries with their own clients, pinned by version and hash, unpacked under
//! `target/fixtures/<package>-<version>/`. Nothing of them is kept in this project. Expected values that are
//! written as JavaScript stand beside their sources as JSON, so that tests in Rust can read them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Outcome};
use crate::project;

/// Checks the hash of an archive, and turns expected values of JavaScript into JSON.
const SCRIPT: &str = include_str!("fixtures/expectations.js");

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Registry {
    Npm,
    Crates,
    PyPi,
}

/// One package at one version.
#[derive(Debug)]
struct Package {
    registry: Registry,
    name: &'static str,
    version: &'static str,
    /// The name of its archive.
    archive: &'static str,
    sha256: &'static str,
}

const PACKAGES: [Package; 6] = [
    Package {
        registry: Registry::Npm,
        name: "m3u8-parser",
        version: "7.2.0",
        archive: "m3u8-parser-7.2.0.tgz",
        sha256: "e87f96d16114f04087ffad30c694d7a0e5aac66484d7a6714d0b3db4256b8a1a",
    },
    Package {
        registry: Registry::Npm,
        name: "mpd-parser",
        version: "1.4.0",
        archive: "mpd-parser-1.4.0.tgz",
        sha256: "fedb85e74b039a0c2d493ee7e7660d24450cb3e1012808d97ea8dd62f34b369e",
    },
    Package {
        registry: Registry::Crates,
        name: "m3u8-rs",
        version: "6.0.1",
        archive: "m3u8-rs-6.0.1.crate",
        sha256: "c94fe25bd0d08c68fd0fac4f9537f747246579cd270658fa9fee3d10af382716",
    },
    Package {
        registry: Registry::Crates,
        name: "dash-mpd",
        version: "0.21.0",
        archive: "dash-mpd-0.21.0.crate",
        sha256: "4c327d1635283431c10ae0b5f23aa879e0ce854a82a377ce0149580d93f62056",
    },
    Package {
        registry: Registry::PyPi,
        name: "streamlink",
        version: "8.6.3",
        archive: "streamlink-8.6.3.tar.gz",
        sha256: "d3602a2629b62d935a7ddc2f31dcea7797b3780654dcccbd5c3dd5b5f7e380c8",
    },
    Package {
        registry: Registry::PyPi,
        name: "yt-dlp",
        version: "2026.10.26",
        archive: "yt_dlp-2026.10.26.tar.gz",
        sha256: "abe5c6b94c3b2f0560500add1c42e0a97641752743a5b65588ac2007a6e23eb6",
    },
];

/// Where they are unpacked.
pub(crate) fn folder() -> PathBuf {
    project::target_dir().join("fixtures")
}

/// Fetches what is not there yet. Tells at the end which could not be had.
pub(crate) fn fetch() -> Outcome {
    let missing: Vec<String> = PACKAGES
        .iter()
        .filter_map(|package| {
            let problem = package.ensure().err()?;
            Some(format!("{} {}: {problem}", package.name, package.version))
        })
        .collect();
    if missing.is_empty() {
        println!("fixtures: all of them are in {}", folder().display());
        Ok(())
    } else {
        Err(format!("without these fixtures:\n  {}", missing.join("\n  ")))
    }
}

/// The same for a run of tests, which goes on without them: the ones of this project always run.
pub(crate) fn fetch_if_reachable() {
    if let Err(problem) = fetch() {
        println!("fixtures: {problem}\nTests that need them say so and pass.");
    }
}

impl Package {
    /// Unpacks it unless it is there. The folder gets its name last, so that a half one never counts.
    fn ensure(&self) -> Outcome {
        let name = format!("{}-{}", self.name, self.version);
        let there = folder().join(&name);
        if there.is_dir() {
            return Ok(());
        }
        let scratch = folder().join(format!(".{name}"));
        let tell = |error: std::io::Error| format!("{}: {error}", scratch.display());
        if scratch.exists() {
            fs::remove_dir_all(&scratch).map_err(tell)?;
        }
        let unpacked = scratch.join("unpacked");
        fs::create_dir_all(&unpacked).map_err(tell)?;
        let archive = self.download(&scratch)?;
        self.unpack(&archive, &unpacked)?;
        fs::rename(&unpacked, &there).map_err(tell)?;
        fs::remove_dir_all(&scratch).map_err(tell)
    }

    /// Fetches the archive into an empty folder; the path of it.
    fn download(&self, into: &Path) -> Outcome<PathBuf> {
        let (name, version) = (self.name, self.version);
        match self.registry {
            Registry::Npm => {
                let mut npm = crate::ui::npm();
                npm.current_dir(into).args(["pack", "--silent"]);
                process::read(npm.arg(format!("{name}@{version}")))?;
            }
            Registry::Crates => {
                // `info` fetches this one crate, and none of those that it needs
                let mut cargo = project::cargo();
                cargo.current_dir(into).args(["info", "--registry", "crates-io"]);
                process::read(cargo.arg(format!("{name}@{version}")))?;
                return self.in_cache();
            }
            Registry::PyPi => {
                let mut pip = Command::new(if cfg!(windows) { "python" } else { "python3" });
                pip.current_dir(into)
                    .args(["-m", "pip", "download", "--quiet", "--no-deps"])
                    .args(["--no-binary", name]);
                process::read(pip.arg(format!("{name}=={version}")))?;
            }
        }
        Ok(into.join(self.archive))
    }

    /// Where cargo keeps the crates that it fetched.
    fn in_cache(&self) -> Outcome<PathBuf> {
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
            let home = std::env::home_dir()?;
            Some(home.join(".cargo"))
        });
        let cache = home.ok_or("no folder of cargo")?.join("registry/cache");
        fs::read_dir(&cache)
            .map_err(|error| format!("{}: {error}", cache.display()))?
            .filter_map(Result::ok)
            .map(|registry| registry.path().join(self.archive))
            .find(|archive| archive.is_file())
            .ok_or_else(|| format!("{} is not in {}", self.archive, cache.display()))
    }

    fn unpack(&self, archive: &Path, into: &Path) -> Outcome {
        let node = || {
            let mut node = Command::new("node");
            node.args(["-e", SCRIPT]);
            node
        };
        process::read(node().arg("hash").arg(archive).arg(self.sha256))?;
        let mut tar = Command::new("tar");
        tar.args(["--strip-components=1", "-xzf"])
            .arg(archive)
            .arg("-C")
            .arg(into);
        process::read(&mut tar)?;
        process::read(node().arg("expectations").arg(into))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::PACKAGES;

    #[test]
    fn every_package_is_pinned_by_a_whole_hash() {
        for package in &PACKAGES {
            let is_hash =
                package.sha256.len() == 64 && package.sha256.bytes().all(|digit| digit.is_ascii_hexdigit());
            assert!(is_hash, "{}", package.name);
            assert!(package.archive.contains(package.version), "{}", package.name);
        }
    }
}
