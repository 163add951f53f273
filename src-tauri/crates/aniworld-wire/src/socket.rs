//! The local socket: how a second program sees and reaches the one that holds a data folder.
//!
//! One JSON object per line in both directions. The client sends one request, such as `{"request":"watch"}`
//! or `{"request":"show"}`, and gets one [`Answer`]. After `count` follow the [`Counts`]. After `watch` follow [`crate::Message`]s: first
//! everything known, then changes as they happen. A client that reads too slowly loses the backlog
//! and gets everything known once more; so the last state of an operation always arrives.
//!
//! Only the user who runs the program can connect: a Unix socket with mode 600 in the data folder, or a named
//! pipe on Windows. Nothing here knows a window or who may write to the data folder.

mod client;
mod feed;
mod line;
mod server;

use serde::{Deserialize, Serialize};

pub use client::{SocketError, Watch, counts, request_show, request_show_of_starting, watch};
pub use server::SocketServer;

/// Rises when a client of the older form would misread what is sent.
pub const VERSION: u32 = 1;

/// What a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// Progress messages, until one of both sides ends it.
    Watch,
    /// Show the window, if there is one.
    Show,
    /// What only the program that runs can count.
    Count,
}

/// What only the program that runs can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Operations that have not ended.
    pub active_operations: u64,
    /// Updates that came for operations that had ended.
    pub late_updates: u64,
    /// Subscriptions to progress; null from a program that does not count them, as with the next two.
    #[serde(default)]
    pub subscribers: Option<u64>,
    /// Subscribers that were detached because they kept failing.
    #[serde(default)]
    pub detached_subscribers: Option<u64>,
    /// Snapshots handed out in place of a backlog.
    #[serde(default)]
    pub resyncs: Option<u64>,
}

/// The one line that answers a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether the request was taken.
    pub ok: bool,
    /// [`VERSION`] of the program that answers.
    pub version: u32,
    /// Why not, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Answer {
    fn taken() -> Self {
        Self {
            ok: true,
            version: VERSION,
            error: None,
        }
    }

    fn refused(reason: &str) -> Self {
        Self {
            ok: false,
            version: VERSION,
            error: Some(reason.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Request};

    #[test]
    fn the_lines_are_as_documented() -> serde_json::Result<()> {
        assert_eq!(serde_json::to_string(&Request::Watch)?, r#"{"request":"watch"}"#);
        assert_eq!(
            serde_json::from_str::<Request>(r#"{"request":"show","later":1}"#)?,
            Request::Show
        );
        assert_eq!(
            serde_json::to_string(&Answer::taken())?,
            r#"{"ok":true,"version":1}"#
        );
        assert_eq!(
            serde_json::to_string(&Answer::refused("busy"))?,
            r#"{"ok":false,"version":1,"error":"busy"}"#
        );
        Ok(())
    }
}
