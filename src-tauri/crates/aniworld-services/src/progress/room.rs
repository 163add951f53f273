//! Rooms: which operations somebody wants to hear of, and the event names made of them.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::{Progress, ProgressType, keys};

/// A set of operations, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Room {
    /// `downloads`, `scan`, `queue`, `system`, `errors`: where the operations of one type are sent.
    Default(ProgressType),
    /// `series:<folder>`: the downloads of one series.
    Series(String),
    /// `progress:<id>`: one operation.
    Operation(String),
    /// `type:<kind>`: the operations of one type, by the type's own name.
    Kind(ProgressType),
}

/// A text that names no room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no room {0:?}")]
pub struct UnknownRoom(pub String);

impl Room {
    /// Whether an operation belongs to it.
    pub fn contains(&self, progress: &Progress) -> bool {
        match self {
            Self::Default(kind) | Self::Kind(kind) => progress.kind == *kind,
            Self::Series(folder) => {
                progress.metadata.get(keys::SERIE_FOLDER).and_then(Value::as_str) == Some(folder)
            }
            Self::Operation(id) => progress.id == *id,
        }
    }
}

impl FromStr for Room {
    type Err = UnknownRoom;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownRoom(text.to_owned());
        let kind = |matches: &dyn Fn(ProgressType) -> bool| {
            ProgressType::ALL
                .into_iter()
                .find(|kind| matches(*kind))
                .ok_or_else(unknown)
        };
        match text.split_once(':') {
            None => kind(&|kind| kind.room() == text).map(Self::Default),
            Some(("type", name)) => kind(&|kind| kind.as_str() == name).map(Self::Kind),
            Some(("series", folder)) if !folder.is_empty() => Ok(Self::Series(folder.to_owned())),
            Some(("progress", id)) if !id.is_empty() => Ok(Self::Operation(id.to_owned())),
            Some(_) => Err(unknown()),
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default(kind) => f.write_str(kind.room()),
            Self::Series(folder) => write!(f, "series:{folder}"),
            Self::Operation(id) => write!(f, "progress:{id}"),
            Self::Kind(kind) => write!(f, "type:{}", kind.as_str()),
        }
    }
}

/// The name that a handler subscribes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EventName {
    /// `progress_updated`.
    All,
    /// `download_progress`, ...
    Type(ProgressType),
    /// `room:downloads`, `room:series:Night Trains`, ...
    Room(Room),
    /// A name that nothing is ever sent under.
    Nothing,
}

impl EventName {
    pub(super) fn parse(name: &str) -> Self {
        if name == "progress_updated" {
            return Self::All;
        }
        if let Some(room) = name.strip_prefix("room:") {
            return room.parse().map_or(Self::Nothing, Self::Room);
        }
        ProgressType::ALL
            .into_iter()
            .find(|kind| kind.event_type() == name)
            .map_or(Self::Nothing, Self::Type)
    }

    pub(super) fn covers(&self, progress: &Progress) -> bool {
        match self {
            Self::All => true,
            Self::Type(kind) => progress.kind == *kind,
            Self::Room(room) => room.contains(progress),
            Self::Nothing => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_read_as_they_are_written() {
        for text in [
            "downloads",
            "scan",
            "queue",
            "system",
            "errors",
            "series:Re:Zero",
            "progress:download_naruto_1_1",
            "type:error",
        ] {
            assert_eq!(
                text.parse::<Room>().map(|room| room.to_string()).as_deref(),
                Ok(text)
            );
        }
        for text in [
            "",
            "lobby",
            "type:",
            "type:errors",
            "series:",
            "progress:",
            "window:1",
        ] {
            assert_eq!(text.parse::<Room>(), Err(UnknownRoom(text.to_owned())));
        }
    }

    #[test]
    fn event_names_are_all_a_type_or_a_room() {
        assert_eq!(EventName::parse("progress_updated"), EventName::All);
        assert_eq!(
            EventName::parse("scan_progress"),
            EventName::Type(ProgressType::Scan)
        );
        assert_eq!(
            EventName::parse("room:series:Naruto"),
            EventName::Room(Room::Series("Naruto".to_owned()))
        );
        assert_eq!(EventName::parse("room:nowhere"), EventName::Nothing);
        assert_eq!(EventName::parse("progress"), EventName::Nothing);
    }
}
