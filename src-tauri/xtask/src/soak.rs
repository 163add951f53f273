//! `cargo xtask soak`: many frames to one window, and what is in memory before and after.

use serde_json::Value;

use crate::bench::report;
use crate::process::Outcome;
use crate::under_load::{figure, journey};

const FRAMES: &str = "200000";
const MIB: f64 = 1024.0 * 1024.0;
/// How much more each process may have at the end than after the first tenth, beyond what it swings by: the
/// mean of the last third against that of the first.
const CORE_GROWTH: f64 = 2.0 * MIB;
const WEB_GROWTH: f64 = 16.0 * MIB;

/// Sends the frames, writes the report and fails where memory grew.
pub(crate) fn soak(arguments: &[&str]) -> Outcome {
    let frames = match arguments {
        [] => FRAMES,
        ["--frames", frames] if frames.parse::<u32>().is_ok_and(|frames| frames >= 1_000) => frames,
        _ => return Err("`soak` takes --frames N (1000 or more) and nothing else".into()),
    };
    let looks = journey("soak::", "soak", ("ANIWORLD_SOAK_FRAMES", frames))?;
    let table = table(&looks)?;
    println!("\n{table}");
    if frames == FRAMES {
        report::write("soak", &table)?;
    }
    let missed = missed(&looks)?;
    if missed.is_empty() {
        Ok(())
    } else {
        Err(missed.join("; "))
    }
}

fn table(looks: &[Value]) -> Outcome<String> {
    let sum = |pointer: &str| {
        looks
            .iter()
            .map(|look| figure(look, pointer))
            .sum::<Outcome<f64>>()
    };
    let (frames, seconds) = (sum("/frames")?, sum("/seconds")?);
    let mut lines = vec![
        format!(
            "{frames:.0} frames with {:.0} messages to a real WebKitGTK window (optimised build, under Xvfb), the \
             limit lifted to 1,000 frames a second: {:.0} a second came of it. Every frame arrived, and the page \
             never had to begin anew. Figures change and states do not: what happens to an operation goes into its \
             journal, which is bounded (64 entries) and takes long to fill. Memory is what each process has for itself (USS), MiB:",
            sum("/messages")?,
            frames / seconds
        ),
        String::new(),
        "| frames so far | core | web process |".to_owned(),
        "|---:|---:|---:|".to_owned(),
    ];
    let mut so_far = 0.0;
    for look in looks {
        so_far += figure(look, "/frames")?;
        lines.push(format!(
            "| {so_far:.0} | {:.1} | {:.1} |",
            figure(look, "/core_bytes")? / MIB,
            figure(look, "/web_bytes")? / MIB
        ));
    }
    let missed = missed(looks)?;
    lines.push(String::new());
    lines.push(if missed.is_empty() {
        "Nothing grows with the number of frames.".to_owned()
    } else {
        format!("Missed: {}.", missed.join("; "))
    });
    Ok(lines.join("\n"))
}

/// Which process grew, as sentences.
fn missed(looks: &[Value]) -> Outcome<Vec<String>> {
    let third = (looks.len() / 3).max(1);
    let mut missed = Vec::new();
    for (name, pointer, limit) in [
        ("the core", "/core_bytes", CORE_GROWTH),
        ("the web process", "/web_bytes", WEB_GROWTH),
    ] {
        let mean = |looks: &[Value]| {
            let sum = looks
                .iter()
                .map(|look| figure(look, pointer))
                .sum::<Outcome<f64>>()?;
            Outcome::Ok(sum / looks.len() as f64)
        };
        let grown = mean(&looks[looks.len() - third..])? - mean(&looks[..third])?;
        if grown > limit {
            missed.push(format!(
                "{name} grew by {:.1} MiB, the limit is {:.0} MiB",
                grown / MIB,
                limit / MIB
            ));
        }
    }
    Ok(missed)
}

#[cfg(test)]
mod tests {
    use super::{missed, table};
    use serde_json::{Value, json};

    fn looks(core_step: u64, web_step: u64) -> Vec<Value> {
        let look = |number: u64| {
            json!({
                "frames": 1_000, "messages": 2_000, "seconds": 2.0,
                "core_bytes": 60_000_000 + core_step * number,
                "web_bytes": 140_000_000 + web_step * number,
            })
        };
        (0..9).map(look).collect()
    }

    #[test]
    fn growth_is_told_from_swinging() {
        assert_eq!(missed(&looks(1_000, 10_000)), Ok(Vec::new()));
        assert_eq!(missed(&looks(1_000_000, 10_000)).map(|it| it.len()), Ok(1));
        assert_eq!(missed(&looks(1_000, 10_000_000)).map(|it| it.len()), Ok(1));
    }

    #[test]
    fn the_table_counts_frames_up() {
        let table = table(&looks(0, 0)).unwrap_or_default();
        assert!(table.contains("9000 frames with 18000 messages"), "{table}");
        assert!(table.contains("500 a second"), "{table}");
        assert!(table.contains("| 9000 | 57.2 | 133.5 |"), "{table}");
    }
}
