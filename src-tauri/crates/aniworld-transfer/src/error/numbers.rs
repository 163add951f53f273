//! The stable number and name of every error. A number that was given once is never given again, since
//! journals, logs and scripts keep it: an error that goes leaves a hole.
//!
//! 1-19 the file and its disk, 20-29 the network, 30-39 the server, 40-49 what a person wanted, 50-59
//! this program, 60-79 streams.

use crate::TransferError;
use crate::stream::StreamRefusal;

/// The fixed number and name of one kind of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// The number, see [`TABLE`] for its groups.
    pub code: u16,
    /// The name, in `snake_case`.
    pub name: &'static str,
}

/// Makes the table and the match from one list, so that neither can miss a kind.
macro_rules! numbers {
    ($($pattern:pat => $code:literal $name:literal,)*) => {
        /// Every kind of error: files and disks from 1, the network from 20, the server from 30, what a
        /// person wanted from 40, this program from 50, streams from 60.
        pub const TABLE: &[Numbered] = &[$(Numbered { code: $code, name: $name },)*];

        impl TransferError {
            fn numbered(&self) -> Numbered {
                match self {
                    $($pattern => Numbered { code: $code, name: $name },)*
                }
            }
        }
    };
}

numbers! {
    Self::DiskFull { .. } => 1 "disk_full",
    Self::NotEnoughSpace { .. } => 2 "not_enough_space",
    Self::ReadOnly { .. } => 3 "read_only",
    Self::FolderMissing { .. } => 4 "folder_missing",
    Self::Exists { .. } => 5 "file_exists",
    Self::Busy { .. } => 6 "busy",
    Self::Disk { .. } => 7 "disk",
    Self::Mismatch { .. } => 8 "mismatch",
    Self::BrokenMedia { .. } => 9 "broken_media",

    Self::HostUnknown { .. } => 20 "host_unknown",
    Self::Connect { .. } => 21 "connect",
    Self::Stalled { .. } => 22 "timeout",
    Self::TooSlow { .. } => 23 "too_slow",
    Self::Tls { .. } => 24 "tls",
    Self::Proxy { .. } => 25 "proxy",
    Self::ProxyLogin { .. } => 26 "proxy_login",

    Self::HttpStatus { .. } => 30 "http_status",
    Self::Short { .. } => 31 "short_body",
    Self::BadAnswer { .. } => 32 "bad_answer",
    Self::WebPage => 33 "web_page",
    Self::Redirects => 34 "redirects",
    Self::RangeRefused => 35 "range_refused",
    Self::FileChanged => 36 "file_changed",

    Self::Paused => 40 "paused",
    Self::Cancelled => 41 "cancelled",
    Self::InvalidUrl { .. } => 42 "invalid_url",

    Self::Interrupted => 50 "interrupted",
    Self::Internal { .. } => 51 "internal",

    Self::Stream(StreamRefusal::Live) => 60 "stream_live",
    Self::Stream(StreamRefusal::Drm { .. }) => 61 "stream_drm",
    Self::Stream(StreamRefusal::SampleAes) => 62 "stream_sample_aes",
    Self::Stream(StreamRefusal::InitChanges { .. }) => 63 "stream_init_changes",
    Self::Stream(StreamRefusal::Gap { .. }) => 64 "stream_gap",
    Self::Stream(StreamRefusal::Unsupported { .. }) => 65 "stream_unsupported",
    Self::Stream(StreamRefusal::TooLarge { .. }) => 66 "stream_too_large",
    Self::Stream(StreamRefusal::Empty { .. }) => 67 "stream_empty",
    Self::Stream(StreamRefusal::Malformed { .. }) => 68 "stream_malformed",
    Self::FfmpegMissing { .. } => 70 "ffmpeg_missing",
    Self::Remux { .. } => 71 "remux",
}

impl TransferError {
    /// Its stable number, see [`TABLE`].
    pub fn code(&self) -> u16 {
        self.numbered().code
    }

    /// Its stable name, see [`TABLE`].
    pub fn name(&self) -> &'static str {
        self.numbered().name
    }
}
