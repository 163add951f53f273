//! The app under load: the program `load`, steered over its socket, and what its page notes of itself.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use crate::Outcome;
use crate::app::App;
use crate::programs;

/// A page under load notes when its rows change, how long input takes to be seen, and how even its frames are.
const RECORDER: &str = include_str!("load.js");

/// The built program `load`.
///
/// # Panics
/// When it is not built.
pub fn program() -> PathBuf {
    let beside_app = programs::app().with_file_name("examples").join("load");
    assert!(
        beside_app.is_file(),
        "{} is not built: run `cargo xtask test`, or `cargo build --package aniworld --example load`",
        beside_app.display()
    );
    beside_app
}

/// Orders to a running `load`.
#[derive(Debug)]
pub struct Steering {
    lines: Lines<BufReader<OwnedReadHalf>>,
    orders: OwnedWriteHalf,
}

impl Steering {
    /// Connects to the program that runs on a data folder.
    pub async fn connect(data_dir: &Path) -> Outcome<Self> {
        let stream = UnixStream::connect(data_dir.join("load.sock")).await?;
        let (reading, orders) = stream.into_split();
        let lines = BufReader::new(reading).lines();
        Ok(Self { lines, orders })
    }

    /// Gives an order and waits for its answer.
    pub async fn order(&mut self, order: &Value) -> Outcome<Value> {
        self.orders.write_all(format!("{order}\n").as_bytes()).await?;
        let answer = self.lines.next_line().await?.ok_or("the program ended")?;
        Ok(serde_json::from_str(&answer)?)
    }
}

/// The notes of one page.
#[derive(Debug, Default)]
pub struct Notes {
    /// Milliseconds from a state change in the core to the changed row in the page.
    pub changes: Vec<f64>,
    /// Milliseconds from an input to the next frame of the page that shows it.
    pub inputs: Vec<f64>,
    /// Milliseconds of them before the page heard of the input.
    pub waits: Vec<f64>,
    /// Milliseconds between two frames of the page.
    pub frames: Vec<f64>,
}

impl Notes {
    /// Begins to note in the page as it is now.
    pub async fn begin(app: &App) -> Outcome {
        app.client().execute(RECORDER, Vec::new()).await?;
        Ok(())
    }

    /// Adds what the page noted about these state changes of the core, each of which it must have shown.
    pub async fn take(&mut self, app: &App, probes: &[Value]) -> Outcome {
        let noted = app.now("window.__load").await?;
        let mut shown: HashMap<(String, String), Vec<f64>> = HashMap::new();
        for change in noted["states"].as_array().ok_or("the page notes nothing")? {
            let key = (text(&change["code"]), text(&change["state"]));
            shown.entry(key).or_default().extend(change["at_ms"].as_f64());
        }
        for probe in probes {
            let at = probe["at_ms"].as_f64().ok_or("a probe has a time")?;
            let key = (text(&probe["code"]), text(&probe["state"]));
            // the clocks of page and core agree to a millisecond or two
            let later = shown
                .get(&key)
                .and_then(|times| times.iter().find(|time| **time >= at - 2.0));
            let later = later.ok_or_else(|| format!("the page never showed {probe}"))?;
            self.changes.push((later - at).max(0.0));
        }
        for (name, notes) in [
            ("inputs", &mut self.inputs),
            ("waits", &mut self.waits),
            ("frames", &mut self.frames),
        ] {
            notes.extend(
                noted[name]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_f64),
            );
        }
        Ok(())
    }

    /// The figures, in milliseconds.
    pub fn report(&self) -> Value {
        json!({
            "change": spread(&self.changes),
            "input": spread(&self.inputs),
            "wait": spread(&self.waits),
            "page_frame": spread(&self.frames),
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Number, median, 99th percentile and maximum.
fn spread(values: &[f64]) -> Value {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |hundredths: usize| {
        let rank = (sorted.len() * hundredths).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    };
    json!({ "count": sorted.len(), "p50": at(50), "p99": at(99), "max": sorted.last() })
}
