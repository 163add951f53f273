//! The only writer of stdout and stderr: lines for people, or JSON Lines for scripts.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use aniworld_wire::CommandError;
use serde::Serialize;

use crate::failure::Failure;

/// Where results go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

/// A row with the name of its kind in `type`.
#[derive(Debug, Serialize)]
struct Tagged<'a, T> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(flatten)]
    row: &'a T,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether scripts read, not people.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Whether progress bars make sense: a person looks at stderr.
    pub(crate) fn has_bars(self) -> bool {
        !self.json && io::stderr().is_terminal()
    }

    /// A row of the result: `{"type": kind, ...row}` for scripts, `text` for people.
    pub(crate) fn row<T: Serialize>(self, kind: &str, row: &T, text: impl FnOnce() -> String) {
        if self.json {
            self.object(&Tagged { kind, row });
        } else {
            line(&mut io::stdout(), &text());
        }
    }

    /// A whole JSON object as one line; nothing for people.
    pub(crate) fn object<T: Serialize>(self, value: &T) {
        if !self.json {
            return;
        }
        match serde_json::to_string(value) {
            Ok(text) => line(&mut io::stdout(), &text),
            Err(error) => tracing::error!(%error, "a result could not be written as JSON"),
        }
    }

    /// A line for people only, on stdout.
    pub(crate) fn text(self, text: &str) {
        if !self.json {
            line(&mut io::stdout(), text);
        }
    }

    /// A line about the work itself, on stderr. Scripts do not get it.
    pub(crate) fn note(self, text: &str) {
        if !self.json {
            line(&mut io::stderr(), text);
        }
    }

    /// An error in words on stderr; for scripts also as an object on stdout.
    pub(crate) fn error(self, error: &CommandError) {
        self.object(&Tagged {
            kind: "error",
            row: error,
        });
        line(
            &mut io::stderr(),
            &format!("error: {}\n  {}", error.message, error.hint),
        );
    }

    /// The error of one part of the work: `row` for scripts, the sentence after `who` for people.
    pub(crate) fn failed_part<T: Serialize>(self, row: &T, error: &CommandError, who: &str) {
        self.object(&Tagged { kind: "error", row });
        line(
            &mut io::stderr(),
            &format!("error: {who}: {}\n  {}", error.message, error.hint),
        );
    }

    /// Says why the program ends, and with which status.
    pub(crate) fn failed(self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::Error(error) => self.error(error),
            Failure::Named => {}
            Failure::Interrupted => self.note("interrupted; the same command resumes"),
        }
        ExitCode::from(failure.status())
    }
}

fn line(stream: &mut impl Write, text: &str) {
    // a reader that went away (`| head`) wants no more lines; the work goes on
    let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
}
