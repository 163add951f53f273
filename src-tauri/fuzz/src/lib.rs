//! What each fuzz target feeds, and what must hold whatever comes. Knows no fuzzer.

mod streams;

use std::cell::Cell;
use std::io;

use aniworld_transfer::check::{ReadAt, check};
use aniworld_transfer::disposition::file_name;
use aniworld_transfer::fuzzing::{content_range, retry_after};

/// A target: its name, which is that of its corpus, too, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("container", container),
    ("content_disposition", content_disposition),
    ("content_range", content_range),
    ("ebml", ebml),
    ("m3u8", streams::m3u8),
    ("mp4", container),
    ("mpd", streams::mpd),
    ("retry_after", retry_after),
    ("ts", ts),
];

/// A proposed name is one part of a path.
///
/// # Panics
/// Where it is not, which is a finding.
fn content_disposition(bytes: &[u8]) {
    let Ok(header) = str::from_utf8(bytes) else { return };
    let Some(name) = file_name(header) else { return };
    assert!(!name.is_empty() && name.len() <= 255, "{name:?}");
    assert!(
        !name.starts_with('.') && !name.contains(['/', '\\', '\0', ':']),
        "{name:?}"
    );
}

/// Any container, Ogg and AVI among them: the walk ends after a number of reads that the length bounds.
///
/// # Panics
/// Where it does not, which is a finding.
fn container(bytes: &[u8]) {
    let file = Counted {
        bytes,
        reads: Cell::new(0),
    };
    let verdict = check(&file, bytes.len() as u64);
    let most = 64 + bytes.len() as u64 / 128;
    assert!(
        file.reads.get() <= most,
        "{} reads of {} bytes: {verdict:?}",
        file.reads.get(),
        bytes.len()
    );
}

/// Matroska, whose beginning is always the same.
fn ebml(bytes: &[u8]) {
    const HEADER: &[u8] = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska";
    container(&[HEADER, bytes].concat());
    container(bytes);
}

/// A transport stream: the input is taken as packets without their first byte, which is always the same.
fn ts(bytes: &[u8]) {
    let packets: Vec<u8> = bytes
        .chunks(187)
        .flat_map(|rest| {
            let mut packet = [0xff; 188];
            packet[0] = 0x47;
            packet[1..=rest.len()].copy_from_slice(rest);
            packet
        })
        .collect();
    container(&packets);
    container(bytes);
}

/// A file that counts how often it is read.
struct Counted<'bytes> {
    bytes: &'bytes [u8],
    reads: Cell<u64>,
}

impl ReadAt for Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.reads.set(self.reads.get() + 1);
        self.bytes.read_at(buffer, offset)
    }
}
