//! The ids of operations. They are looked up, never parsed.

use std::fmt::Display;

/// The library scan.
pub const LIBRARY_SCAN: &str = "library_scan";
/// The download queue.
pub const DOWNLOAD_QUEUE: &str = "download_queue";
/// What the program as a whole is busy with: downloads and the scan.
pub const SYSTEM_APP: &str = "system_app";

/// The download of one episode: `download_{serie_folder}_{season}_{number}`, with `~2` and so on for further versions.
pub fn download_id(serie_folder: &str, season: u32, number: &impl Display, version: u32) -> String {
    if version > 1 {
        format!("download_{serie_folder}_{season}_{number}~{version}")
    } else {
        format!("download_{serie_folder}_{season}_{number}")
    }
}

/// What the downloads of a series add up to.
pub fn series_id(serie_folder: &str) -> String {
    format!("series_{serie_folder}")
}

/// What the downloads of a season add up to.
pub fn season_id(serie_folder: &str, season: u32) -> String {
    format!("season_{serie_folder}_{season}")
}

/// A new id for a failure without an operation.
pub fn error_id() -> String {
    format!("error_{}", uuid::Uuid::new_v4())
}

/// A message about the program itself.
pub fn system_id(topic: &str) -> String {
    format!("system_{topic}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_are_named_by_folder_season_number_and_version() {
        assert_eq!(download_id("naruto", 1, &1, 1), "download_naruto_1_1");
        assert_eq!(
            download_id("Night Trains", 0, &"2-3", 2),
            "download_Night Trains_0_2-3~2"
        );
    }

    #[test]
    fn every_error_has_an_id_of_its_own() {
        assert!(error_id().starts_with("error_"));
        assert_ne!(error_id(), error_id());
    }
}
