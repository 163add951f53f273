//! `AnimeService`: subscribes to `SeriesApp`, translates its events into progress, and offers its work to the layers above.

/// `AnimeService`.
#[derive(Debug, Clone)]
pub struct AnimeService {}
