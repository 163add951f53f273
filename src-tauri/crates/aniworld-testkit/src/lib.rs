//! Servers, clocks, media files and file trees for tests.

pub mod fault;
pub mod media;
pub mod proxy;
pub mod servers;
pub mod tls;
