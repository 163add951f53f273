//! Where the active operations are kept: each in a place of its own, found by its id or by its key.
//!
//! A key is two numbers. Mailboxes note keys instead of ids, so that a sample costs them neither a hash
//! nor a copy of a text.

use std::collections::HashMap;

use super::operation::Operation;

/// Names one attempt of an operation as long as it is active, and nothing else afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::progress) struct Key {
    /// Its place; taken again by another operation after its end.
    pub(in crate::progress) place: usize,
    /// The seq of its start, which no other attempt has.
    pub(in crate::progress) attempt: u64,
}

#[derive(Debug, Default)]
pub(super) struct Slots {
    by_id: HashMap<String, usize>,
    places: Vec<Option<Operation>>,
    free: Vec<usize>,
}

impl Slots {
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Operation> {
        self.places.get(*self.by_id.get(id)?)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Operation> {
        self.places.get_mut(*self.by_id.get(id)?)?.as_mut()
    }

    /// The attempt that a key names, if it is active.
    pub(super) fn by_key(&self, key: Key) -> Option<&Operation> {
        let operation = self.places.get(key.place)?.as_ref();
        operation.filter(|operation| operation.key == key)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Operation> {
        self.places.iter().flatten()
    }

    /// The key of the next operation that is inserted.
    pub(super) fn next_key(&self, attempt: u64) -> Key {
        let place = self.free.last().copied().unwrap_or(self.places.len());
        Key { place, attempt }
    }

    /// Takes an operation that has the next key.
    pub(super) fn insert(&mut self, id: String, operation: Operation) {
        let place = operation.key.place;
        self.by_id.insert(id, place);
        if self.free.pop().is_some() {
            self.places[place] = Some(operation);
        } else {
            self.places.push(Some(operation));
        }
    }

    /// Keeps a place free of operations, for something else that mailboxes note by key.
    pub(super) fn reserve(&mut self, attempt: u64) -> Key {
        let key = self.next_key(attempt);
        if self.free.pop().is_none() {
            self.places.push(None);
        }
        key
    }

    /// Gives a reserved place back.
    pub(super) fn release(&mut self, key: Key) {
        self.free.push(key.place);
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<(String, Operation)> {
        let (id, place) = self.by_id.remove_entry(id)?;
        let operation = self.places.get_mut(place)?.take()?;
        self.free.push(place);
        Some((id, operation))
    }
}
