//! The database of the app, read from outside while it runs.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::Outcome;

/// Reads one text per row.
pub fn texts(data_dir: &Path, question: &str) -> Outcome<Vec<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(data_dir.join("aniworld.db"), flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    let mut statement = connection.prepare(question)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The states of all jobs, oldest first.
pub fn job_states(data_dir: &Path) -> Outcome<Vec<String>> {
    texts(data_dir, "SELECT state FROM job ORDER BY id")
}

/// The addresses of all sources.
pub fn sources(data_dir: &Path) -> Outcome<Vec<String>> {
    texts(data_dir, "SELECT url FROM source ORDER BY id")
}
