//! The English of stories, for the terminal and for reports. A window has its own words.

use aniworld_core::transfer::size::bytes;
use jiff::Timestamp;

use super::{ExplanationCode, StoryCode, Values};
use crate::CommandError;

/// The sentence of an explanation.
pub(super) fn sentence(code: ExplanationCode, params: &Values, cause: Option<&CommandError>) -> String {
    let say = Say { params, cause };
    match code {
        ExplanationCode::WaitsTurn => say.turn(),
        ExplanationCode::Paused => format!("You paused it{}.", say.at("since", "at")),
        ExplanationCode::PausedAll => format!("You paused all downloads{}.", say.at("since", "at")),
        ExplanationCode::WaitsRetry | ExplanationCode::WaitsServer => say.next_try(code),
        ExplanationCode::Interrupted => say.interrupted(),
        ExplanationCode::Stalled => {
            let host = say.or("host", "The server");
            format!("{host} sends nothing{}.", say.at("since", "since"))
        }
        ExplanationCode::CompletedAfter => say.completed(),
        ExplanationCode::Failed => match say.number("tries") {
            Some(2..) => format!(
                "It failed after {}. {}",
                say.count("tries", "try", "tries"),
                say.why()
            ),
            _ => format!("It failed. {}", say.why()),
        },
        ExplanationCode::Quarantined => format!(
            "It was taken out of the queue because it ran when the program ended unexpectedly, {} in a row.",
            say.count("crashes", "time", "times")
        ),
        ExplanationCode::Downloading
        | ExplanationCode::BeganAgain
        | ExplanationCode::SlowServer
        | ExplanationCode::SlowDisk
        | ExplanationCode::SlowLimit => say.pace(code),
        plain => plain_sentence(plain).to_owned(),
    }
}

/// Sentences without values.
fn plain_sentence(code: ExplanationCode) -> &'static str {
    match code {
        ExplanationCode::WaitsAllPaused => "It waits because all downloads are paused.",
        ExplanationCode::WaitsProgram => "It waits until Aniworld runs, or `aniworld-cli download`.",
        ExplanationCode::Starting => "It is asking the server and waits for its answer.",
        ExplanationCode::Verifying => "Every byte is there; sizes and checksums are being compared.",
        ExplanationCode::Processing => "Every byte is there; the file is being processed.",
        ExplanationCode::Moving => "It is taking its place in the library.",
        ExplanationCode::Running => "It is under way.",
        ExplanationCode::Completed => "It is done, and nothing was odd.",
        ExplanationCode::Skipped => "It was skipped because the file was there already.",
        ExplanationCode::Cancelled => "You cancelled it.",
        _ => "It is not in the queue, and nothing is known of an earlier try.",
    }
}

/// The English of one entry.
pub(super) fn line(code: StoryCode, params: &Values, cause: Option<&CommandError>) -> String {
    let say = Say { params, cause };
    match code {
        StoryCode::Answered => say.answer(),
        StoryCode::Redirected => format!("Redirected to {}", say.or("host", "another server")),
        StoryCode::Resumed => format!("Goes on after {}", say.bytes("at_bytes")),
        StoryCode::StartedAgain => format!(
            "Begins again from the first byte, {} are lost: {}",
            say.bytes("lost_bytes"),
            say.started_again()
        ),
        StoryCode::Retry => format!(
            "Try {} failed{}: {}",
            say.or("tries", "?"),
            say.at("until", "next at"),
            say.why()
        ),
        StoryCode::Patience => format!(
            "The server asked for patience{}: {}",
            say.at("until", "until"),
            say.why()
        ),
        StoryCode::Waiting => format!("Waits{}", say.at("until", "until")),
        StoryCode::Failed => format!("Failed: {}", say.why()),
        StoryCode::Picked => format!(
            "Its turn came: {} of at most {} run",
            say.or("running", "?"),
            say.or("parallel", "?")
        ),
        StoryCode::Quarantined => format!(
            "Held to be the cause of {}",
            say.count("crashes", "unexpected end", "unexpected ends")
        ),
        StoryCode::LeftOut => format!("{} left out here", say.count("count", "entry", "entries")),
        StoryCode::InProgress => match params.get("phase") {
            Some(phase) => format!("In progress: {phase}"),
            None => "In progress".to_owned(),
        },
        plain => state_word(plain).to_owned(),
    }
}

/// Entries without values.
fn state_word(code: StoryCode) -> &'static str {
    match code {
        StoryCode::Started => "Started",
        StoryCode::Downloading => "Downloading",
        StoryCode::Stalled => "Stalled: nothing arrives",
        StoryCode::Verifying => "Verifying",
        StoryCode::Processing => "Processing",
        StoryCode::Moving => "Moving into the library",
        StoryCode::Paused => "Paused",
        StoryCode::Queued => "Waits for its turn",
        StoryCode::Interrupted => "Interrupted",
        StoryCode::Completed => "Completed",
        StoryCode::Skipped => "Skipped: the file was there",
        StoryCode::Cancelled => "Cancelled",
        StoryCode::UserPaused => "You paused it",
        StoryCode::UserPausedAll => "You paused all downloads",
        StoryCode::UserResumed => "You let it go on",
        StoryCode::UserResumedAll => "You let all downloads go on",
        StoryCode::UserRetried => "You put it into the queue again",
        StoryCode::UserCancelled => "You cancelled it",
        _ => "Something happened",
    }
}

/// Puts values into sentences.
struct Say<'a> {
    params: &'a Values,
    cause: Option<&'a CommandError>,
}

impl Say<'_> {
    fn turn(&self) -> String {
        let full = matches!(
            (self.number("running"), self.number("parallel")),
            (Some(running), Some(parallel)) if running >= parallel
        );
        let order = match self.number("ahead") {
            Some(0) => "it is the next one".to_owned(),
            Some(_) => format!("{} come first", self.count("ahead", "download", "downloads")),
            None => "others come first".to_owned(),
        };
        let slots = match self.params.get("parallel").filter(|_| full) {
            Some(parallel) => format!(", and {} of at most {parallel} run", self.or("running", "?")),
            None => String::new(),
        };
        format!("It waits for its turn: {order}{slots}.")
    }

    fn next_try(&self, code: ExplanationCode) -> String {
        let (at, why) = (self.at("until", "at"), self.why());
        if code == ExplanationCode::WaitsServer {
            let host = self.or("host", "The server");
            return format!("{host} asked for patience: it is tried again{at}. {why}");
        }
        let tries = self.count("tries", "try", "tries");
        format!("It is tried again{at}, after {tries} failed. {why}")
    }

    fn interrupted(&self) -> String {
        let after = match self.number("ahead") {
            Some(0) | None => String::new(),
            Some(_) => format!(
                " after {} before it",
                self.count("ahead", "download", "downloads")
            ),
        };
        format!("It was interrupted when the program ended, and goes on where it stopped{after}.")
    }

    fn pace(&self, code: ExplanationCode) -> String {
        let speed = match self.number("speed") {
            Some(speed) => format!(" at {}/s", bytes(speed)),
            None => String::new(),
        };
        let from = self.params.get("host").map(|host| format!(" from {host}"));
        let from = from.unwrap_or_default();
        match code {
            ExplanationCode::SlowServer => {
                format!(
                    "It is limited by {}, which sends{speed}.",
                    self.or("host", "the server")
                )
            }
            ExplanationCode::SlowDisk => format!("It is limited by the disk, which writes{speed}."),
            ExplanationCode::SlowLimit => format!("It is limited by your own speed limit and runs{speed}."),
            ExplanationCode::BeganAgain => format!(
                "It is being downloaded{from}{speed}, from the first byte again: {}.",
                self.started_again()
            ),
            _ => format!("It is being downloaded{from}{speed}."),
        }
    }

    fn completed(&self) -> String {
        let mut parts = Vec::new();
        if self.number("retries").is_some_and(|it| it > 0) {
            parts.push(format!("{} failed", self.count("retries", "try", "tries")));
        }
        if self.number("resumed").is_some_and(|it| it > 0) {
            parts.push(format!(
                "it was resumed {}",
                self.count("resumed", "time", "times")
            ));
        }
        if self.params.contains_key("why") {
            parts.push(format!("it began again once because {}", self.started_again()));
        }
        format!("It is done, though not at once: {}.", parts.join(", "))
    }

    fn answer(&self) -> String {
        let mut parts = vec![format!(
            "{} answered {}",
            self.or("host", "The server"),
            self.or("status", "?")
        )];
        if self.params.contains_key("total") {
            parts.push(self.bytes("total"));
        }
        if let Some(media_type) = self.params.get("content_type") {
            parts.push(media_type.clone());
        }
        if self.number("status").is_some_and(|status| status < 300) {
            let ranges = self.params.get("ranges").is_some_and(|it| it == "true");
            parts.push(if ranges { "sends parts" } else { "sends no parts" }.to_owned());
            let validator = self.or("validator", "none");
            parts.push(format!("validator {validator}"));
        }
        parts.join(", ")
    }

    fn started_again(&self) -> &'static str {
        match self.params.get("why").map(String::as_str) {
            Some("file_changed") => "the server has another version of the file",
            Some("no_ranges") => "the server sends whole files only",
            Some("no_validator") => "the server gives nothing to prove that the file is still the same",
            Some("other_address") => "the file is at another address now",
            _ => "what came did not fit to what was there",
        }
    }

    fn why(&self) -> String {
        self.cause.map_or_else(
            || "Nothing more is known.".to_owned(),
            |cause| cause.message.clone(),
        )
    }

    fn or<'b>(&'b self, key: &str, otherwise: &'b str) -> &'b str {
        self.params.get(key).map_or(otherwise, String::as_str)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.params.get(key)?.parse().ok()
    }

    fn count(&self, key: &str, one: &str, many: &str) -> String {
        match self.number(key) {
            Some(1) => format!("1 {one}"),
            Some(number) => format!("{number} {many}"),
            None => format!("some {many}"),
        }
    }

    fn bytes(&self, key: &str) -> String {
        self.number(key).map_or_else(|| "some bytes".to_owned(), bytes)
    }

    /// ` at 2025-11-07 10:05:00 UTC`, or nothing.
    fn at(&self, key: &str, preposition: &str) -> String {
        let at: Option<Timestamp> = self.params.get(key).and_then(|text| text.parse().ok());
        at.map(|at| format!(" {preposition} {}", at.strftime("%Y-%m-%d %H:%M:%S UTC")))
            .unwrap_or_default()
    }
}
