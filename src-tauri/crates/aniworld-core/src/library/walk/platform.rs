//! What file systems can do only on some systems.

#[cfg(unix)]
mod unix;
