//! A window on a file: small steps over headers without a read for each of them. Must not know what is
//! walked.

use std::io;

use super::CheckError;

/// So much is read at once: one page, because the next header may be far away.
const WINDOW_BYTES: usize = 4096;

/// Why a walk ended before the end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Some part is missing or wrong; the rest of a sentence.
    Broken(String),
    /// All parts are there, but they do not fit together; the rest of a sentence.
    Doubtful(String),
    /// Not a container that is known after all.
    Unknown,
    /// The file could not be read.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Says that something is broken.
pub(super) fn broken<T>(what: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Broken(what.into()))
}

/// Reads a file wherever it is asked to, a window at a time.
pub(super) struct Reader<'file> {
    read: &'file dyn Fn(&mut [u8], u64) -> io::Result<usize>,
    len: u64,
    window: [u8; WINDOW_BYTES],
    /// Where in the file the window begins, and how much of it is filled.
    start: u64,
    filled: usize,
}

impl<'file> Reader<'file> {
    pub(super) fn new(read: &'file dyn Fn(&mut [u8], u64) -> io::Result<usize>, len: u64) -> Self {
        Self {
            read,
            len,
            window: [0; WINDOW_BYTES],
            start: 0,
            filled: 0,
        }
    }

    /// A second window on the same file, for a table that is read beside another.
    pub(super) fn beside(&self) -> Self {
        Self::new(self.read, self.len)
    }

    /// The length of the file.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The first bytes of the file, as many as there are and fit.
    pub(super) fn start_of_file<'buffer>(
        &mut self,
        buffer: &'buffer mut [u8],
    ) -> Result<&'buffer [u8], CheckError> {
        let wanted = usize::try_from(self.len).map_or(buffer.len(), |len| len.min(buffer.len()));
        let buffer = &mut buffer[..wanted];
        self.fill(buffer, 0)?;
        Ok(buffer)
    }

    /// `N` bytes at an offset; `None` where the file ends before them.
    pub(super) fn array<const N: usize>(&mut self, offset: u64) -> io::Result<Option<[u8; N]>> {
        let Some(bytes) = self.bytes(offset, N)? else {
            return Ok(None);
        };
        Ok(bytes.try_into().ok())
    }

    /// A big-endian number of 32 bits.
    pub(super) fn u32(&mut self, offset: u64) -> io::Result<Option<u32>> {
        Ok(self.array(offset)?.map(u32::from_be_bytes))
    }

    /// A big-endian number of 64 bits.
    pub(super) fn u64(&mut self, offset: u64) -> io::Result<Option<u64>> {
        Ok(self.array(offset)?.map(u64::from_be_bytes))
    }

    /// So many bytes, at most a window; `None` where the file ends before them.
    pub(super) fn bytes(&mut self, offset: u64, count: usize) -> io::Result<Option<&[u8]>> {
        if offset.checked_add(count as u64).is_none_or(|end| end > self.len) || count > WINDOW_BYTES {
            return Ok(None);
        }
        let inside = |reader: &Self| {
            let skipped = usize::try_from(offset.checked_sub(reader.start)?).ok()?;
            (skipped.checked_add(count)? <= reader.filled).then_some(skipped)
        };
        if inside(self).is_none() {
            let wanted =
                usize::try_from(self.len - offset).map_or(WINDOW_BYTES, |rest| rest.min(WINDOW_BYTES));
            self.filled = 0;
            fill(self.read, &mut self.window[..wanted], offset)?;
            (self.start, self.filled) = (offset, wanted);
        }
        Ok(inside(self).map(|skipped| &self.window[skipped..skipped + count]))
    }

    /// Fills the buffer, which lies inside the file.
    pub(super) fn fill(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        fill(self.read, buffer, offset)
    }
}

fn fill(
    read: &dyn Fn(&mut [u8], u64) -> io::Result<usize>,
    mut buffer: &mut [u8],
    mut offset: u64,
) -> io::Result<()> {
    while !buffer.is_empty() {
        let read = match read(buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => read.min(buffer.len()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        buffer = &mut buffer[read..];
        offset += read as u64;
    }
    Ok(())
}
