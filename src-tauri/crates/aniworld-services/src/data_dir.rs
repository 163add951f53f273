//! The data folder: where it is, and the lock of whoever writes in it. Knows no database.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{OpenError, platform};

/// The file that is locked. It stays when the lock is given up; what counts is the lock, not the file.
pub const LOCK_FILE: &str = "lock";

/// The name of the folders that belong to this program.
const FOLDER: &str = "aniworld";

/// Where the data and the settings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The database, the lock, the socket.
    pub data: PathBuf,
    /// The settings.
    pub config: PathBuf,
}

impl Folders {
    /// One folder for both, as `--data-dir` says.
    pub fn at(folder: &Path) -> Self {
        Self {
            data: folder.to_owned(),
            config: folder.to_owned(),
        }
    }

    /// The user's own folders; `None` where the system names none.
    pub fn of_user() -> Option<Self> {
        Some(Self {
            data: dirs::data_local_dir()?.join(FOLDER),
            config: dirs::config_dir()?.join(FOLDER),
        })
    }
}

/// What the locked file says of its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    holder: String,
    pid: u32,
}

/// The right to write in a data folder. Given up when dropped, and by the system when the process dies.
#[derive(Debug)]
pub struct DataDirLock {
    file: File,
}

impl DataDirLock {
    /// Makes the folder if it is missing and takes its lock.
    pub fn take(data_dir: &Path, holder: &str) -> Result<Self, OpenError> {
        let unusable = |error: std::io::Error| OpenError::Folder {
            data_dir: data_dir.to_owned(),
            detail: error.to_string(),
        };
        // addresses of sources may hold passwords
        platform::create_private(data_dir).map_err(unusable)?;
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(data_dir.join(LOCK_FILE))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(data_dir, &mut file)),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let text = serde_json::to_string(&Holder {
            holder: holder.to_owned(),
            pid: std::process::id(),
        })
        .map_err(|error| unusable(error.into()))?;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(unusable)?;
        Ok(Self { file })
    }
}

impl Drop for DataDirLock {
    fn drop(&mut self) {
        // the name of a holder that is gone would only mislead
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// On Windows a locked file cannot be read by others: then nobody can be named.
fn locked(data_dir: &Path, file: &mut File) -> OpenError {
    let mut text = String::new();
    let read = file.take(4096).read_to_string(&mut text);
    let named = read.ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let Holder { holder, pid } = named.unwrap_or_else(|| Holder {
        holder: "another program".to_owned(),
        pid: 0,
    });
    OpenError::Locked {
        data_dir: data_dir.to_owned(),
        holder,
        pid,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_second_holder_hears_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("new/data");
        let first = DataDirLock::take(&data, "Aniworld").unwrap();
        let refused = DataDirLock::take(&data, "aniworld-cli scan").unwrap_err();
        assert_eq!(
            refused,
            OpenError::Locked {
                data_dir: data.clone(),
                holder: "Aniworld".to_owned(),
                pid: std::process::id(),
            }
        );
        drop(first);
        assert!(DataDirLock::take(&data, "aniworld-cli scan").is_ok());
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        fs::write(&data, "not a folder").unwrap();
        let refused = DataDirLock::take(&data, "Aniworld").unwrap_err();
        assert!(matches!(refused, OpenError::Folder { data_dir, .. } if data_dir == data));
    }

    #[test]
    fn one_folder_serves_as_both() {
        let folders = Folders::at(Path::new("/somewhere"));
        assert_eq!(folders.data, folders.config);
    }
}
