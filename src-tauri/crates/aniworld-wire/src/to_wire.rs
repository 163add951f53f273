//! From the types of the services to those of the wire, and back for requests. No `if` about the domain.

mod library;
mod progress;
mod queue;
mod settings;
mod source;

use jiff::Timestamp;

/// RFC 3339, UTC.
fn stamp(at: Timestamp) -> String {
    at.to_string()
}
