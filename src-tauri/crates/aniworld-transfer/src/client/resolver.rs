//! Asks the system for the addresses of a name, and fails with a type of its own, so that a name that
//! is not known can be told from a host that does not answer without reading words.

use std::io;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The name of a host has no address. Redirects may have led there, so it says which.
#[derive(Debug, thiserror::Error)]
#[error("{host}: {source}")]
pub(crate) struct UnknownHost {
    pub(crate) host: String,
    source: io::Error,
}

/// The resolver of the operating system.
#[derive(Debug)]
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // port 0: the client puts the port of the URL in its place
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|source| UnknownHost {
                    host: name.as_str().to_owned(),
                    source,
                })?;
            let addresses: Addrs = Box::new(found.collect::<Vec<_>>().into_iter());
            Ok(addresses)
        })
    }
}
