//! What ffmpeg's last words mean. Pure.
//!
//! Its exit status is not enough: it ends with 0 after a file that broke off and after a disk that was full
//! when it wrote the index (seen with 5.1).

use std::io;
use std::path::Path;
use std::process::ExitStatus;

use crate::TransferError;
use crate::part::disk_error;
use crate::redact::without_secrets;

/// Words that mean that something is missing in the result, whatever the exit status.
const LOSSES: [&str; 9] = [
    "partial file",
    "truncat",
    "Error writing",
    "Error closing",
    "Error muxing",
    "Error submitting",
    "av_interleaved_write_frame",
    "Error during demuxing",
    "Invalid data found when processing input",
];
/// The longest sentence that is shown, in characters.
const MAX_SENTENCE: usize = 200;

/// Whether they say that bytes were lost on the way.
pub(super) fn tell_of_loss(words: &str) -> bool {
    LOSSES.iter().any(|loss| words.contains(loss))
}

/// The error they stand for. `target` is the final file.
pub(super) fn error(words: &str, status: ExitStatus, target: &Path) -> TransferError {
    for (sign, kind) in [
        ("No space left on device", io::ErrorKind::StorageFull),
        ("Disk quota exceeded", io::ErrorKind::QuotaExceeded),
        ("Read-only file system", io::ErrorKind::ReadOnlyFilesystem),
        ("Permission denied", io::ErrorKind::PermissionDenied),
        ("File too large", io::ErrorKind::FileTooLarge),
        ("Input/output error", io::ErrorKind::Other),
    ] {
        if words.contains(sign) {
            return disk_error(target, &kind.into());
        }
    }
    let detail = match sentence(words) {
        Some(sentence) => format!("ffmpeg says: {sentence}"),
        None => format!("ffmpeg ended with {status}"),
    };
    TransferError::Remux { detail }
}

/// The last line that says something, without paths and who said it.
fn sentence(words: &str) -> Option<String> {
    let line = words.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    // `[mp4 @ 0x55c7] [error] file:/a/b: what it is about`
    let mut rest = line;
    while let Some(behind) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        rest = behind.1.trim_start();
    }
    if let Some(path) = rest.strip_prefix("file:") {
        rest = path.rsplit_once(": ").map_or(path, |(_, behind)| behind);
    }
    let plain: String = without_secrets(rest)
        .chars()
        .filter(|letter| !letter.is_control())
        .take(MAX_SENTENCE)
        .collect();
    Some(plain).filter(|plain| !plain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_becomes_a_sentence() {
        for (words, wanted) in [
            (
                "[mov,mp4 @ 0x5] [error] moov atom not found\n[error] file:/a: b/c.mp4: Invalid data found\n",
                Some("Invalid data found"),
            ),
            (
                "[hls @ 0x5] [error] Format not on whitelist 'mov'",
                Some("Format not on whitelist 'mov'"),
            ),
            (
                "[fatal] at https://a:b@host/x?token=1 now",
                Some("at https://host/x now"),
            ),
            ("\n \n", None),
            ("[error]", None),
        ] {
            assert_eq!(sentence(words).as_deref(), wanted, "{words}");
        }
        assert_eq!(sentence(&"ä".repeat(999)).unwrap().chars().count(), MAX_SENTENCE);
    }

    #[test]
    fn losses_are_seen_whatever_the_status() {
        assert!(tell_of_loss(
            "[mov @ 0x5] [error] stream 0, offset 0xa0ac: partial file\n"
        ));
        assert!(tell_of_loss(
            "[error] Error writing trailer of file:o: File too large"
        ));
        assert!(!tell_of_loss(
            "[h264 @ 0x5] [error] non-existing PPS 0 referenced"
        ));
    }
}
