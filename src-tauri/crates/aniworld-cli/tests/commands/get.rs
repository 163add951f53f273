//! `get` against a real server.

use std::fs;
use std::path::Path;

use aniworld_testkit::fault::{FaultServer, Script, ServedFile};
use aniworld_testkit::proxy::ProxyServer;
use aniworld_testkit::servers::{Nginx, NginxOptions};
use tempfile::TempDir;

use crate::program::{Running, run};

/// A server with files of known bytes.
struct Place {
    folder: TempDir,
    nginx: Nginx,
}

impl Place {
    fn new(rate: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let served = folder.path().join("served");
        fs::create_dir_all(&served).unwrap();
        for (name, seed) in [("one.bin", 1_u32), ("two.bin", 2)] {
            let bytes: Vec<u8> = (0..0x0010_0000_u32)
                .map(|at| (at.wrapping_mul(0x9e37_79b1 ^ seed) >> 24) as u8)
                .collect();
            fs::write(served.join(name), bytes).unwrap();
        }
        let options = NginxOptions {
            rate_per_connection: rate.map(str::to_owned),
            ..NginxOptions::json()
        };
        let nginx = Nginx::start(&served, options).unwrap();
        Self { folder, nginx }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn url(&self, name: &str) -> String {
        format!("{}{name}", self.nginx.url())
    }

    fn served(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join("served").join(name)).unwrap()
    }
}

#[test]
fn a_file_arrives_whole_and_is_described() {
    let place = Place::new(None);
    let target = place.path().join("out.bin");
    let url = place.url("one.bin");
    let ran = run(
        place.path(),
        &["get", &url, "-o", target.to_str().unwrap(), "--no-manifest"],
    )
    .well();
    insta::assert_json_snapshot!("get", ran.all());
    assert_eq!(fs::read(&target).unwrap(), place.served("one.bin"));

    let again = run(place.path(), &["get", &url, "-o", target.to_str().unwrap()]);
    assert_eq!(
        (again.code, &again.lines[0]["code"]),
        (Some(1), &"file_exists".into())
    );
}

#[test]
fn a_wrong_checksum_leaves_no_file() {
    let place = Place::new(None);
    let target = place.path().join("out.bin");
    let wrong = "00".repeat(32);
    let ran = run(
        place.path(),
        &[
            "get",
            &place.url("one.bin"),
            "-o",
            target.to_str().unwrap(),
            "--sha256",
            &wrong,
            "--tries",
            "1",
        ],
    );
    assert_eq!((ran.code, &ran.lines[0]["code"]), (Some(1), &"mismatch".into()));
    assert!(!target.exists());
}

#[test]
fn of_a_list_the_good_arrive_and_the_bad_are_named() {
    let place = Place::new(None);
    let list = place.path().join("list");
    let addresses = ["one.bin", "gone.bin", "two.bin"].map(|name| place.url(name));
    fs::write(&list, addresses.join("\n")).unwrap();
    let dir = place.path().join("out");
    let ran = run(
        place.path(),
        &[
            "get",
            "--input",
            list.to_str().unwrap(),
            "-d",
            dir.to_str().unwrap(),
            "-j",
            "2",
        ],
    );
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.of("file").len(), 2);
    assert_eq!(ran.of("error")[0]["code"], "not_found");
    for name in ["one.bin", "two.bin"] {
        assert_eq!(fs::read(dir.join(name)).unwrap(), place.served(name), "{name}");
    }
}

#[test]
fn control_c_ends_with_130_and_the_same_command_resumes() {
    let place = Place::new(Some("300k"));
    let target = place.path().join("out.bin");
    let url = place.url("one.bin");
    let arguments = ["get", &url, "-o", target.to_str().unwrap()];
    let running = Running::start(place.path(), &arguments);
    let part = place.path().join(".out.bin.part");
    // the first bytes on disk are the event waited for
    while fs::metadata(&part).map_or(0, |metadata| metadata.len()) == 0 {
        std::thread::yield_now();
    }
    let pid = i32::try_from(running.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(running.end(), Some(130));
    assert!(part.exists() && !target.exists());

    run(place.path(), &arguments).well();
    assert_eq!(fs::read(&target).unwrap(), place.served("one.bin"));
}

/// A server that remembers what it was asked, and a proxy with a login in front of it.
fn asked() -> (FaultServer, ProxyServer) {
    let server = FaultServer::start(Script::new(*b"the file")).unwrap();
    let address = server.url("").trim_start_matches("http://").parse().unwrap();
    let proxy = ProxyServer::start(address, Some(("ann", "s3cret"))).unwrap();
    (server, proxy)
}

#[test]
fn headers_checksums_and_a_proxy_are_used_and_no_secret_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (server, proxy) = asked();
    for (scheme, login, code) in [
        ("socks5h", "ann:s3cret", None),
        ("http", "ann:s3cret", None),
        ("http", "ann:wr0ng", Some("proxy_login")),
    ] {
        let target = folder.path().join(format!("{scheme}-{login}").replace(':', "-"));
        let at = proxy.url(scheme, login);
        let ran = run(
            folder.path(),
            &[
                "get",
                "http://library.example/a",
                "-o",
                target.to_str().unwrap(),
                "--proxy",
                &at,
                "--header",
                "X-Token: t0ken",
                "--checksum",
                "md5:3a2d9f1b1a8e0d3b62e6b5b1ed9d2f4c",
                "--tries",
                "1",
            ],
        );
        let text = format!("{:?} {}", ran.lines, ran.errors);
        for secret in ["s3cret", "wr0ng", "t0ken"] {
            assert!(!text.contains(secret), "{text}");
        }
        // the checksum is made up: that it is the one that fails shows that all else worked
        assert_eq!(ran.of("error")[0]["code"], code.unwrap_or("mismatch"), "{text}");
        assert!(!target.exists());
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests
            .iter()
            .all(|request| request.header("x-token") == Some("t0ken"))
    );
}

#[test]
fn a_web_page_is_no_film_unless_anything_may_come() {
    let folder = tempfile::tempdir().unwrap();
    let page = ServedFile::new("<!DOCTYPE html><title>Log in</title>").content_type("text/html");
    let server = FaultServer::start(Script::of(page)).unwrap();
    let target = folder.path().join("film.mkv");
    let url = server.url("/film.mkv");
    let get = |more: &[&str]| {
        let words = ["get", &url, "-o", target.to_str().unwrap(), "--tries", "1"];
        run(folder.path(), &[&words, more].concat())
    };
    let refused = get(&[]);
    assert_eq!(refused.of("error")[0]["code"], "web_page");
    assert!(!target.exists());
    get(&["--expect", "any", "--checksum", "sha256-bm90IGl0"])
        .code
        .filter(|code| *code == 2)
        .unwrap();
    get(&["--expect", "any", "--limit", "10M"]).well();
    assert!(target.exists());
}
