//! The rows of the benchmark: who fetches what, and the budgets of the design.

use super::super::nginx::{Door, PACED_MIB, SLOW_MIB};
use super::programs::Site;
use super::row::{Bound, Budget, Metric, Row};
use super::scratch::Data;

const MIB: u64 = 1024;
/// What the terminal program may take, in MiB, and what each connection may add.
const MEMORY: f64 = 16.0;
const MEMORY_OF_CONNECTION: f64 = 0.5;

const LEAN: &str = "get --no-manifest --connections 1";
const SINGLE: &str = "get --connections 1";
const DEFAULT: &str = "get";
const MANY: &str = "get --connections 16";
const LIST: &str = "get --input -j 16";
const BARE: &str = "bare loop";
const BARE_LIST: &str = "bare loop, 16 in flight";
const ARIA2_8: &str = "aria2c -x8";
const ARIA2_16: &str = "aria2c -x16";
const WGET2_16: &str = "wget2 --max-threads=16";
const FFMPEG: &str = "ffmpeg -c copy";
const YT_DLP: [&str; 4] = ["yt-dlp -N 1", "yt-dlp -N 4", "yt-dlp -N 8", "yt-dlp -N 16"];
const PEAKS: [&str; 3] = [
    "get --connections 1",
    "get --connections 8",
    "get --connections 16",
];

/// The names of all rows, in their order.
pub(super) const IDS: [&str; 8] = [
    "http",
    "tls",
    "adaptive",
    "limited",
    "files",
    "hls",
    "memory",
    "memory-large",
];

/// All rows. `rounds` is the number for quick rows; slow ones take three.
pub(super) fn rows(site: &Site<'_>, rounds: usize) -> Vec<Row> {
    let slow = rounds.min(3);
    vec![
        http(site, rounds),
        tls(site, rounds),
        adaptive(site, rounds),
        limited(site, slow),
        files(site, rounds),
        hls(site, slow),
        memory(site, "memory", 256, slow),
        memory(site, "memory-large", 4096, slow),
    ]
}

/// The size of a file in MiB; the short run only shows that everything works.
fn size(site: &Site<'_>, mib: u64) -> Data {
    let kib = mib * MIB;
    Data::One {
        kib: if site.smoke { kib / 64 } else { kib },
    }
}

fn times(ours: &'static str, metric: Metric, most: f64, peers: &[&'static str]) -> Budget {
    let bound = Bound::Times(most, peers.to_vec());
    Budget { ours, metric, bound }
}

fn http(site: &Site<'_>, rounds: usize) -> Row {
    Row {
        id: "http",
        what: "1 GiB over HTTP/1.1, one connection".to_owned(),
        data: size(site, 1024),
        rounds,
        contenders: vec![
            site.curl("curl", Door::Plain),
            site.ours(LEAN, Door::Plain, "--no-manifest --connections 1"),
            site.ours(SINGLE, Door::Plain, "--connections 1"),
            site.bare(BARE, Door::Plain),
            site.wget2("wget2", Door::Plain),
            site.aria2("aria2c -x1", Door::Plain, "1"),
        ],
        budgets: vec![
            times(LEAN, Metric::Wall, 0.75, &["curl"]),
            times(LEAN, Metric::Cpu, 0.90, &["curl"]),
            times(LEAN, Metric::Wall, 1.08, &[BARE]),
            times(SINGLE, Metric::Wall, 0.85, &["curl"]),
            times(SINGLE, Metric::Cpu, 1.15, &["curl"]),
        ],
    }
}

fn tls(site: &Site<'_>, rounds: usize) -> Row {
    Row {
        id: "tls",
        what: "1 GiB over TLS 1.3 (RSA 2048, HTTP/1.1), one connection".to_owned(),
        data: size(site, 1024),
        rounds,
        contenders: vec![
            site.curl("curl", Door::Tls),
            site.ours(LEAN, Door::Tls, "--no-manifest --connections 1"),
            site.ours(SINGLE, Door::Tls, "--connections 1"),
            site.bare(BARE, Door::Tls),
            site.wget2("wget2", Door::Tls),
            site.aria2("aria2c -x1", Door::Tls, "1"),
        ],
        budgets: vec![
            times(LEAN, Metric::Wall, 0.90, &["curl"]),
            times(LEAN, Metric::Cpu, 0.90, &["curl"]),
        ],
    }
}

fn adaptive(site: &Site<'_>, rounds: usize) -> Row {
    Row {
        id: "adaptive",
        what: "1 GiB over HTTP/1.1 from a fast server: what choosing the number of connections costs"
            .to_owned(),
        data: size(site, 1024),
        rounds,
        contenders: vec![
            site.ours(SINGLE, Door::Plain, "--connections 1"),
            site.ours(DEFAULT, Door::Plain, ""),
            site.aria2(ARIA2_8, Door::Plain, "8"),
        ],
        budgets: vec![times(DEFAULT, Metric::Wall, 1.05, &[SINGLE])],
    }
}

fn limited(site: &Site<'_>, rounds: usize) -> Row {
    Row {
        id: "limited",
        what: format!(
            "256 MiB over HTTP/1.1 from a server that gives each connection {SLOW_MIB} MiB/s (64 s with one)"
        ),
        data: size(site, 256),
        rounds,
        contenders: vec![
            site.aria2(ARIA2_16, Door::Slow, "16"),
            site.ours(MANY, Door::Slow, "--connections 16"),
            site.ours(DEFAULT, Door::Slow, ""),
            site.aria2(ARIA2_8, Door::Slow, "8"),
        ],
        budgets: vec![
            times(MANY, Metric::Wall, 1.0, &[ARIA2_16]),
            times(DEFAULT, Metric::Wall, 1.25, &[ARIA2_8]),
        ],
    }
}

fn files(site: &Site<'_>, rounds: usize) -> Row {
    let (files, kib) = if site.smoke { (20, 16) } else { (2000, 256) };
    Row {
        id: "files",
        what: format!("{files} files of {kib} KiB over HTTP/1.1"),
        data: Data::Many { files, kib },
        rounds,
        contenders: vec![
            site.bare_list(BARE_LIST, "16"),
            site.ours_list(LIST, "-j 16"),
            site.wget2_list(WGET2_16, "16"),
            site.curl_list("curl --parallel-max 16", "16"),
            site.aria2_list("aria2c -j16", "16"),
        ],
        budgets: vec![
            times(LIST, Metric::Wall, 1.15, &[BARE_LIST]),
            Budget {
                ours: LIST,
                metric: Metric::Wall,
                bound: Bound::Goal(1.0, vec![WGET2_16]),
            },
        ],
    }
}

fn hls(site: &Site<'_>, rounds: usize) -> Row {
    let segments = if site.smoke { 4 } else { 1000 };
    let mut contenders = vec![site.ffmpeg(FFMPEG), site.ours_stream(DEFAULT)];
    contenders.extend(YT_DLP.map(|name| site.yt_dlp(name, name.rsplit(' ').next().unwrap_or("1"))));
    Row {
        id: "hls",
        what: format!("an HLS stream of {segments} segments over HTTP/1.1 into one .ts"),
        data: Data::Stream { segments },
        rounds,
        contenders,
        budgets: vec![
            times(DEFAULT, Metric::Wall, 0.75, &[FFMPEG]),
            times(DEFAULT, Metric::Wall, 0.20, &YT_DLP),
        ],
    }
}

/// The server limits each connection, so that there is work for all; one alone is left unlimited.
fn memory(site: &Site<'_>, id: &'static str, mib: u64, rounds: usize) -> Row {
    let connections = [1_u8, 8, 16];
    let ours = |(name, number): (&'static str, u8)| {
        let door = if number == 1 { Door::Plain } else { Door::Paced };
        site.ours(name, door, &format!("--connections {number}"))
    };
    let budget = |(ours, number): (&'static str, u8)| Budget {
        ours,
        metric: Metric::Peak,
        bound: Bound::Mib(MEMORY + MEMORY_OF_CONNECTION * f64::from(number)),
    };
    Row {
        id,
        what: format!(
            "{mib} MiB over HTTP/1.1: peak memory. With more than one connection the server gives each {PACED_MIB} MiB/s"
        ),
        data: size(site, mib),
        rounds,
        contenders: PEAKS.into_iter().zip(connections).map(ours).collect(),
        budgets: PEAKS.into_iter().zip(connections).map(budget).collect(),
    }
}
