//! How fast the server sends: slow enough to watch, or as fast as it can.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::MissedTickBehavior;

/// How fast the server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoPace {
    /// Slow enough to be watched: a few seconds for each film.
    Watch,
    /// Without a limit, for tests.
    Fast,
}

/// Portions in a second; many small ones make a smooth bar.
const TICKS_PER_SECOND: u32 = 20;

impl DemoPace {
    /// Bytes per second of each connection; `None` is unlimited.
    pub(super) fn bytes_per_second(self) -> Option<usize> {
        match self {
            Self::Watch => Some(3_600),
            Self::Fast => None,
        }
    }

    /// Sends a body at this pace.
    pub(super) async fn send<W: AsyncWrite + Unpin>(self, to: &mut W, body: &[u8]) -> io::Result<()> {
        let Some(rate) = self.bytes_per_second() else {
            return to.write_all(body).await;
        };
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / TICKS_PER_SECOND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for portion in body.chunks(rate.div_ceil(TICKS_PER_SECOND as usize)) {
            ticks.tick().await;
            to.write_all(portion).await?;
            to.flush().await?;
        }
        Ok(())
    }
}
