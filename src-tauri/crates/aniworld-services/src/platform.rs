//! What differs between operating systems.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use other::{create_private, free_bytes};
#[cfg(unix)]
pub(crate) use unix::{create_private, free_bytes};
