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
