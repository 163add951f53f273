//! Progress on stderr: bars for a person, plain lines for a log. One more subscriber of `ProgressService`.
//!
//! Computes nothing: percent, speed and time left are the service's.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aniworld_services::ProgressService;
use aniworld_services::anime::code_of;
use aniworld_services::progress::{
    DOWNLOAD_QUEUE, Progress, ProgressEvent, ProgressStatus, ProgressType, Significance, SubscriptionId, keys,
};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::output::Output;
use crate::units;

const BYTES: &str = "{prefix:<44!} {bar:24} {percent:>3} % {binary_bytes:>10} {msg}";
const COUNTS: &str = "{prefix:<44!} {bar:24} {pos}/{len} {msg}";
const QUEUE: &str = "{prefix:<44!} {bar:24} {percent:>3} % {msg}";
const UNKNOWN: &str = "{prefix:<44!} {spinner} {pos} {msg}";

/// The display of a run. Gone when dropped.
#[derive(Debug)]
pub(crate) struct Display {
    progress: ProgressService,
    subscription: SubscriptionId,
    board: Arc<Bars>,
}

/// The bars by operation.
#[derive(Debug)]
struct Bars {
    all: MultiProgress,
    by_id: Mutex<HashMap<String, ProgressBar>>,
    drawn: bool,
}

/// Shows progress from now on, unless scripts read.
pub(crate) fn show(progress: &ProgressService, output: Output) -> Option<Display> {
    if output.is_json() {
        return None;
    }
    let board = Arc::new(Bars {
        all: MultiProgress::new(),
        by_id: Mutex::default(),
        drawn: output.has_bars(),
    });
    let bars = Arc::clone(&board);
    let subscription = progress.subscribe("progress_updated", move |event| {
        bars.take(&event);
        std::future::ready(())
    });
    Some(Display {
        progress: progress.clone(),
        subscription,
        board,
    })
}

impl Drop for Display {
    fn drop(&mut self) {
        self.progress.unsubscribe(self.subscription);
        for bar in self.board.bars().values() {
            bar.abandon();
        }
    }
}

impl Bars {
    fn bars(&self) -> std::sync::MutexGuard<'_, HashMap<String, ProgressBar>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, event: &ProgressEvent) {
        let progress = event.progress.as_ref();
        if progress.id == DOWNLOAD_QUEUE && self.drawn {
            self.draw_queue(progress);
        }
        if !matches!(progress.kind, ProgressType::Download | ProgressType::Scan) {
            return;
        }
        if self.drawn {
            self.draw(progress);
        } else if event.significance == Significance::StateChange {
            // a log that cannot be written is no reason to stop
            let _ = writeln!(std::io::stderr(), "{}", plain(progress));
        }
    }

    /// One line for all downloads, below theirs, while there are several.
    fn draw_queue(&self, queue: &Progress) {
        let mut bars = self.bars();
        let is_busy = queue.status == ProgressStatus::InProgress && queue.total.is_some_and(|it| it > 1);
        let Some(percent) = queue.percent.filter(|_| is_busy) else {
            if let Some(bar) = bars.remove(&queue.id) {
                bar.finish_and_clear();
                self.all.remove(&bar);
            }
            return;
        };
        let bar = bars
            .entry(queue.id.clone())
            .or_insert_with(|| self.all.add(ProgressBar::new(1_000)));
        bar.set_style(styled(QUEUE));
        bar.set_prefix(format!("All, {} of {}", queue.current, queue.total.unwrap_or(0)));
        bar.set_position(tenths(percent));
        bar.set_message(outlook(queue));
    }

    fn draw(&self, progress: &Progress) {
        let mut bars = self.bars();
        let queue = bars.get(DOWNLOAD_QUEUE).cloned();
        let add = || match &queue {
            Some(queue) => self.all.insert_before(queue, ProgressBar::no_length()),
            None => self.all.add(ProgressBar::no_length()),
        };
        let bar = bars.entry(progress.id.clone()).or_insert_with(add);
        bar.set_style(style(progress));
        bar.set_prefix(name(progress));
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        bar.set_position(progress.current);
        bar.set_message(remark(progress));
        if progress.status.is_terminal() {
            bar.abandon();
            // what has ended scrolls up with the text, so that the bars stay few
            bars.remove(&progress.id);
        }
    }
}

fn style(progress: &Progress) -> ProgressStyle {
    let template = match (progress.kind, progress.total) {
        (_, None) => UNKNOWN,
        (ProgressType::Download, Some(_)) => BYTES,
        _ => COUNTS,
    };
    styled(template)
}

fn styled(template: &str) -> ProgressStyle {
    // the templates are constants; a typing error shows as the default bar
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 1,000; `as` saturates"
)]
fn tenths(percent: f64) -> u64 {
    (percent * 10.0).round() as u64
}

/// `Naruto S01E01` where the metadata say it: the message of a failure is the failure.
fn name(progress: &Progress) -> String {
    let text = |key| progress.metadata.get(key).and_then(Value::as_str);
    let season = progress.metadata.get(keys::SEASON).and_then(Value::as_u64);
    match (text(keys::SERIES), season, text(keys::EPISODE)) {
        (Some(series), Some(season), Some(episode)) => {
            let season = u32::try_from(season).unwrap_or(u32::MAX);
            format!("{series} {}", code_of(season, episode))
        }
        _ => progress.title.clone(),
    }
}

fn remark(progress: &Progress) -> String {
    let text = |key| progress.metadata.get(key).and_then(Value::as_str);
    match progress.status {
        ProgressStatus::InProgress => {
            let phase = text(keys::PHASE).unwrap_or_default();
            if phase == keys::PHASE_DOWNLOADING || phase.is_empty() {
                speed(progress)
            } else {
                phase.to_owned()
            }
        }
        ProgressStatus::Waiting => match text(keys::UNTIL) {
            Some(until) => format!("waiting until {until}"),
            None => "waiting".into(),
        },
        ProgressStatus::Failed => format!("failed: {}", progress.message),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn speed(progress: &Progress) -> String {
    let speed = speed_only(progress);
    let left = progress.metadata.get(keys::ETA).and_then(Value::as_f64);
    match left.filter(|left| !speed.is_empty() && (0.0..1e7).contains(left)) {
        Some(left) => {
            let left = indicatif::HumanDuration(Duration::from_secs_f64(left));
            format!("{speed}, {left:#} left")
        }
        None => speed,
    }
}

/// Nothing where nothing arrives.
fn speed_only(progress: &Progress) -> String {
    let speed = progress.metadata.get(keys::SPEED).and_then(Value::as_u64);
    speed
        .filter(|speed| *speed > 0)
        .map(|speed| format!("{}/s", units::bytes(speed)))
        .unwrap_or_default()
}

/// How fast all is, how long it may take, and what limits it.
fn outlook(queue: &Progress) -> String {
    let seconds = |key| queue.metadata.get(key).and_then(Value::as_u64);
    let mut parts = vec![speed_only(queue)];
    if let (Some(low), Some(high)) = (seconds(keys::ETA_LOW), seconds(keys::ETA_HIGH)) {
        let span = |seconds| format!("{:#}", indicatif::HumanDuration(Duration::from_secs(seconds)));
        let (low, high) = (span(low), span(high));
        parts.push(if low == high {
            format!("{low} left")
        } else {
            format!("{low} to {high} left")
        });
    }
    parts.extend(limit(queue));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn limit(queue: &Progress) -> Option<String> {
    let bottleneck = queue.metadata.get(keys::BOTTLENECK)?;
    let text = |key: &str| bottleneck.get(key).and_then(Value::as_str);
    let what = match text("kind")? {
        "speed_limit" => "your speed limit",
        "disk" => "the disk",
        "hosts" => "the servers",
        _ => text("host")?,
    };
    Some(format!("limited by {what}"))
}

fn plain(progress: &Progress) -> String {
    let figures = match (progress.kind, progress.total) {
        (ProgressType::Download, Some(total)) => {
            format!(" ({} of {})", units::bytes(progress.current), units::bytes(total))
        }
        _ => String::new(),
    };
    let remark = remark(progress);
    let remark = if remark.is_empty() { "running" } else { &remark };
    format!("{}: {remark}{figures}", name(progress))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aniworld_services::progress::{Progress, ProgressStatus, ProgressType, keys};

    use super::{outlook, plain, style, tenths};

    fn download(status: ProgressStatus) -> Progress {
        let now =
            aniworld_services::progress::Clock::now(&aniworld_services::progress::SystemClock::default());
        Progress {
            id: "download_naruto_1_1".into(),
            kind: ProgressType::Download,
            status,
            title: "Downloading Naruto".into(),
            message: "S01E01".into(),
            percent: Some(45.0),
            current: 471_859,
            total: Some(1_048_576),
            metadata: BTreeMap::from([
                (keys::SERIES.to_owned(), "Naruto".into()),
                (keys::SEASON.to_owned(), 1.into()),
                (keys::EPISODE.to_owned(), "1".into()),
                (keys::SPEED.to_owned(), 2_097_152.into()),
                (keys::ETA.to_owned(), 3.into()),
            ]),
            started_at: now.wall,
            updated_at: now.wall,
        }
    }

    #[test]
    fn a_log_line_says_who_what_and_how_far() {
        assert_eq!(
            plain(&download(ProgressStatus::InProgress)),
            "Naruto S01E01: 2.00 MiB/s, 3s left (460.80 KiB of 1.00 MiB)"
        );
        assert_eq!(
            plain(&download(ProgressStatus::Completed)),
            "Naruto S01E01: completed (460.80 KiB of 1.00 MiB)"
        );
    }

    #[test]
    fn the_line_of_the_queue_says_how_long_it_takes_and_what_limits_it() {
        let mut queue = download(ProgressStatus::InProgress);
        queue.metadata = BTreeMap::from([(keys::SPEED.to_owned(), 0.into())]);
        assert_eq!(outlook(&queue), "");
        queue.metadata = BTreeMap::from([
            (keys::SPEED.to_owned(), 2_097_152.into()),
            (keys::ETA_LOW.to_owned(), 720.into()),
            (keys::ETA_HIGH.to_owned(), 900.into()),
            (
                keys::BOTTLENECK.to_owned(),
                serde_json::json!({"kind": "host", "host": "archive.org"}),
            ),
        ]);
        assert_eq!(
            outlook(&queue),
            "2.00 MiB/s, 12m to 15m left, limited by archive.org"
        );
        for (kind, words) in [
            ("disk", "the disk"),
            ("speed_limit", "your speed limit"),
            ("hosts", "the servers"),
        ] {
            let bottleneck = serde_json::json!({ "kind": kind });
            queue.metadata = BTreeMap::from([(keys::BOTTLENECK.to_owned(), bottleneck)]);
            assert_eq!(outlook(&queue), format!("limited by {words}"));
        }
        assert_eq!(tenths(45.9), 459);
    }

    #[test]
    fn every_template_is_valid() {
        for template in [super::BYTES, super::COUNTS, super::QUEUE, super::UNKNOWN] {
            assert!(
                indicatif::ProgressStyle::with_template(template).is_ok(),
                "{template}"
            );
        }
        let _ = style(&download(ProgressStatus::Started));
    }
}
