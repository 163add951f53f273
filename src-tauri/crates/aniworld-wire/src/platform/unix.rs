//! Unix sockets. Linux is tested; on macOS this code was never compiled here.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{GenericFilePath, ListenerOptions};
use interprocess::os::unix::local_socket::ListenerOptionsExt;

/// The socket in the data folder.
const NAME: &str = "aniworld.sock";
/// A socket's path must fit into 104 bytes on macOS and 108 on Linux, with the closing zero.
const LONGEST: usize = 100;
/// Read and write for the user, nothing for others.
const MODE: u32 = 0o600;
/// The bits of a mode that let others in.
const OPEN_TO_OTHERS: u32 = 0o077;

/// Listens for the programs of this user, in place of any socket that a dead process left.
pub(crate) fn listen(data_dir: &Path) -> io::Result<Listener> {
    let path = path(data_dir)?;
    if let Some(folder) = path.parent().filter(|folder| *folder != data_dir) {
        make_private(folder)?;
    }
    let options = || -> io::Result<_> {
        let name = path.as_path().to_fs_name::<GenericFilePath>()?;
        Ok(ListenerOptions::new().name(name).try_overwrite(true))
    };
    match options()?.mode(MODE).create_tokio() {
        // macOS cannot choose the mode before the socket is there
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            let listener = options()?.create_tokio()?;
            fs::set_permissions(&path, Permissions::from_mode(MODE))?;
            Ok(listener)
        }
        outcome => outcome,
    }
}

/// Connects to whoever listens for this data folder.
pub(crate) async fn connect(data_dir: &Path) -> io::Result<Stream> {
    let path = path(data_dir)?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| *folder != data_dir && folder.exists())
    {
        check_private(folder)?;
    }
    Stream::connect(path.as_path().to_fs_name::<GenericFilePath>()?).await
}

/// In the data folder, or in a folder of the user with a short name when that path is too long.
fn path(data_dir: &Path) -> io::Result<PathBuf> {
    let inside = data_dir.join(NAME);
    if inside.as_os_str().len() <= LONGEST {
        return Ok(inside);
    }
    // two spellings of one folder must give one socket
    let digest = super::digest(&fs::canonicalize(data_dir)?);
    let user = rustix::process::getuid().as_raw();
    // not TMPDIR or XDG_RUNTIME_DIR: they may differ between the window and a remote terminal
    Ok(PathBuf::from(format!("/tmp/aniworld-{user}/{digest}.sock")))
}

fn make_private(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => check_private(folder),
    }
}

/// `/tmp` belongs to everybody: a folder that another user put there first is refused.
fn check_private(folder: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(folder)?;
    let ours = found.is_dir()
        && found.uid() == rustix::process::getuid().as_raw()
        && found.mode() & OPEN_TO_OTHERS == 0;
    if ours {
        return Ok(());
    }
    let detail = format!(
        "{} belongs to someone else or is open to others",
        folder.display()
    );
    Err(io::Error::new(io::ErrorKind::PermissionDenied, detail))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{LONGEST, NAME, check_private, listen, path};

    #[test]
    fn a_short_folder_holds_its_socket_itself() -> std::io::Result<()> {
        assert_eq!(path(Path::new("/data"))?, Path::new("/data/aniworld.sock"));
        Ok(())
    }

    #[test]
    fn two_spellings_of_a_long_folder_share_one_short_socket() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let folder = root.path().join("n".repeat(LONGEST));
        fs::create_dir_all(folder.join("x"))?;
        let plain = path(&folder)?;
        assert!(plain.as_os_str().len() <= LONGEST, "{}", plain.display());
        assert_eq!(plain, path(&folder.join("x/.."))?);
        Ok(())
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
        assert!(check_private(folder.path()).is_ok());
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        assert!(check_private(folder.path()).is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_socket_that_a_killed_process_left_is_replaced_and_closed_to_others() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join(NAME);
        drop(std::os::unix::net::UnixListener::bind(&socket)?);
        assert!(socket.exists(), "the dead socket stays behind");

        let _listener = listen(folder.path())?;
        assert_eq!(fs::metadata(&socket)?.permissions().mode() & 0o777, 0o600);
        super::connect(folder.path()).await.map(drop)
    }
}
