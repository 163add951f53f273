//! The boxes of a file or of another box (ISO/IEC 14496-12, 4.2).

use super::super::reader::{Reader, Stop, broken};

/// Where a box is.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxAt {
    pub(super) kind: [u8; 4],
    /// Its first byte.
    pub(super) start: u64,
    /// The first byte of what it holds.
    pub(super) content: u64,
    /// The first byte behind it.
    pub(super) end: u64,
}

impl BoxAt {
    /// Its name for a sentence.
    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(&self.kind).into_owned()
    }

    /// Where a field of so many bytes is, if the box is that long.
    pub(super) fn field(&self, offset: u64, bytes: u64) -> Option<u64> {
        let start = self.content.checked_add(offset)?;
        (start.checked_add(bytes)? <= self.end).then_some(start)
    }
}

/// Goes from box to box.
#[derive(Debug)]
pub(super) struct Boxes {
    next: u64,
    end: u64,
    /// Top level: every byte of the file belongs to a box.
    exact: bool,
}

impl Boxes {
    /// The boxes of the file itself.
    pub(super) fn of_file(len: u64) -> Self {
        Self {
            next: 0,
            end: len,
            exact: true,
        }
    }

    /// The boxes inside of a box, `skip` bytes after its header. A few bytes behind the last one are
    /// tolerated, as `QuickTime` writes them.
    pub(super) fn inside(parent: &BoxAt, skip: u64) -> Self {
        Self {
            next: parent.content.saturating_add(skip),
            end: parent.end,
            exact: false,
        }
    }

    /// The next box. Each is at least eight bytes long, so there is an end.
    pub(super) fn next(&mut self, reader: &mut Reader) -> Result<Option<BoxAt>, Stop> {
        let start = self.next;
        let rest = self.end.saturating_sub(start);
        if rest == 0 || (rest < 8 && !self.exact) {
            return Ok(None);
        }
        let (Some(size), Some(kind)) = (reader.u32(start)?, reader.array(start + 4)?) else {
            return broken(format!("it ends in the middle of a box header, at byte {start}"));
        };
        let (header, size) = match size {
            0 if self.exact => (8, rest),
            // inside of another box nothing goes on to the end of the file
            0 => return Ok(None),
            1 => match reader.u64(start + 8)? {
                Some(size) => (16, size),
                None => return broken(format!("it ends in the middle of a box header, at byte {start}")),
            },
            size => (8, u64::from(size)),
        };
        if size < header || !is_name(kind) {
            return broken(format!("there is no box where one should begin, at byte {start}"));
        }
        let found = BoxAt {
            kind,
            start,
            content: start + header,
            end: start.saturating_add(size),
        };
        if size > rest {
            return broken(if self.exact {
                format!(
                    "it ends in the middle of a box ({}), {} bytes early",
                    found.name(),
                    size - rest
                )
            } else {
                format!(
                    "the box {} at byte {start} is longer than the one around it",
                    found.name()
                )
            });
        }
        self.next = found.end;
        Ok(Some(found))
    }
}

/// Box types are four characters to read; `QuickTime` has some with a copyright sign.
fn is_name(kind: [u8; 4]) -> bool {
    kind.iter().all(|letter| matches!(letter, b' '..=b'~' | 0xa9))
}
