//! The connections of a store: one writer behind a mutex, and a few readers that are reused.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{Store, StoreFailure, open};

/// Readers kept for the next question. More may be open at once; they are closed after use.
const KEPT_READERS: usize = 4;

/// What a commit must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The death of the process. After a loss of power the last commits may be undone, in order and
    /// without damage; what they said is found again on the disk or at the source.
    Process,
    /// A loss of power too: one more flush of the disk. For what only the user could say again.
    Power,
}

/// An opened database.
#[derive(Debug)]
pub(super) struct Connections {
    path: PathBuf,
    /// `None`: opened for reading.
    writer: Option<Mutex<Connection>>,
    readers: Mutex<Vec<Connection>>,
}

impl Connections {
    pub(super) fn writing((path, connection): (PathBuf, Connection)) -> Self {
        Self {
            path,
            writer: Some(Mutex::new(connection)),
            readers: Mutex::default(),
        }
    }

    pub(super) fn reading((path, connection): (PathBuf, Connection)) -> Self {
        Self {
            path,
            writer: None,
            readers: Mutex::new(vec![connection]),
        }
    }

    /// A panic inside a transaction rolls it back on unwinding, so a poisoned mutex guards sound data.
    fn kept(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Asks or changes something without blocking the runtime.
    pub(crate) async fn on_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Result<T, StoreFailure> {
        let store = self.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(outcome) => outcome,
            Err(error) => Err(StoreFailure(format!("the question broke off: {error}"))),
        }
    }

    /// Asks something, in one consistent view of the data.
    pub(super) fn read<T>(
        &self,
        ask: impl FnOnce(&Transaction<'_>) -> Result<T, StoreFailure>,
    ) -> Result<T, StoreFailure> {
        let kept = self.connections.kept().pop();
        let mut reader = match kept {
            Some(reader) => reader,
            None => open::reader(&self.connections.path)?,
        };
        let transaction = reader.transaction()?;
        let answer = ask(&transaction);
        drop(transaction);
        let mut kept = self.connections.kept();
        if kept.len() < KEPT_READERS {
            kept.push(reader);
        }
        drop(kept);
        answer
    }

    /// Changes something in one transaction: all of it or nothing.
    pub(super) fn write<T>(
        &self,
        durability: Durability,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreFailure>,
    ) -> Result<T, StoreFailure> {
        let writer = self.connections.writer.as_ref().ok_or_else(|| {
            StoreFailure("it was opened for reading, because another program may be writing".to_owned())
        })?;
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        let synchronous = match durability {
            Durability::Process => "NORMAL",
            Durability::Power => "FULL",
        };
        writer.pragma_update(None, "synchronous", synchronous)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = change(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }
}
