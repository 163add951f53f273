//! The words of the command line. A contract: scripts and benchmarks use it.

mod history;

use std::path::PathBuf;
use std::time::Duration;

use aniworld_transfer::hls::Languages;
use aniworld_transfer::{Checksum, ProxyChoice};
use clap::{Args, Parser, Subcommand, ValueEnum};
use reqwest::header::{HeaderName, HeaderValue};

pub(crate) use self::history::{Export, History};
use crate::units;

/// Keeps a library of series complete.
#[derive(Debug, Parser)]
#[command(name = "aniworld-cli", version, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 done, 1 failed, 2 wrong usage, 130 after Ctrl-C (downloads can be resumed)."
)]
pub(crate) struct Arguments {
    /// The folder with the database and the settings, instead of the user's own
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// One JSON object per line on stdout, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Download files by address: the transfer engine alone, without any library
    Get(Box<Get>),
    /// Read series, season and episode from paths: one per line on stdin, JSON on stdout
    Parse,
    /// Make a folder the library, read it and the sources, and say what is missing
    Scan {
        /// The library folder
        dir: PathBuf,
    },
    /// The places that offer episodes
    #[command(subcommand)]
    Source(Source),
    /// The episodes that sources offer and the library lacks
    Missing(Selection),
    /// Download missing episodes, until the queue is empty
    Download(Download),
    /// The download queue
    #[command(subcommand)]
    Queue(Queue),
    /// What became of everything that ran, newest first
    History(History),
    /// Why an episode waits, is slow, failed or was skipped, and what happened to it
    Why(Why),
    /// What was downloaded in all, in the last days, and how fast
    Stats,
    /// Print the progress of the program that holds the data folder, as it happens
    Watch,
    /// Show everything with invented series: no account, no internet, nothing of yours is touched
    Demo(Demo),
}

impl Command {
    /// Threads for the work. The transfers of `get` share one: a second would only pass bytes around,
    /// and a slow disk has its own way to let other transfers go on.
    pub(crate) fn threads(&self) -> usize {
        match self {
            Self::Get(_) => 1,
            Self::Parse | Self::Watch | Self::History(_) | Self::Why(_) | Self::Stats => 2,
            _ => 4,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The address of the file, http or https
    #[arg(required_unless_present = "input", conflicts_with = "input")]
    pub(crate) url: Option<String>,
    /// The file to write. An existing one is not replaced
    #[arg(
        short,
        long,
        value_name = "FILE",
        required_unless_present = "input",
        conflicts_with = "input"
    )]
    pub(crate) output: Option<PathBuf>,
    /// The checksum that the file must have
    #[arg(long, value_name = "HEX", value_parser = units::sha256, conflicts_with = "input")]
    pub(crate) sha256: Option<[u8; 32]>,
    /// A checksum that the file must have: md5, sha1, sha256, sha384, sha512 or crc32 with a colon and
    /// hexadecimal digits, or sha384-BASE64 and the like. May be given more than once; all must hold. Not for
    /// a stream, whose file is made here
    #[arg(long, value_name = "ALGORITHM:HEX", conflicts_with = "input")]
    pub(crate) checksum: Vec<Checksum>,
    /// What must come. Of media no web page is taken, and none that is damaged. By default that is
    /// media where the name of the file says so
    #[arg(long, value_enum)]
    pub(crate) expect: Option<Expect>,
    /// A file with one address per line, instead of URL and -o
    #[arg(long, value_name = "LIST", requires = "dir")]
    pub(crate) input: Option<PathBuf>,
    /// The folder for the files of --input
    #[arg(short, long, value_name = "DIR", requires = "input")]
    pub(crate) dir: Option<PathBuf>,
    /// How many files of --input at the same time
    #[arg(short, long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) jobs: u8,
    /// So many connections per file at once, where the server hands out parts. Without this it begins with
    /// one and takes more while that helps, up to 8. A stream asks for so many pieces at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) connections: Option<u8>,
    /// Bytes per second at most for all files together, such as 500K, 2M or 1.5MiB; 0 is unlimited
    #[arg(long, value_name = "RATE", value_parser = units::rate)]
    pub(crate) limit: Option<u64>,
    /// Tries in all; progress in between starts the count anew
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) tries: u32,
    /// No byte for so many seconds ends a try, and so does less than 1 KiB a second over that time
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = units::seconds)]
    pub(crate) stall_timeout: Duration,
    /// At most so many seconds between two tries, unless the server asks for more
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = units::seconds)]
    pub(crate) retry_wait: Duration,
    /// Of a stream, the tallest picture in pixels. By default the best there is
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_height: Option<u32>,
    /// Of a stream, the sound beside the one that plays by itself: languages such as de,en, all or none
    #[arg(long, value_name = "LANGUAGES", default_value = "none", value_parser = units::languages)]
    pub(crate) audio: Languages,
    /// Of a stream, the subtitles: languages such as de,en (beside those that show by themselves), all or none
    #[arg(long, value_name = "LANGUAGES", default_value = "all", value_parser = units::languages)]
    pub(crate) subtitles: Languages,
    /// A header for the server of the address, and for no other that it leads to. May be given more than once
    #[arg(long, value_name = "NAME:VALUE", value_parser = units::header)]
    pub(crate) header: Vec<(HeaderName, HeaderValue)>,
    /// The proxy to use: http, https, socks5 or socks5h, off, or system: what the environment and the
    /// system say, which is the default. Never used for this computer itself
    #[arg(long, value_name = "URL", value_parser = units::proxy)]
    pub(crate) proxy: Option<ProxyChoice>,
    /// A certificate authority to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// Keep no hashes of the file's blocks beside it, which later repairs need
    #[arg(long)]
    pub(crate) no_manifest: bool,
}

/// What must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Expect {
    /// Video or sound
    Media,
    /// Whatever the server sends
    Any,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Source {
    /// Add a folder listing of a web server, or a feed
    Add {
        /// Its address, http or https
        url: String,
        /// What it is, when that cannot be found out
        #[arg(long, value_enum)]
        kind: Option<Kind>,
        /// The name to show for it
        #[arg(long)]
        name: Option<String>,
    },
    /// List the sources
    List,
    /// Read one source again, or all
    Refresh {
        /// The number of the source
        id: Option<i64>,
    },
    /// Forget a source. Files stay
    Remove {
        /// The number of the source
        id: i64,
    },
    /// List what a source offers
    Episodes {
        /// The number of the source
        id: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Directory,
    Feed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Queue {
    /// List the jobs: active, queued, then the past
    List,
}

/// All missing episodes, or those of one series, season or episode
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// A series, as its title or folder is written
    pub(crate) series: Option<String>,
    /// A season or an episode of it: S01 or S01E02
    #[arg(value_name = "S01[E02]", requires = "series")]
    pub(crate) part: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Download {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// All missing episodes
    #[arg(long, conflicts_with = "series", required_unless_present = "series")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Everything that waits, runs or has failed, unless something is named
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// A report to send to somebody: without passwords, queries of addresses and names of home folders
    #[arg(long)]
    pub(crate) report: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Copy the finished library into this new folder at the end
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Arguments, Command};

    fn parse(words: &str) -> Result<Arguments, clap::error::ErrorKind> {
        Arguments::try_parse_from(words.split_whitespace()).map_err(|error| error.kind())
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_flags_may_stand_anywhere() {
        for words in [
            "aniworld-cli --json --data-dir d missing",
            "aniworld-cli missing --data-dir d --json",
        ] {
            let arguments = parse(words).unwrap();
            assert!(arguments.json && arguments.data_dir.is_some(), "{words}");
        }
    }

    #[test]
    fn get_wants_one_address_or_one_list() {
        assert!(parse("aniworld-cli get http://h/f -o f").is_ok());
        assert!(parse("aniworld-cli get --input list -d out -j 8").is_ok());
        let many = "aniworld-cli get http://h/f -o f --header A:b --header C:d --proxy off --expect any \
                    --checksum crc32:00000000 --checksum md5:d41d8cd98f00b204e9800998ecf8427e";
        assert!(parse(many).is_ok());
        for words in [
            "aniworld-cli get http://h/f",
            "aniworld-cli get http://h/f -o f --input list -d out",
            "aniworld-cli get --input list",
            "aniworld-cli get http://h/f -o f --connections 17",
            "aniworld-cli get http://h/f -o f --sha256 abc",
            "aniworld-cli get http://h/f -o f --checksum sha1:abc",
            "aniworld-cli get http://h/f -o f --header Token",
            "aniworld-cli get http://h/f -o f --proxy ftp://h",
            "aniworld-cli get http://h/f -o f --expect film",
        ] {
            assert!(parse(words).is_err(), "{words}");
        }
    }

    #[test]
    fn an_export_goes_into_a_file_whose_form_its_name_tells() {
        assert!(parse("aniworld-cli history --export out.CSV --since 2025-11-01").is_ok());
        for words in [
            "aniworld-cli history --export out.xlsx",
            "aniworld-cli history --since yesterday",
            "aniworld-cli history --limit 0",
            "aniworld-cli history --type queue",
        ] {
            assert!(parse(words).is_err(), "{words}");
        }
    }

    #[test]
    fn download_wants_to_know_what() {
        assert!(parse("aniworld-cli download").is_err());
        assert!(parse("aniworld-cli download --all Naruto").is_err());
        let Ok(Arguments {
            command: Command::Download(download),
            ..
        }) = parse("aniworld-cli download Naruto S01E02")
        else {
            panic!("a selection is enough");
        };
        assert_eq!(download.selection.part.as_deref(), Some("S01E02"));
    }
}
