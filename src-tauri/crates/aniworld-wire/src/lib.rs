//! What windows and other programs see of Aniworld: messages, rooms, frames, requests, errors.
//!
//! *Architecture invariant:* nothing here knows Tauri. The types are exported to TypeScript by a
//! test (`ui/src/bridge/generated`), and a drift between the two fails CI.

pub mod app;
pub mod error;
pub mod framing;
pub mod history;
pub mod library;
pub mod message;
pub mod notice;
pub mod notification;
mod platform;
pub mod queue;
pub mod rooms;
pub mod socket;
pub mod source;
pub mod story;
mod to_wire;
pub mod tray;
pub mod window;

pub use error::{CommandError, ErrorCode};
pub use framing::{Attention, Client, Pace};
pub use message::{Frame, JoinAnswer, JoinRequest, Message, RoomMessage};
