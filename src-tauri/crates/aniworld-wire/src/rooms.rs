//! The rooms that one window has joined: unions of rooms under names of its own choice.

use std::collections::BTreeMap;

use aniworld_services::progress::Progress;
pub use aniworld_services::progress::{Room, UnknownRoom};

use crate::message::JoinRequest;

/// The name of a union that was joined without one.
pub const MAIN: &str = "main";

/// How many unions a window may have.
const UNIONS_LIMIT: usize = 32;
/// How many rooms a union may have.
const ROOMS_LIMIT: usize = 256;

/// The unions of one window.
#[derive(Debug, Clone, Default)]
pub struct Rooms {
    unions: BTreeMap<String, Union>,
}

#[derive(Debug, Clone)]
struct Union {
    rooms: Vec<Room>,
    /// The last event that its snapshot holds. `None`: the snapshot is stale, it must be joined again.
    since: Option<u64>,
}

impl Rooms {
    /// Joins a union, in place of one with the same name, at the event that the snapshot holds last.
    /// Unknown rooms are passed over with a warning, and so is everything beyond 256 rooms or 32 unions.
    pub fn join(&mut self, request: &JoinRequest, since: u64) -> Vec<Room> {
        let name = request.name.as_deref().unwrap_or(MAIN);
        let rooms: Vec<Room> = request
            .rooms
            .iter()
            .filter_map(|room| {
                room.parse()
                    .map_err(|error| tracing::warn!(%error, "a window asked for it"))
                    .ok()
            })
            .take(ROOMS_LIMIT)
            .collect();
        if self.unions.len() >= UNIONS_LIMIT && !self.unions.contains_key(name) {
            tracing::warn!(name, "a window joined too many unions");
            return Vec::new();
        }
        let union = Union {
            rooms: rooms.clone(),
            since: Some(since),
        };
        self.unions.insert(name.to_owned(), union);
        rooms
    }

    /// Leaves a union. `false` if there was none of that name.
    pub fn leave(&mut self, name: &str) -> bool {
        self.unions.remove(name).is_some()
    }

    /// Leaves all.
    pub fn leave_all(&mut self) {
        self.unions.clear();
    }

    /// All unions, by name.
    pub fn list(&self) -> Vec<JoinRequest> {
        let unions = self.unions.iter();
        unions
            .map(|(name, union)| JoinRequest {
                rooms: union.rooms.iter().map(Room::to_string).collect(),
                name: Some(name.clone()),
            })
            .collect()
    }

    /// Whether an event is to be sent: some union has its room, and no snapshot holds it already.
    pub fn want(&self, progress: &Progress, seq: u64) -> bool {
        let mut wanted = false;
        for union in self.unions.values() {
            let Some(since) = union.since else { continue };
            if union.rooms.iter().any(|room| room.contains(progress)) {
                if seq <= since {
                    return false;
                }
                wanted = true;
            }
        }
        wanted
    }

    /// Marks every snapshot as stale: nothing is wanted until a union is joined again.
    pub fn expire(&mut self) {
        for union in self.unions.values_mut() {
            union.since = None;
        }
    }
}
