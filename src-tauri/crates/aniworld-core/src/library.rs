//! The library folder: which episodes are on disk.
//!
//! Reads directories, never files; knows nothing of what was there before, except how much.

mod places;
mod recognise;
mod root;
mod walk;

use std::path::PathBuf;

use aniworld_names::EpisodeNumber;

pub use self::root::{RootState, check_root};
pub use self::walk::{WalkProgress, walk};

/// One recognised episode file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryFile {
    /// The path below the library root, with `/` between the parts.
    pub relative: String,
    /// The folder of the series: the first part of `relative`. Files right in the root have the
    /// parsed series title here.
    pub serie_folder: String,
    /// The title of the series, as read from the names.
    pub series: String,
    /// The season; 0 for specials.
    pub season: u32,
    /// The number in the season.
    pub number: EpisodeNumber,
    /// The title, where the name has one.
    pub title: Option<String>,
    /// 1, or the version that the name says (`v2`).
    pub version: u32,
}

/// Where the library is, and what the store remembers of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryRoot {
    /// The folder.
    pub path: PathBuf,
    /// How many episode files the store knows in it. Zero: it never held any.
    pub known_files: u64,
}

/// What a walk of the library found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalkReport {
    /// The recognised episodes.
    pub files: Vec<LibraryFile>,
    /// Folders right below the root (a series folder may be empty).
    pub serie_folders: Vec<String>,
    /// Video files in which no episode was recognised, below the root; at most 1,000.
    pub unsure: Vec<String>,
    /// Directories that could not be read, below the root; at most 100. Files known below them are kept.
    /// The empty path is the root itself: it stands for more of them than could be listed.
    pub unreadable: Vec<String>,
    /// Files looked at.
    pub files_seen: u64,
    /// Directories read.
    pub dirs: u64,
}
