//! The queue with its store.
