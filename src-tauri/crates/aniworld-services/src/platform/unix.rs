//! Linux, macOS and other Unixes. On macOS never compiled here.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Makes a folder and those above it, open to the user alone. What is there already stays as it is.
pub(crate) fn create_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Bytes that an ordinary user may still write below this path.
pub(crate) fn free_bytes(path: &Path) -> Option<u64> {
    let figures = rustix::fs::statvfs(path).ok()?;
    Some(figures.f_bavail.saturating_mul(figures.f_frsize))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_private_folder_lets_nobody_else_in() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        create_private(&folder).unwrap();
        create_private(&folder).unwrap();
        assert_eq!(folder.metadata().unwrap().mode().trailing_zeros(), 6);
    }

    #[test]
    fn a_folder_has_a_figure_and_nothing_has_none() {
        assert!(free_bytes(&std::env::temp_dir()).is_some());
        assert_eq!(free_bytes(Path::new("/no/such/folder")), None);
    }
}
