//! Opening the database: is it ours, is it not newer than this program, and the numbered migrations.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// `AniW` in the header of the file: a database of somebody else is never touched.
pub(super) const APPLICATION_ID: u32 = 0x416e_6957;

/// Every version of the schema, oldest first. Forward only: a released entry is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_init.sql"),
    include_str!("migrations/0002_history.sql"),
    include_str!("migrations/0003_journal.sql"),
];

/// How long a statement waits for another process, such as a reader that checkpoints.
const BUSY: Duration = Duration::from_secs(10);

/// SQL statements that a connection keeps prepared.
const STATEMENTS: usize = 64;

/// Why the store could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreOpenError {
    /// Written by a newer program. Left untouched.
    #[error("the database {path} has version {found}, this program knows up to {known}")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// Not a database, or damaged. Left untouched.
    #[error("the database {path} cannot be read: {detail}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The file system refused.
    #[error("the database {path} cannot be opened: {detail}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// The newest version of the schema that this program knows.
pub(super) fn known_version() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The writer's connection, with the schema up to date.
pub(super) fn for_writing(path: &Path) -> Result<(PathBuf, Connection), StoreOpenError> {
    let fresh = inspect(path)?.is_none();
    let failed = |error: rusqlite::Error| refused(path, &error);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    // asked again through SQL, because the newest header may still be in the write-ahead log
    check_version(path, &connection)?;
    if fresh {
        connection
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(failed)?;
    }
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(failed)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    migrate(&mut connection).map_err(failed)?;
    Ok((path.to_owned(), connection))
}

/// A first reader of an existing database that is up to date.
pub(super) fn for_reading(path: &Path) -> Result<(PathBuf, Connection), StoreOpenError> {
    let io = |detail: &str| StoreOpenError::Io {
        path: path.to_owned(),
        detail: detail.to_owned(),
    };
    if inspect(path)?.is_none() {
        return Err(io("there is none yet; choose a library folder first"));
    }
    let connection = reader(path).map_err(|error| refused(path, &error))?;
    if check_version(path, &connection)? < known_version() {
        return Err(io(
            "an older program wrote it; open it for writing once to bring it up to date",
        ));
    }
    Ok((path.to_owned(), connection))
}

/// One more reader.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Reads the header by hand, because even a reading SQLite may leave files beside the database.
/// `None`: there is no database yet.
fn inspect(path: &Path) -> Result<Option<u32>, StoreOpenError> {
    let io = |error: std::io::Error| StoreOpenError::Io {
        path: path.to_owned(),
        detail: error.to_string(),
    };
    let mut header = Vec::with_capacity(100);
    match File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header).map_err(io)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(error)),
    };
    if header.is_empty() {
        return Ok(None);
    }
    let broken = |detail: &str| StoreOpenError::Broken {
        path: path.to_owned(),
        detail: detail.to_owned(),
    };
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(broken("it is no SQLite database"));
    }
    let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if word(68) != APPLICATION_ID {
        return Err(broken("another program wrote it"));
    }
    not_newer(path, word(60)).map(Some)
}

fn check_version(path: &Path, connection: &Connection) -> Result<u32, StoreOpenError> {
    let found = connection
        .query_row(
            "SELECT user_version FROM pragma_user_version, (SELECT count(*) FROM sqlite_schema)",
            [],
            |row| row.get::<_, u32>(0),
        )
        .map_err(|error| refused(path, &error))?;
    not_newer(path, found)
}

fn not_newer(path: &Path, found: u32) -> Result<u32, StoreOpenError> {
    let known = known_version();
    if found > known {
        return Err(StoreOpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

/// Each version in a transaction of its own, which also writes the number.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let missing = MIGRATIONS.iter().zip(1_u32..).skip(found as usize);
    let mut changed = false;
    for (sql, version) in missing {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
        changed = true;
    }
    if changed {
        // the header of the file itself must tell the version to an older program
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}

fn refused(path: &Path, error: &rusqlite::Error) -> StoreOpenError {
    let path = path.to_owned();
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked,
        ) => StoreOpenError::Io { path, detail },
        _ => StoreOpenError::Broken { path, detail },
    }
}
