//! How much of a track is held in memory: pieces on their way, and pieces that wait for earlier ones.
//!
//! The piece that is written next may always go on, so that a bound never stops everything. Knows no bytes.

use tokio::sync::watch;

/// The bound, and what counts against it.
#[derive(Debug)]
pub(super) struct Window {
    state: watch::Sender<State>,
    most: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// The piece that is written next.
    next: usize,
    used: u64,
}

/// What one piece holds. Gives it back when it is dropped.
#[derive(Debug)]
pub(super) struct Charge<'a> {
    window: &'a Window,
    piece: usize,
    bytes: u64,
}

impl Window {
    pub(super) fn new(most: u64) -> Self {
        Self {
            state: watch::Sender::new(State::default()),
            most,
        }
    }

    /// The piece that is written next.
    pub(super) fn advance(&self, next: usize) {
        self.state.send_modify(|state| state.next = next);
    }

    /// Begins a piece, which holds nothing yet.
    pub(super) fn charge(&self, piece: usize) -> Charge<'_> {
        Charge {
            window: self,
            piece,
            bytes: 0,
        }
    }
}

impl Charge<'_> {
    /// Waits until this piece may hold so many bytes; says whether it had to. Cancel-safe.
    pub(super) async fn grow_to(&mut self, bytes: u64) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return false;
        }
        let mut waited = false;
        let mut changes = self.window.state.subscribe();
        loop {
            // before looking: what changes from here on wakes
            changes.mark_unchanged();
            let fits = self.window.state.send_if_modified(|state| {
                let fits = state.next == self.piece || state.used + more <= self.window.most;
                state.used += if fits { more } else { 0 };
                fits
            });
            if fits {
                self.bytes = bytes;
                return waited;
            }
            waited = true;
            // the sender lives in the window
            let _ = changes.changed().await;
        }
    }

    /// It holds nothing any more.
    pub(super) fn empty(&mut self) {
        let held = std::mem::take(&mut self.bytes);
        self.window.state.send_modify(|state| state.used -= held);
    }
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        self.empty();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[tokio::test]
    async fn later_pieces_wait_for_room_and_the_next_one_never_does() {
        let window = Window::new(100);
        let (mut first, mut second, mut third) = (window.charge(0), window.charge(1), window.charge(2));
        second.grow_to(60).await;
        second.grow_to(50).await;
        first.grow_to(1_000).await;
        let mut context = Context::from_waker(Waker::noop());
        let mut waits = pin!(third.grow_to(10));
        assert!(waits.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(
            waits.as_mut().poll(&mut context).is_ready(),
            "60 and 10 fit into 100"
        );
        let mut fourth = window.charge(3);
        let mut waits = pin!(fourth.grow_to(31));
        assert!(waits.as_mut().poll(&mut context).is_pending());
        window.advance(3);
        assert!(waits.as_mut().poll(&mut context).is_ready());
    }
}
