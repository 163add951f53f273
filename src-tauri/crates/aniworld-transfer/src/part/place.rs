//! Where the bytes of a target are kept until it is whole: names only. Must not open what it names.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The longest name that is taken over whole: the usual file systems allow 255 bytes, and the
/// manifest's temporary name is the longest of ours.
const MAX_NAME_BYTES: usize = 255 - "..blocks.json~".len();
/// A dash and 16 hexadecimal digits, put behind a name that was changed.
const MARK_BYTES: usize = 17;

/// The files of one transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The final file.
    pub(crate) target: PathBuf,
    /// The bytes so far.
    pub(crate) part: PathBuf,
    /// What a resume needs to know about them.
    pub(crate) journal: PathBuf,
    /// The hashes of the finished file's blocks.
    pub(crate) manifest: PathBuf,
}

impl Place {
    pub(crate) fn of(target: &Path) -> Self {
        let stem = stem(target);
        Self {
            target: target.to_path_buf(),
            part: target.with_file_name(format!(".{stem}.part")),
            journal: target.with_file_name(format!(".{stem}.part.json")),
            manifest: target.with_file_name(format!(".{stem}.blocks.json")),
        }
    }

    /// The name of a journal that is being written, see [`crate::disk::Disk::replace`].
    pub(crate) fn fresh_journal(&self) -> PathBuf {
        fresh(&self.journal)
    }

    /// What nobody needs once the target is there and the part is gone.
    pub(crate) fn litter(&self) -> [PathBuf; 3] {
        [self.journal.clone(), self.fresh_journal(), fresh(&self.manifest)]
    }

    /// The folder that holds all of them.
    pub(crate) fn folder(&self) -> &Path {
        match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }
}

/// The name under which a text is written before it replaces `path`.
fn fresh(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("~");
    name.into()
}

/// Where the bytes of `target` are kept until it is whole: `.<name>.part` beside it.
///
/// A name that would be longer than file systems allow is shortened, and one that is no UTF-8 is
/// spelled out lossily; both get a piece of their SHA-256, so that two names never share a part file.
pub fn part_path(target: &Path) -> PathBuf {
    Place::of(target).part
}

/// Where the hashes of a finished file's blocks are kept: `.<name>.blocks.json` beside it.
pub fn manifest_path(target: &Path) -> PathBuf {
    Place::of(target).manifest
}

fn stem(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    let text = name.to_string_lossy();
    if text.len() <= MAX_NAME_BYTES && name.to_str().is_some() {
        return text.into_owned();
    }
    let digest = Sha256::digest(name.as_encoded_bytes());
    let mark = format!("{digest:x}");
    let end = text.floor_char_boundary(MAX_NAME_BYTES - MARK_BYTES);
    format!("{}-{}", &text[..end], &mark[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_file_stands_beside_the_target() {
        let place = Place::of(Path::new("/library/Show/a b.mkv"));
        assert_eq!(place.part, Path::new("/library/Show/.a b.mkv.part"));
        assert_eq!(place.journal, Path::new("/library/Show/.a b.mkv.part.json"));
        assert_eq!(place.folder(), Path::new("/library/Show"));
        assert_eq!(Place::of(Path::new("a.mkv")).folder(), Path::new("."));
    }

    #[test]
    fn long_names_fit_and_stay_apart() {
        for letter in ["a", "ä", "漢"] {
            let long = letter.repeat(255 / letter.len() - 1);
            let one = Place::of(Path::new(&format!("/x/{long}1")));
            let two = Place::of(Path::new(&format!("/x/{long}2")));
            assert_ne!(one.part, two.part);
            let name = one.manifest.file_name().unwrap();
            assert!(name.len() < 255, "{} with its `~` would be too long", name.len());
        }
        let just_fits = "a".repeat(MAX_NAME_BYTES);
        assert_eq!(
            part_path(Path::new(&just_fits)),
            Path::new(&format!(".{just_fits}.part"))
        );
    }
}
