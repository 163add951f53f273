//! Sources against real web servers, and against one that answers whatever a test wants.
//! Needs the Debian packages `nginx`, `caddy` and `apache2-bin`.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

mod canned;
mod refusals;
mod servers;
mod transport;
mod walks;

use aniworld_core::source::{Candidate, Listing, Net, SourceConfig, SourceError, SourceId, open, probe};

/// Adds what is found at an address, as a user would, and reads it.
async fn read(net: &Net, address: &str) -> Result<(Candidate, Listing), SourceError> {
    let candidate = probe(net, address).await?.remove(0);
    let config = SourceConfig {
        id: SourceId(1),
        kind: candidate.kind,
        name: candidate.name.clone(),
        url: candidate.url.clone(),
    };
    let listing = open(&config).list(net).await?;
    Ok((candidate, listing))
}

/// The keys of all episodes, in order.
fn keys(listing: &Listing) -> Vec<&str> {
    let mut keys: Vec<_> = listing
        .series
        .iter()
        .flat_map(|series| &series.episodes)
        .map(|episode| episode.key.as_str())
        .collect();
    keys.sort_unstable();
    keys
}
