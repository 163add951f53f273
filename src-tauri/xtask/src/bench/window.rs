//! The window's part of `cargo xtask bench progress`: a minute of load on the real window.

use serde_json::Value;

use crate::process::Outcome;
use crate::under_load::{figure, journey};

/// From a state change in the core to the changed row in the focused window, in milliseconds.
const CHANGE_P50: f64 = 40.0;
const CHANGE_P99: f64 = 120.0;
/// Under so many updates a second; a tenth may be missing, for what comes before and after the minute.
const UPDATES_A_SECOND: f64 = 10_000.0;
const LEAST_SHARE: f64 = 0.9;
const SECONDS: &str = "60";

/// What was measured in the window.
#[derive(Debug)]
pub(super) struct Window {
    line: Value,
}

/// Builds the app and runs the journey.
pub(super) fn measure() -> Outcome<Window> {
    let lines = journey("flood::", "window", ("ANIWORLD_LOAD_SECONDS", SECONDS))?;
    let line = lines.into_iter().next().ok_or("the journey printed nothing")?;
    Ok(Window { line })
}

impl Window {
    /// The figures as a table.
    pub(super) fn table(&self) -> Outcome<String> {
        let at = |pointer: &str| figure(&self.line, pointer);
        let mut lines = vec![
            format!(
                "The real window (WebKitGTK under Xvfb, optimised build) for a minute: {:.0} updates a second over \
                 {:.0} downloads through `update_progress`, {:.0} state changes in all, a reload in the middle, \
                 while keys scroll the list and type into the search. {:.0} frames left the program, at most \
                 {:.0} in any second, with at most {:.0} messages and {:.0} KiB each.",
                self.rate()?,
                at("/operations")?,
                at("/changes")?,
                at("/frames/frames")?,
                at("/frames/most_in_a_second")?,
                at("/frames/most_messages")?,
                at("/frames/most_bytes")? / 1024.0,
            ),
            String::new(),
            "| milliseconds | times | p50 | p99 | worst |".to_owned(),
            "|---|---:|---:|---:|---:|".to_owned(),
        ];
        for (name, key) in [
            ("state change in the core to changed row in the page", "change"),
            ("key to the frame of the page that shows it", "input"),
            (
                "of that: before the page heard of it (the driver types whole words at once)",
                "wait",
            ),
            ("between two frames of the page", "page_frame"),
        ] {
            let at = |value: &str| at(&format!("/milliseconds/{key}/{value}"));
            lines.push(format!(
                "| {name} | {:.0} | {:.1} | {:.1} | {:.1} |",
                at("count")?,
                at("p50")?,
                at("p99")?,
                at("max")?
            ));
        }
        Ok(lines.join("\n"))
    }

    /// Whether the budgets hold, as a sentence.
    pub(super) fn verdict(&self) -> String {
        let budgets = format!(
            "Budgets: a state change is in the page within {CHANGE_P50:.0} ms (p50) and {CHANGE_P99:.0} ms (p99)."
        );
        let missed = self.missed();
        if missed.is_empty() {
            format!("{budgets} They hold.")
        } else {
            format!("{budgets} Missed: {}.", missed.join("; "))
        }
    }

    /// The budgets that do not hold, as sentences.
    pub(super) fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for (name, limit) in [("p50", CHANGE_P50), ("p99", CHANGE_P99)] {
            match figure(&self.line, &format!("/milliseconds/change/{name}")) {
                Ok(took) if took <= limit => {}
                Ok(took) => missed.push(format!(
                    "{name} from a state change to the page is {took:.0} ms, the budget is {limit:.0} ms"
                )),
                Err(problem) => missed.push(problem),
            }
        }
        match self.rate() {
            Ok(rate) if rate >= UPDATES_A_SECOND * LEAST_SHARE => {}
            Ok(rate) => missed.push(format!("the load was {rate:.0} updates a second only")),
            Err(problem) => missed.push(problem),
        }
        missed
    }

    fn rate(&self) -> Outcome<f64> {
        Ok(figure(&self.line, "/updates")? / figure(&self.line, "/frames/seconds")?)
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use serde_json::json;

    fn window(p50: f64, p99: f64, updates: u64) -> Window {
        let spread = json!({"count": 500, "p50": p50, "p99": p99, "max": 200.0});
        Window {
            line: json!({
                "operations": 2000, "updates": updates, "changes": 6000,
                "frames": {"seconds": 60.0, "frames": 900, "most_in_a_second": 28, "most_messages": 90, "most_bytes": 4096},
                "milliseconds": {"change": spread, "input": spread, "wait": spread, "page_frame": spread},
            }),
        }
    }

    #[test]
    fn each_budget_is_missed_by_itself() {
        assert_eq!(window(40.0, 120.0, 600_000).missed(), Vec::<String>::new());
        assert_eq!(window(41.0, 120.0, 600_000).missed().len(), 1);
        assert_eq!(window(1.0, 121.0, 600_000).missed().len(), 1);
        assert_eq!(window(1.0, 2.0, 100_000).missed().len(), 1);
    }

    #[test]
    fn the_table_says_what_was_measured_and_lacks_nothing_silently() {
        let table = window(2.0, 30.0, 600_000).table().unwrap_or_default();
        assert!(table.contains("10000 updates a second"), "{table}");
        assert!(table.contains("| 500 | 2.0 | 30.0 | 200.0 |"), "{table}");
        let empty = Window { line: json!({}) };
        assert!(empty.table().is_err());
        assert_eq!(empty.missed().len(), 3);
    }
}
