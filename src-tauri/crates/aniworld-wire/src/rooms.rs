//! The rooms that one window has joined: unions of rooms under names of its own choice, and the rows of its list.
//!
//! A union brings an operation because one of its rooms holds it. Rooms of whole kinds (`downloads`,
//! `type:download`) bring only those downloads that the window shows in its list, once it has told which. A room that
//! names a series or one operation brings its downloads whatever that list shows: who asks by name wants them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aniworld_services::progress::{Progress, ProgressEvent, ProgressType, Significance, Snapshot};
pub use aniworld_services::progress::{Room, UnknownRoom};

use crate::message::JoinRequest;

/// The name of a union that was joined without one.
pub const MAIN: &str = "main";

/// How many unions a window may have.
const UNIONS_LIMIT: usize = 32;
/// How many rooms a union may have.
const ROOMS_LIMIT: usize = 256;
/// The most rows that a window can ask for.
const ROWS_LIMIT: usize = 1_000;

/// What one window is sent.
#[derive(Debug, Clone, Default)]
pub struct Rooms {
    unions: BTreeMap<String, Union>,
    /// The downloads that its list shows, with the last event that it has of each without asking a union. `None`:
    /// all of them.
    rows: Option<HashMap<String, u64>>,
}

#[derive(Debug, Clone)]
struct Union {
    rooms: Vec<Room>,
    /// The last event that its snapshot holds. `None`: the snapshot is stale, it must be joined again.
    since: Option<u64>,
}

impl Rooms {
    /// Joins a union at the event that the snapshot holds last, in place of one with the same name, or of all. Says
    /// whether it was joined. Unknown rooms are passed over with a warning, and so is everything beyond 256 rooms or
    /// 32 unions.
    pub fn join(&mut self, request: &JoinRequest, since: u64) -> bool {
        if request.replace {
            self.unions.clear();
        }
        let name = name_of(request);
        if self.unions.len() >= UNIONS_LIMIT && !self.unions.contains_key(name) {
            tracing::warn!(name, "a window joined too many unions");
            return false;
        }
        let rooms = request.rooms.iter().filter_map(|room| {
            room.parse()
                .map_err(|error| tracing::warn!(%error, "a window asked for it"))
                .ok()
        });
        let union = Union {
            rooms: rooms.take(ROOMS_LIMIT).collect(),
            since: Some(since),
        };
        self.unions.insert(name.to_owned(), union);
        true
    }

    /// Leaves a union. `false` if there was none of that name.
    pub fn leave(&mut self, name: &str) -> bool {
        self.unions.remove(name).is_some()
    }

    /// All unions, by name.
    pub fn list(&self) -> Vec<JoinRequest> {
        let unions = self.unions.iter();
        unions
            .map(|(name, union)| JoinRequest {
                rooms: union.rooms.iter().map(Room::to_string).collect(),
                name: Some(name.clone()),
                replace: false,
            })
            .collect()
    }

    /// Whether the union of a request brings an operation.
    pub fn brings(&self, request: &JoinRequest, progress: &Progress) -> bool {
        let union = self.unions.get(name_of(request));
        union.is_some_and(|union| union.brings(progress, self.rows.as_ref()))
    }

    /// Whether any union brings an operation.
    pub fn sends(&self, progress: &Progress) -> bool {
        let mut live = self.unions.values().filter(|union| union.since.is_some());
        live.any(|union| union.brings(progress, self.rows.as_ref()))
    }

    /// Whether an event is to be sent: some union brings it, and nothing that was sent holds it already.
    pub fn want(&self, progress: &Progress, seq: u64) -> bool {
        let mut wanted = false;
        for union in self.unions.values() {
            let Some(since) = union.since else { continue };
            if union.brings(progress, self.rows.as_ref()) {
                if seq <= since {
                    return false;
                }
                wanted = true;
            }
        }
        wanted && self.row_since(progress).is_none_or(|since| seq > since)
    }

    /// Restricts the downloads of whole kinds to these rows (at most 1,000). Answers those that came into view and
    /// that no union had brought, as they stand; each counts as sent.
    pub fn show_rows(&mut self, ids: Vec<String>, snapshot: &Snapshot) -> Vec<ProgressEvent> {
        let before = self.rows.take();
        let known = |id: &String| match &before {
            Some(rows) => rows.get(id).copied(),
            None => Some(0),
        };
        // what a union brings by its name is no news when a list shows it too
        self.rows = Some(HashMap::new());
        let mut rows: HashMap<String, u64> = ids
            .into_iter()
            .take(ROWS_LIMIT)
            .map(|id| {
                let since = known(&id).unwrap_or(0);
                (id, since)
            })
            .collect();
        let operations = snapshot.active.iter().chain(&snapshot.past);
        let appeared: Vec<ProgressEvent> = operations
            .filter(|progress| {
                let is_new = rows.contains_key(&progress.id) && known(&progress.id).is_none();
                is_new && progress.kind == ProgressType::Download && !self.sends(progress)
            })
            .map(|progress| as_it_stands(progress, snapshot.seq))
            .collect();
        for event in &appeared {
            rows.insert(event.progress.id.clone(), snapshot.seq);
        }
        self.rows = Some(rows);
        appeared
            .into_iter()
            .filter(|event| self.sends(&event.progress))
            .collect()
    }

    /// Lifts the restriction. Says whether there was one.
    pub fn show_all_rows(&mut self) -> bool {
        self.rows.take().is_some()
    }

    /// Marks every snapshot as stale: nothing is wanted until a union is joined again.
    pub fn expire(&mut self) {
        for union in self.unions.values_mut() {
            union.since = None;
        }
    }

    fn row_since(&self, progress: &Progress) -> Option<u64> {
        self.rows.as_ref()?.get(&progress.id).copied()
    }
}

impl Union {
    fn brings(&self, progress: &Progress, rows: Option<&HashMap<String, u64>>) -> bool {
        let in_view = progress.kind != ProgressType::Download
            || rows.is_none_or(|rows| rows.contains_key(&progress.id));
        self.rooms.iter().any(|room| match room {
            Room::Default(_) | Room::Kind(_) => in_view && room.contains(progress),
            Room::Series(_) | Room::Operation(_) => room.contains(progress),
        })
    }
}

fn name_of(request: &JoinRequest) -> &str {
    request.name.as_deref().unwrap_or(MAIN)
}

fn as_it_stands(progress: &Arc<Progress>, seq: u64) -> ProgressEvent {
    ProgressEvent {
        event_type: progress.kind.event_type(),
        room: progress.kind.room(),
        seq,
        significance: Significance::StateChange,
        progress: Arc::clone(progress),
    }
}
