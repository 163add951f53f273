//! Where the main window is: in front, minimised, or closed into the tray. A shell moves it there.
//!
//! Must not know the windows of any system: whoever has one says what happened to it and does what is answered.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::Attention;
use crate::app::TrayState;
use crate::notice::Notice;

/// Where a window can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before all others.
    Front,
    /// Minimised.
    Taskbar,
    /// Out of sight: only the tray brings it back.
    Tray,
}

/// What the main window remembers.
#[derive(Debug)]
pub struct MainWindow {
    state: Mutex<State>,
    attention: watch::Sender<Attention>,
}

#[derive(Debug)]
struct State {
    /// It stays out of sight when its page is ready.
    start_hidden: bool,
    /// It went somewhere since it was made.
    placed: bool,
    /// It was closed into the tray.
    closed: bool,
}

impl MainWindow {
    /// The window of a program that was started out of sight or not.
    pub fn new(start_hidden: bool) -> Self {
        Self {
            state: Mutex::new(State {
                start_hidden,
                placed: false,
                closed: false,
            }),
            // until it is made: it is about to be where the user looks, or is not
            attention: watch::Sender::new(if start_hidden {
                Attention::Hidden
            } else {
                Attention::Focused
            }),
        }
    }

    /// It was made, and waits for its page.
    pub fn made(&self) {
        self.lock().placed = false;
    }

    /// Its page is ready, or lets it wait too long: where it goes. `None` when it went somewhere already.
    pub fn ready(&self, tray: TrayState) -> Option<Place> {
        let mut state = self.lock();
        if std::mem::replace(&mut state.placed, true) {
            return None;
        }
        if !std::mem::take(&mut state.start_hidden) {
            return Some(Place::Front);
        }
        Some(state.leave(tray))
    }

    /// It is brought to the front.
    pub fn brought_up(&self) {
        let mut state = self.lock();
        state.start_hidden = false;
        state.closed = false;
        state.placed = true;
        drop(state);
        self.is_seen(Attention::Focused);
    }

    /// Its close button was pressed: where it goes instead, and what is to be said about it.
    pub fn close(&self, tray: TrayState) -> (Place, Notice) {
        let place = self.lock().leave(tray);
        let notice = match place {
            Place::Tray => Notice::ClosedToTray,
            Place::Taskbar | Place::Front => Notice::NoTrayCloseMinimises,
        };
        (place, notice)
    }

    /// Whether it has to come back from a tray that is in this state now: out of one that is gone, nothing else
    /// would bring it.
    pub fn is_out_of_reach(&self, tray: TrayState) -> bool {
        tray == TrayState::Absent && self.is_closed()
    }

    /// Whether it is closed into the tray.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// How much somebody looks at it.
    pub fn attention(&self, minimised: bool, focused: bool) -> Attention {
        let attention = if self.is_closed() || minimised {
            Attention::Hidden
        } else if focused {
            Attention::Focused
        } else {
            Attention::Visible
        };
        self.is_seen(attention);
        attention
    }

    /// How much somebody looks at it, as last told.
    pub fn watch(&self) -> watch::Receiver<Attention> {
        self.attention.subscribe()
    }

    fn is_seen(&self, attention: Attention) {
        self.attention
            .send_if_modified(|known| std::mem::replace(known, attention) != attention);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Goes out of the way: into the tray, if there is one.
    fn leave(&mut self, tray: TrayState) -> Place {
        self.closed = tray == TrayState::Present;
        if self.closed { Place::Tray } else { Place::Taskbar }
    }
}

#[cfg(test)]
mod tests {
    use super::{MainWindow, Place};
    use crate::Attention;
    use crate::app::TrayState::{Absent, Present};
    use crate::notice::Notice;

    #[test]
    fn it_is_placed_once_each_time_it_is_made() {
        let window = MainWindow::new(false);
        window.made();
        assert_eq!(window.ready(Present), Some(Place::Front));
        assert_eq!(window.ready(Present), None, "the page was only late");
        window.made();
        assert_eq!(window.ready(Absent), Some(Place::Front));
    }

    #[test]
    fn started_out_of_sight_it_is_in_the_tray_or_where_it_can_be_found() {
        for (tray, place) in [(Present, Place::Tray), (Absent, Place::Taskbar)] {
            let window = MainWindow::new(true);
            assert_eq!(window.ready(tray), Some(place));
            assert_eq!(window.is_closed(), tray == Present);
            window.made();
            assert_eq!(window.ready(tray), Some(Place::Front), "only the start is hidden");
        }
    }

    #[test]
    fn asked_for_before_its_page_is_ready_it_is_not_hidden_any_more() {
        let window = MainWindow::new(true);
        window.made();
        window.brought_up();
        assert_eq!(window.ready(Present), None);
        assert!(!window.is_closed());
    }

    #[test]
    fn closing_leaves_it_in_reach() {
        let window = MainWindow::new(false);
        assert_eq!(
            window.close(Absent),
            (Place::Taskbar, Notice::NoTrayCloseMinimises)
        );
        assert!(!window.is_out_of_reach(Absent));
        assert_eq!(window.close(Present), (Place::Tray, Notice::ClosedToTray));
        assert!(!window.is_out_of_reach(Present));
        assert!(window.is_out_of_reach(Absent));
        window.brought_up();
        assert!(!window.is_out_of_reach(Absent));
    }

    #[test]
    fn nobody_looks_at_a_window_that_cannot_be_seen() {
        let window = MainWindow::new(false);
        assert_eq!(window.attention(false, true), Attention::Focused);
        assert_eq!(window.attention(false, false), Attention::Visible);
        assert_eq!(window.attention(true, true), Attention::Hidden);
        let watched = window.watch();
        window.close(Present);
        assert_eq!(window.attention(false, true), Attention::Hidden);
        assert_eq!(*watched.borrow(), Attention::Hidden);
        window.brought_up();
        assert_eq!(*watched.borrow(), Attention::Focused);
    }
}
