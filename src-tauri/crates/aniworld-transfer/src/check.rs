//! Whether a media file is whole, as far as its own structure shows it. Nothing is decoded, and nothing
//! is known about where the file came from.
//!
//! A server can cut a file, lie about its length or send the second half of another one; the sizes and
//! counters inside the file do not lie with it. Time is bounded by the length of the file: headers are
//! walked, and only a transport stream, which has nothing else, is read in full. Memory does not depend
//! on the file.

mod avi;
mod ebml;
mod mp4;
mod ogg;
mod reader;
mod text;
mod ts;

use std::fmt;
use std::io;

use self::reader::{Reader, Stop};
use crate::disk::DiskFile;

/// A file that can be read anywhere.
pub trait ReadAt {
    /// Reads at an offset, at most as much as the buffer holds; 0 at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl<F: DiskFile + ?Sized> ReadAt for F {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        DiskFile::read_at(self, buffer, offset)
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

/// The containers that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// MP4 and `QuickTime`, in one piece or in fragments (ISO/IEC 14496-12).
    Mp4,
    /// Matroska and `WebM` (RFC 9559).
    Matroska,
    /// MPEG transport stream (ISO/IEC 13818-1), also with the time stamps of M2TS.
    MpegTs,
    /// Ogg (RFC 3533).
    Ogg,
    /// AVI (RIFF).
    Avi,
}

/// Its name, as people write it.
impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mp4 => "MP4",
            Self::Matroska => "Matroska",
            Self::MpegTs => "MPEG-TS",
            Self::Ogg => "Ogg",
            Self::Avi => "AVI",
        })
    }
}

/// What the structure of a file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its parts are complete and end where the file ends.
    Whole {
        /// Its container.
        container: Container,
    },
    /// It ends well, but not all of it fits together: a bad recording looks like this, and so does a file
    /// of two halves that do not belong together. Only who knows how the bytes came can tell.
    Doubtful {
        /// Its container.
        container: Container,
        /// What is odd, as a part of a sentence.
        what: String,
    },
    /// No container that is known here: nothing is proven.
    Unknown,
}

/// Why a file is not what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A part is missing or wrong.
    #[error("the {container} file is broken: {what}")]
    Broken {
        /// Its container.
        container: Container,
        /// What is wrong, as a part of a sentence.
        what: String,
    },
    /// No media at all.
    #[error("this is {what}, not a media file")]
    NotMedia {
        /// What it is instead: `a web page`, `text`, `a few bytes` or `an empty file`.
        what: &'static str,
    },
    /// The file could not be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Checks a file of `len` bytes.
///
/// A few reads per part of the container, so milliseconds for most files; a transport stream is read
/// once from its first byte to its last.
///
/// No structure shows everything. These are whole for it:
/// - an MP4 file, a Matroska file of known length or an AVI file in which bytes of the same number are
///   wrong; in H.264 and H.265 in MP4 it is seen where they hit the start of a picture;
/// - a fragmented MP4 file cut between two fragments, unless a segment index names more (then doubtful);
/// - a Matroska stream of unknown length cut between two clusters or blocks;
/// - a transport stream cut between two packets, unless a sound is open there (then doubtful);
/// - a transport stream that goes on with another one whose counters happen to fit, one in sixteen per
///   stream in it.
pub fn check<F: ReadAt + ?Sized>(file: &F, len: u64) -> Result<Verdict, CheckError> {
    let read = |buffer: &mut [u8], offset| file.read_at(buffer, offset);
    let mut reader = Reader::new(&read, len);
    if len == 0 {
        return Err(CheckError::NotMedia {
            what: "an empty file",
        });
    }
    let mut head = [0; HEAD_BYTES];
    let head = reader.start_of_file(&mut head)?;
    if let Some(what) = text::what(head) {
        return Err(CheckError::NotMedia { what });
    }
    let (container, walked) = if mp4::starts(head, len) {
        (Container::Mp4, mp4::walk(&mut reader))
    } else if ebml::starts(head) {
        (Container::Matroska, ebml::walk(&mut reader))
    } else if ogg::starts(head) {
        (Container::Ogg, ogg::walk(&mut reader))
    } else if avi::starts(head) {
        (Container::Avi, avi::walk(&mut reader))
    } else if let Some(grid) = ts::grid(head, len) {
        (Container::MpegTs, ts::walk(&mut reader, grid))
    } else if len < FEW_BYTES {
        return Err(CheckError::NotMedia { what: "a few bytes" });
    } else {
        return Ok(Verdict::Unknown);
    };
    match walked {
        Ok(()) => Ok(Verdict::Whole { container }),
        Err(Stop::Unknown) => Ok(Verdict::Unknown),
        Err(Stop::Doubtful(what)) => Ok(Verdict::Doubtful { container, what }),
        Err(Stop::Broken(what)) => Err(CheckError::Broken { container, what }),
        Err(Stop::Io(error)) => Err(CheckError::Io(error)),
    }
}

/// No film and no sound is shorter.
const FEW_BYTES: u64 = 32;
/// So much of a file is looked at to tell its container.
const HEAD_BYTES: usize = 1024;

#[cfg(test)]
mod tests;
