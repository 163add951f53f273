//! From the events of `SeriesApp` to progress updates. Pure and total; the only place that words them.
//!
//! Titles and messages are English and meant for terminal and logs; a window words progress itself, from
//! the id and the metadata.

use aniworld_core::app::{DownloadFailure, ScanFailure};
use aniworld_core::events::{
    DownloadPhase, DownloadStatus, EpisodeLabel, ScanPhase, ScanStatus, ScanTotals, SeriesEvent, WaitReason,
};
use aniworld_core::transfer::{Limit, TransferError};
use jiff::Timestamp;
use serde_json::json;

use super::progress_id;
use crate::downloads::JobFailure;
use crate::failure;
use crate::progress::{Action, LIBRARY_SCAN, Note, ProgressStatus, ProgressType, ProgressUpdate, keys};

/// What an event means for progress: first what is noted in the journal of the operation, then what changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    /// What the operation's journal is told beside the change.
    pub note: Option<Note>,
    /// What changes; `None` for a mere note.
    pub update: Option<ProgressUpdate>,
}

/// What an event means for progress.
pub fn translate(event: &SeriesEvent) -> Translated {
    match event {
        SeriesEvent::Scan(status) => Translated {
            note: None,
            update: Some(scan(status)),
        },
        SeriesEvent::Download { label, status } => Translated {
            note: note(status),
            update: download(label, status),
        },
    }
}

/// What a state alone does not tell: answers, and the whole cause of a retry or an end.
fn note(status: &DownloadStatus) -> Option<Note> {
    match status {
        DownloadStatus::Noted(note) => Some(Note::Transfer(note.clone())),
        DownloadStatus::Waiting {
            reason,
            until,
            tries,
            cause,
        } => {
            let JobFailure { code, params, .. } = cause.into();
            Some(Note::Retry {
                tries: *tries,
                reason: reason_name(*reason).to_owned(),
                code,
                params,
                until: Timestamp::try_from(*until).ok(),
            })
        }
        DownloadStatus::Failed(cause) if is_failure(cause) => {
            let JobFailure { code, params, .. } = cause.into();
            Some(Note::Failed { code, params })
        }
        _ => None,
    }
}

/// `S01E02`, `S01E02-E03`, `S00E09.5`; of a daily show the day: `2024-02-29`.
pub fn episode_code(label: &EpisodeLabel) -> String {
    code_of(label.season, &label.number.to_string())
}

/// The same of a season and a number, as they stand in the metadata.
pub fn code_of(season: u32, number: &str) -> String {
    if number.matches('-').count() == 2 {
        return number.to_owned();
    }
    let padded: Vec<String> = number
        .split('-')
        .map(|part| {
            let whole = part.split('.').next().unwrap_or(part).len();
            format!("{}{part}", "0".repeat(2_usize.saturating_sub(whole)))
        })
        .collect();
    format!("S{season:02}E{}", padded.join("-E"))
}

/// `None` for what changes nothing.
fn download(label: &EpisodeLabel, status: &DownloadStatus) -> Option<ProgressUpdate> {
    let update = |action| ProgressUpdate::new(progress_id(label), action);
    let change = match status {
        DownloadStatus::Noted(_) => return None,
        DownloadStatus::Started { resumed_from, total } => named(
            update(Action::Start {
                kind: ProgressType::Download,
                title: format!("Downloading {}", label.series),
                message: episode_code(label),
                current: *resumed_from,
                total: *total,
            }),
            label,
        ),
        DownloadStatus::Progress { bytes, total, limit } => update(Action::Advance {
            current: *bytes,
            total: *total,
            message: None,
        })
        .with(keys::PHASE, phase_name(DownloadPhase::Downloading))
        .with(keys::LIMITED_BY, limit.map(limit_name)),
        DownloadStatus::Phase(phase) => {
            update(state(ProgressStatus::InProgress)).with(keys::PHASE, phase_name(*phase))
        }
        DownloadStatus::Waiting {
            reason, until, cause, ..
        } => {
            let update = update(state(ProgressStatus::Waiting))
                .with(keys::REASON, reason_name(*reason))
                .with(keys::ERROR_CODE, failure::code(cause));
            match Timestamp::try_from(*until) {
                Ok(until) => update.with(keys::UNTIL, until.to_string()),
                // a time that no calendar holds is as good as none
                Err(_) => update,
            }
        }
        DownloadStatus::Paused => update(state(ProgressStatus::Paused)),
        DownloadStatus::Resumed => update(state(ProgressStatus::InProgress))
            .with(keys::PHASE, phase_name(DownloadPhase::Downloading)),
        DownloadStatus::Completed {
            bytes,
            took,
            skipped_existing,
        } => {
            let message = episode_code(label);
            let update = update(Action::Complete { message })
                .with("bytes", *bytes)
                .with("took_s", took.as_secs());
            if *skipped_existing {
                update.with(keys::REASON, keys::REASON_SKIPPED)
            } else {
                update
            }
        }
        DownloadStatus::Failed(cause) => ended(label, cause),
        DownloadStatus::Cancelled => update(Action::Cancel {
            message: episode_code(label),
        }),
    };
    Some(change)
}

/// Whether a download that ended like this failed: not every ending without a file is a failure.
fn is_failure(cause: &DownloadFailure) -> bool {
    !matches!(
        cause,
        DownloadFailure::Transfer(
            TransferError::Paused | TransferError::Cancelled | TransferError::Interrupted
        )
    )
}

/// A download without a new file. Not every such ending is a failure.
fn ended(label: &EpisodeLabel, cause: &DownloadFailure) -> ProgressUpdate {
    let update = |action| ProgressUpdate::new(progress_id(label), action);
    let message = episode_code(label);
    match cause {
        DownloadFailure::Transfer(TransferError::Paused) => update(state(ProgressStatus::Paused)),
        DownloadFailure::Transfer(TransferError::Cancelled) => update(Action::Cancel { message }),
        DownloadFailure::Transfer(TransferError::Interrupted) => {
            update(state(ProgressStatus::Waiting)).with(keys::REASON, keys::REASON_INTERRUPTED)
        }
        DownloadFailure::Transfer(_)
        | DownloadFailure::LibraryMissing { .. }
        | DownloadFailure::Folder { .. }
        | DownloadFailure::Store(_) => update(Action::Fail {
            message: format!("{message}: {cause}"),
        })
        .with(keys::ERROR_CODE, failure::code(cause)),
    }
}

fn named(update: ProgressUpdate, label: &EpisodeLabel) -> ProgressUpdate {
    let update = update
        .with(keys::SERIE_FOLDER, label.serie_folder.as_str())
        .with(keys::SERIES, label.series.as_str())
        .with(keys::SEASON, label.season)
        .with(keys::EPISODE, label.number.to_string())
        .with(keys::VERSION, label.version);
    match &label.title {
        Some(title) => update.with(keys::EPISODE_TITLE, title.as_str()),
        None => update,
    }
}

fn scan(status: &ScanStatus) -> ProgressUpdate {
    let update = |action| ProgressUpdate::new(LIBRARY_SCAN, action);
    match status {
        ScanStatus::Started => update(Action::Start {
            kind: ProgressType::Scan,
            title: "Scanning the library".to_owned(),
            message: "Starting".to_owned(),
            current: 0,
            total: None,
        }),
        ScanStatus::Progress {
            phase,
            done,
            total,
            files,
        } => update(Action::Advance {
            current: *done,
            total: *total,
            message: Some(scan_message(*phase, *done, *files)),
        })
        .with(keys::PHASE, scan_phase_name(*phase))
        .with("files", *files),
        ScanStatus::Completed(totals) => update(Action::Complete {
            message: format!(
                "{} series, {} episodes, {} missing",
                totals.series, totals.episodes, totals.missing
            ),
        })
        .with("totals", totals_json(totals)),
        ScanStatus::Failed(failure) => scan_failed(failure),
        ScanStatus::Cancelled => update(Action::Cancel {
            message: "The scan was stopped".to_owned(),
        }),
    }
}

fn scan_failed(failure: &ScanFailure) -> ProgressUpdate {
    if *failure == ScanFailure::Cancelled {
        return scan(&ScanStatus::Cancelled);
    }
    let message = failure.to_string();
    ProgressUpdate::new(LIBRARY_SCAN, Action::Fail { message })
        .with(keys::ERROR_CODE, failure::scan_code(failure))
}

fn scan_message(phase: ScanPhase, done: u64, files: u64) -> String {
    match phase {
        ScanPhase::Sources => format!("Asking the sources, {done} done"),
        ScanPhase::Walking => format!("{files} episodes in {done} folders"),
        ScanPhase::Comparing => format!("Comparing {files} episodes with the sources"),
    }
}

fn totals_json(totals: &ScanTotals) -> serde_json::Value {
    json!({
        "series": totals.series,
        "episodes": totals.episodes,
        "missing": totals.missing,
        "files": totals.files,
        "dirs": totals.dirs,
        "failed_sources": totals.failed_sources,
    })
}

fn state(status: ProgressStatus) -> Action {
    Action::State {
        status,
        message: None,
    }
}

fn phase_name(phase: DownloadPhase) -> &'static str {
    match phase {
        DownloadPhase::Downloading => keys::PHASE_DOWNLOADING,
        DownloadPhase::Verifying => "verifying",
        DownloadPhase::Processing => "processing",
        DownloadPhase::Moving => "moving",
    }
}

fn limit_name(limit: Limit) -> &'static str {
    match limit {
        Limit::Server => keys::LIMITED_BY_SERVER,
        Limit::Disk => keys::LIMITED_BY_DISK,
        Limit::SpeedLimit => keys::LIMITED_BY_SPEED_LIMIT,
    }
}

fn scan_phase_name(phase: ScanPhase) -> &'static str {
    match phase {
        ScanPhase::Sources => keys::PHASE_SOURCES,
        ScanPhase::Walking => "walking",
        ScanPhase::Comparing => "comparing",
    }
}

fn reason_name(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::Retry => "retry",
        WaitReason::ServerBusy => "server_busy",
    }
}

#[cfg(test)]
mod tests;
