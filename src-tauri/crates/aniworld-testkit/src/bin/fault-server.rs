//! The fault server for other programs: stages one scenario after the other, as told on stdin.
//!
//! `list` prints the names of all scenarios as a JSON array. Any other line is the name of a scenario: it
//! is put on, fresh, in place of the one before, and a JSON object says its address and what is right.
//! `end` takes it off and prints what was asked. Right files lie in the folder that the one argument
//! names. Must not know who asks.
#![expect(
    clippy::print_stdout,
    reason = "answers on stdout are what this program is for"
)]

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use aniworld_testkit::fault::{Cast, Entrance, FaultServer, Right, Scenario, Staging, Version};
use serde_json::{Value, json};

const FILM_BYTES: usize = 8 << 20;
const FILES: [(Version, &str); 5] = [
    (Version::First, "first"),
    (Version::Second, "second"),
    (Version::Shorter, "shorter"),
    (Version::Text, "text"),
    (Version::CodedText, "coded-text"),
];

fn main() -> io::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or_else(|| io::Error::other("the folder for the right files is missing"))?;
    let cast = Cast::new(FILM_BYTES);
    for (version, name) in FILES {
        std::fs::write(folder.join(name), cast.bytes(version))?;
    }
    let mut server = None;
    for line in io::stdin().lock().lines() {
        match line?.trim() {
            "list" => {
                let names: Vec<_> = Scenario::all().map(|scenario| scenario.name).collect();
                println!("{}", json!(names));
            }
            "end" => println!("{}", server.take().as_ref().map_or(Value::Null, asked)),
            name => {
                let scenario = Scenario::named(name)
                    .ok_or_else(|| io::Error::other(format!("there is no scenario {name:?}")))?;
                let staged = FaultServer::stage(Staging::new(scenario, &cast, Entrance::Fresh))?;
                println!("{}", describe(scenario, &staged, &folder)?);
                server = Some(staged);
            }
        }
    }
    Ok(())
}

/// What a client needs, and what must come of it.
fn describe(scenario: &Scenario, server: &FaultServer, folder: &Path) -> io::Result<Value> {
    let authority = folder.join("authority.pem");
    if let Some(pem) = server.root_pem() {
        std::fs::write(&authority, pem)?;
    }
    let versions: &[Version] = match scenario.right {
        Right::File(versions) => versions,
        Right::FileOrRefusal => &[Version::First],
        Right::Refusal(_) => &[],
    };
    let right = FILES.iter().filter(|(version, _)| versions.contains(version));
    let files: Vec<_> = right.map(|(_, name)| name).collect();
    Ok(json!({
        "url": server.film_url(),
        "media": scenario.media,
        "files": files,
        "may_refuse": !matches!(scenario.right, Right::File(_)),
        "authority": server.root_pem().map(|_| authority),
    }))
}

/// What was asked so far.
fn asked(server: &FaultServer) -> Value {
    let requests = server.requests();
    let with_condition = requests.iter().filter(|request| request.if_range().is_some());
    json!({"requests": requests.len(), "if_range": with_condition.count()})
}
