//! The one HTTP client that sources use, with the bounds of every document.

/// Fetches documents for sources: bounded, redirect-checked, with credentials bound to their origin.
#[derive(Debug, Clone)]
pub struct Net {}
